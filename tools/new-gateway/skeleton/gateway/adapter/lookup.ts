/** INVENTED: that a payment is found by its order id, and what is told of it. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import { bankName } from '../../../../../src/platform/codes/banks.ts';
import type { Approval } from '../../../../../src/port/approval.ts';
import type { Barcode } from '../../../../../src/port/barcode.ts';
import type { GatewayCall } from '../../../../../src/port/call.ts';
import type { Cancelled } from '../../../../../src/port/cancel.ts';
import type { GatewayPayment, Lookup } from '../../../../../src/port/lookup.ts';
import type { PayMethod, PaymentReference } from '../../../../../src/port/payment.ts';
import type { VirtualAccount } from '../../../../../src/port/virtual-account.ts';
import { codes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { type PaymentAnswer, readPaymentAnswer } from '../wire/payment.ts';
import { approvedCardOf } from './card.ts';
import { ask } from './exchange.ts';

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const { orderId, gatewayTid } = reference;
  const found = await ask(call, paths.findPayment, { orderId });
  if ('why' in found) return found.code === 'E404' ? { kind: 'not_found' } : { kind: 'unknown', why: found.why };
  const answer = readPaymentAnswer(found.result);
  const isOurs = answer?.orderId === orderId && (gatewayTid === null || answer.transactionId === gatewayTid);
  const payment = isOurs ? gatewayPaymentOf(answer) : undefined;
  return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'the answer is not about this payment' };
}

const payMethods: Readonly<Record<PaymentAnswer['method'], PayMethod>> = {
  CARD: 'card',
  TRANSFER: 'trans',
  ACCOUNT: 'vbank',
  BARCODE: 'cvs',
};

/** The port has no word for a revoked account or barcode: such a payment never came about. */
const statuses: Readonly<Record<PaymentAnswer['status'], GatewayPayment['status']>> = {
  WAITING: 'waiting_for_deposit',
  PAID: 'paid',
  PARTIALLY_CANCELLED: 'partially_cancelled',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  REVOKED: 'failed',
};

/** In the words of the port; `undefined`: its times can't be read. */
function gatewayPaymentOf(answer: PaymentAnswer): GatewayPayment | undefined {
  const requestedAt = readTime(answer.requestedAt);
  const paidAt = answer.paidAt === null ? null : readTime(answer.paidAt);
  if (!requestedAt || paidAt === undefined) return undefined;
  return {
    status: statuses[answer.status],
    payMethod: payMethods[answer.method],
    amountMinor: BigInt(answer.amount),
    balanceMinor: BigInt(answer.balance),
    gatewayTid: answer.transactionId,
    paidAt,
    approval: paidAt && approvalOf(answer, paidAt),
    ...nothingElse,
    // if vbank
    virtualAccount: accountOf(answer, requestedAt),
    // end
    // if cvs
    barcode: barcodeOf(answer, requestedAt),
    // end
    // if notices
    depositorName: answer.depositorName,
    // end
    // if cancel
    cancels: cancelsOf(answer),
    // end
  };
}

const nothingElse = { virtualAccount: null, barcode: null, depositorName: null, cancels: null } as const;

function approvalOf(answer: PaymentAnswer, approvedAt: Date): Approval {
  return {
    gatewayTid: answer.transactionId,
    approvalNumber: answer.approvalNumber,
    approvedAt,
    receiptUrl: null,
    ...neither,
    // if card
    card: answer.card && approvedCardOf(answer.card),
    // end
    // if trans
    bank: answer.method === 'TRANSFER' ? bankOf(answer) : null,
    // end
  };
}

const neither = { card: null, bank: null } as const;
// if banks

function bankOf({ bank }: PaymentAnswer): { readonly code: string; readonly name: string } | null {
  const code = bank === null ? undefined : codes.kftcBankCode(bank);
  return code === undefined ? null : { code, name: bankName(code) ?? code };
}
// end
// if vbank

function accountOf(answer: PaymentAnswer, issuedAt: Date): VirtualAccount | null {
  const { accountNumber, holder } = answer;
  const bank = bankOf(answer);
  const dueAt = readTime(answer.dueAt ?? '');
  if (answer.method !== 'ACCOUNT' || !bank || accountNumber === null || !dueAt) return null;
  const { transactionId: gatewayTid } = answer;
  return {
    gatewayTid,
    bankCode: bank.code,
    bankName: bank.name,
    accountNumber,
    holder,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}
// end
// if cvs

function barcodeOf({ transactionId, barcode, dueAt }: PaymentAnswer, issuedAt: Date): Barcode | null {
  const expiresAt = readTime(dueAt ?? '');
  return barcode !== null && expiresAt ? { gatewayTid: transactionId, barcode, expiresAt, issuedAt } : null;
}
// end
// if cancel

/** `null`, which says nothing of them, where the time of one can't be read. */
function cancelsOf({ cancels }: PaymentAnswer): readonly Cancelled[] | null {
  const read: Cancelled[] = [];
  for (const { cancelId, amount, cancelledAt: time } of cancels) {
    const cancelledAt = readTime(time);
    if (!cancelledAt) return null;
    read.push({ gatewayTid: cancelId, amountMinor: BigInt(amount), cancelledAt, receiptUrl: null });
  }
  return read;
}
// end
