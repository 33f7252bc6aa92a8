import { randomBytes, randomInt } from 'node:crypto';
import type { Static } from 'typebox';
import { bankName } from '../../../platform/codes/banks.ts';
import type { ControlContext, SimulatorContext } from '../../../simulators/definition.ts';
import { escrowRefusal } from '../../../simulators/escrow.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import {
  type BookPayment,
  insertPayment,
  listPayments,
  type NewBookPayment,
  paymentByOrderId,
  recordCancel,
  recordRevocation,
} from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import type { CancelMessage, IssueAccountMessage, IssueBarcodeMessage, RevokeMessage } from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { StandInRefusal } from './refusal.ts';
import { standInRefundAccounts } from './sandbox-accounts.ts';
import type { Carried } from './view.ts';
import { giveBack } from './wallets/accounts.ts';

/** How long a barcode waits without an expiry: what a real contract says is not public. */
const barcodeWaitsMs = 7 * 24 * 3600_000;

export function newStandInId(kind: 'p' | 'c' | 'r'): string {
  return `standin${kind}${randomBytes(12).toString('hex')}`;
}

export function issueAccount(
  message: Static<typeof IssueAccountMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { bankCode, fixedKey } = message;
  if (bankName(bankCode) === undefined) throw new StandInRefusal('S104');
  const accountNumber = (fixedKey && fixedAccount(message, context)) || `9${randomInt(10 ** 12, 10 ** 13)}`;
  return issue('issue_vbank', message, context, standIn, {
    payMethod: 'vbank',
    dueAt: new Date(message.dueAt * 1000),
    bankCode,
    accountNumber,
    accountHolder: message.holder,
    detail: { fixedKey },
  });
}

/** The number that this key has at this bank already. One account waits for one deposit at a time. */
function fixedAccount(
  { bankCode, fixedKey }: Static<typeof IssueAccountMessage>,
  { book, caller }: SimulatorContext,
): string | null | undefined {
  const same = listPayments(book, caller.mid, null).filter(
    (payment) => payment.bankCode === bankCode && payment.detail.fixedKey === fixedKey,
  );
  if (same.some(({ status }) => status === 'waiting_for_deposit')) throw new StandInRefusal('S105');
  return same.at(-1)?.accountNumber;
}

export function issueBarcode(
  message: Static<typeof IssueBarcodeMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { barcode, expiresAt } = message;
  return issue('issue_barcode', message, context, standIn, {
    payMethod: 'cvs',
    dueAt: expiresAt === null ? new Date(context.now.getTime() + barcodeWaitsMs) : new Date(expiresAt * 1000),
    barcode: barcode ?? `88${randomInt(10 ** 11, 10 ** 12)}${randomInt(1000, 10_000)}`,
  });
}

function issue(
  operation: FaultOperation,
  message: Static<typeof IssueAccountMessage> | Static<typeof IssueBarcodeMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
  parts: Partial<NewBookPayment> & { readonly payMethod: 'vbank' | 'cvs'; readonly dueAt: Date },
): Carried {
  const { book, caller, now } = context;
  if (parts.dueAt <= now) throw new StandInRefusal('S103');
  if (message.taxFree + message.vat > message.amount) throw new StandInRefusal('S400');
  if (paymentByOrderId(book, caller.mid, message.orderId)) throw new StandInRefusal('S101');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId: message.orderId,
    tid: newStandInId('p'),
    orderName: message.orderName,
    currency: message.currency,
    amountMinor: BigInt(message.amount),
    taxFreeMinor: BigInt(message.taxFree),
    vatMinor: BigInt(message.vat),
    status: 'waiting_for_deposit',
    requestedAt: now,
    ...parts,
  });
  if (!payment) throw new StandInRefusal('S102');
  // The gateway's rules want to see a payment; what they refuse is taken back.
  refuseByRule(operation, payment, context, standIn);
  return { payment, entryId: null };
}

export function revokeWaiting(
  payMethod: 'vbank' | 'cvs',
  message: Static<typeof RevokeMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const payment = knownPayment(message, context);
  if (payment.payMethod !== payMethod) throw new StandInRefusal('S404');
  refuseByRule(payMethod === 'vbank' ? 'revoke_vbank' : 'revoke_barcode', payment, context, standIn);
  if (payment.status === 'revoked') throw new StandInRefusal('S201');
  if (payment.status === 'expired') throw new StandInRefusal('S203');
  const entryId = newStandInId('r');
  const revoked = recordRevocation(context.book, {
    tid: payment.tid,
    revocationTid: entryId,
    reason: message.reason,
    now: context.now,
  });
  if (!revoked) throw new StandInRefusal('S202');
  return { payment: revoked, entryId };
}

/** Cancels what was paid, and refunds a deposited account. A refund to an account is paid out later where the gateway does so. */
export function cancelPayment(
  message: Static<typeof CancelMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const payment = knownPayment(message, context);
  refuseByRule('cancel', payment, context, standIn);
  refuseUncancellable(payment, message);
  const inEscrow = escrowRefusal(context.book, payment, BigInt(message.amount));
  if (inEscrow) throw new StandInRefusal(inEscrow === 'partial' ? 'S355' : 'S354');
  const { now } = context;
  const isPaidOutLater = message.refundAccount !== null && standIn.refundsAfterMs !== undefined;
  const entryId = newStandInId('c');
  standIn.alongCancel?.(message, payment, entryId, controlContextOf(context));
  const changed = recordCancel(context.book, {
    tid: payment.tid,
    cancelTid: entryId,
    amountMinor: BigInt(message.amount),
    taxFreeMinor: taxFreeTaken(payment, BigInt(message.amount), BigInt(message.taxFree)),
    reason: message.reason,
    now,
    completesAt: isPaidOutLater ? new Date(now.getTime() + (standIn.refundsAfterMs ?? 0)) : null,
  });
  // More of the tax-free part than is left.
  if (!changed) throw new StandInRefusal('S303');
  giveBack(context.book, payment, BigInt(message.amount));
  return { payment: changed, entryId };
}

function refuseUncancellable(payment: BookPayment, message: Static<typeof CancelMessage>): void {
  switch (payment.status) {
    case 'cancelled':
      throw new StandInRefusal('S301');
    case 'waiting_for_deposit':
    case 'revoked':
    case 'expired':
      throw new StandInRefusal('S302');
  }
  const amountMinor = BigInt(message.amount);
  if (amountMinor > payment.balanceMinor) throw new StandInRefusal('S303');
  if (BigInt(message.balanceBefore) !== payment.balanceMinor) throw new StandInRefusal('S304');
  if (message.taxFree + message.vat > message.amount) throw new StandInRefusal('S400');
  if (payment.detail.isPartialCancelable === false && amountMinor < payment.amountMinor)
    throw new StandInRefusal('S308');
  if (payment.payMethod === 'vbank' && message.refundAccount === null) throw new StandInRefusal('S305');
  if (message.refundAccount) refuseRefundAccount(message.refundAccount);
}

/** The account is looked at and not kept. */
function refuseRefundAccount({
  bankCode,
  accountNumber,
}: NonNullable<Static<typeof CancelMessage>['refundAccount']>): void {
  if (bankName(bankCode) === undefined) throw new StandInRefusal('S306');
  const listed = standInRefundAccounts.find(({ number }) => number === accountNumber);
  if (listed) throw new StandInRefusal(listed.code);
}

export function knownPayment(
  message: { readonly orderId: string; readonly transactionId?: string | null },
  { book, caller }: SimulatorContext,
): BookPayment {
  const payment = paymentByOrderId(book, caller.mid, message.orderId);
  const { transactionId = null } = message;
  if (!payment || (transactionId !== null && transactionId !== payment.tid)) throw new StandInRefusal('S404');
  return payment;
}

/** A rule of the gateway itself speaks first, in the gateway's words. */
export function refuseByRule(
  operation: FaultOperation,
  payment: BookPayment,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): void {
  const refusal = standIn.refuse?.(operation, payment, controlContextOf(context));
  if (refusal) throw refusal;
}

function controlContextOf({ book, caller, now, url, notify }: SimulatorContext): ControlContext {
  return { mid: caller.mid, book, now, url, notify };
}
