import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { isKcpPayMethod, type KcpPayMethod, kcpCodes, payTypes } from '../wire/codes.ts';
import { isKcpErrorCode, kcpErrors } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { type KcpTransaction, readResult, readTransaction, succeeded } from '../wire/wire.ts';
import { sendToKcp } from './requests.ts';

/** A payment in KCP's book: what was paid, and what of it is left. KCP lists no single cancellations. */
export interface KcpBalance {
  readonly transaction: KcpTransaction;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
}

export type Fetched =
  | { readonly kind: 'found'; readonly found: KcpBalance }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** By KCP's transaction number only. An answer about another payment is no answer. */
export async function fetchBalance(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  const { gatewayTid: tno, payMethod } = reference;
  if (tno === null) return { kind: 'unknown', why: 'KCP can only be asked by its transaction number' };
  if (!isKcpPayMethod(payMethod)) return { kind: 'unknown', why: `KCP’s inquiry for ${payMethod} is not public` };
  const type = payTypes[payMethod];
  const result = await sendToKcp(call, paths.inquiry, { tno, type, fields: { pay_type: type } });
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const answer = result.status === 200 ? readResult(result.text) : undefined;
  if (!answer) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  if (answer.res_cd !== succeeded) {
    const category = isKcpErrorCode(answer.res_cd) ? kcpErrors[answer.res_cd].category : 'other';
    return category === 'unknown_transaction'
      ? { kind: 'not_found' }
      : { kind: 'unknown', why: `KCP answered ${answer.res_cd}` };
  }
  const transaction = readTransaction(result.text);
  const isOurs =
    transaction?.tno === tno &&
    (transaction.order_no ?? reference.orderId) === reference.orderId &&
    (transaction.pay_method ?? type) === type;
  if (!transaction || !isOurs) return { kind: 'unknown', why: 'the answer is about another payment' };
  const found = balanceOf(transaction);
  return found ? { kind: 'found', found } : { kind: 'unknown', why: 'the payment is in a state that is not known' };
}

export async function lookUpAtKcp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const fetched = await fetchBalance(call, reference);
  if (fetched.kind !== 'found') return fetched;
  const payment = gatewayPaymentOf(fetched.found, reference.payMethod as KcpPayMethod);
  return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'the time of the payment cannot be read' };
}

/**
 * `STSR` approved, `STPC` cancelled in part, `STSC` cancelled. The balance must agree with that, except that a cancelled
 * payment has none left whatever stands there.
 */
function balanceOf(transaction: KcpTransaction): KcpBalance | undefined {
  const amountMinor = BigInt(transaction.amount);
  const left = transaction.rem_mny ?? transaction.bk_rem_mny ?? transaction.hp_rem_mny;
  const status =
    transaction.stat_ca_cd || transaction.stat_bk_cd || transaction.stat_hp_cd || transaction.shop_status || '';
  if (status === 'STSC') return { transaction, amountMinor, balanceMinor: 0n };
  if (left == null || BigInt(left) > amountMinor) return undefined;
  const balanceMinor = BigInt(left);
  const agrees = status === 'STSR' ? balanceMinor === amountMinor : status === 'STPC' && balanceMinor < amountMinor;
  return agrees ? { transaction, amountMinor, balanceMinor } : undefined;
}

function gatewayPaymentOf(
  { transaction, amountMinor, balanceMinor }: KcpBalance,
  payMethod: KcpPayMethod,
): GatewayPayment | undefined {
  const paidAt = readSeoulDigits(transaction.app_time ?? transaction.hp_app_time ?? '');
  if (!paidAt) return undefined;
  const bank = payMethod === 'trans' ? kcpCodes.kftcBankCode(transaction.bank_code ?? '') : undefined;
  return {
    status: balanceMinor === 0n ? 'cancelled' : balanceMinor === amountMinor ? 'paid' : 'partially_cancelled',
    payMethod,
    amountMinor,
    balanceMinor,
    gatewayTid: transaction.tno,
    paidAt,
    approval: {
      gatewayTid: transaction.tno,
      approvalNumber: transaction.app_no ?? null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: payMethod === 'card' ? cardOf(transaction) : null,
      bank: bank === undefined ? null : { code: bank, name: bankName(bank) ?? bank },
    },
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: null,
  };
}

function cardOf({ card_no, card_cd, quota }: KcpTransaction): ApprovedCard {
  const code = kcpCodes.standardCardCode(card_cd ?? '') ?? null;
  const name = code === null ? null : (cardName(code) ?? null);
  return {
    // Whatever places KCP masks, no more is shown than the first six and the last four.
    maskedNumber: maskCardNumber(card_no ?? ''),
    code,
    name,
    issuerCode: code,
    issuerName: name,
    installmentMonths: Number(/^\d{1,2}$/.exec(quota ?? '')?.[0] ?? 0),
    type: null,
  };
}
