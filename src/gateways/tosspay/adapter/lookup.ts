import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { tossPayPaths } from '../wire/paths.ts';
import { readPayTime } from '../wire/time.ts';
import { readStatus, type TossPayStatus } from '../wire/wire.ts';
import { ask } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly status: TossPayStatus }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** By its token where that is known, else by our order number. An answer about another payment is no answer. */
export async function fetchPayment(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  const { gatewayTid, orderId } = reference;
  const name = gatewayTid === null ? { orderNo: orderId } : { payToken: gatewayTid };
  const asked = await ask(call, tossPayPaths.status, name);
  if ('outcome' in asked) return { kind: 'unknown', why: asked.outcome.why };
  const { code, errorCode, fields } = asked.answer;
  if (code !== 0) {
    return errorCode === 'TRANSACTION_NOT_FOUND'
      ? { kind: 'not_found' }
      : { kind: 'unknown', why: `Toss Pay does not tell of the payment (${errorCode || code})` };
  }
  const status = readStatus(fields);
  const isOurs = status?.orderNo === orderId && (gatewayTid === null || status.payToken === gatewayTid);
  return status && isOurs ? { kind: 'found', status } : { kind: 'unknown', why: 'the answer is about another payment' };
}

/** A year after the payment nothing can be refunded any more, whatever is left of it. */
const isSettled = ({ payStatus }: TossPayStatus) => payStatus.startsWith('SETTLEMENT_');

export function refundsOf({ transactions }: TossPayStatus) {
  return (transactions ?? []).filter(({ stepType }) => stepType === 'REFUND');
}

/**
 * What is left of the payment: the amount less its refunds, which `refundableAmount` has to agree with as long as refunds are
 * possible. `undefined` where the answer leaves it open, or contradicts itself.
 */
export function balanceOf(status: TossPayStatus): bigint | undefined {
  const told = isSettled(status) || status.refundableAmount == null ? undefined : BigInt(status.refundableAmount);
  if (!status.transactions) return told;
  const refundedMinor = refundsOf(status).reduce((sum, { transactionAmount }) => sum + BigInt(transactionAmount), 0n);
  const leftMinor = BigInt(status.amount) - (refundedMinor < 0n ? -refundedMinor : refundedMinor);
  return leftMinor >= 0n && (told ?? leftMinor) === leftMinor ? leftMinor : undefined;
}

/** States in which the payment was made, and nothing of it is under way. */
const restingStates: readonly string[] = [
  'PAY_COMPLETE',
  'REFUND_SUCCESS',
  'SETTLEMENT_COMPLETE',
  'SETTLEMENT_REFUND_COMPLETE',
];

export function isResting({ payStatus }: TossPayStatus): boolean {
  return restingStates.includes(payStatus);
}

/** The status in the words of the port; `undefined` where it leaves something open, or nothing was paid yet. */
export function gatewayPaymentOf(status: TossPayStatus): GatewayPayment | undefined {
  const balanceMinor = status.payStatus === 'PAY_CANCEL' ? 0n : balanceOf(status);
  const found = statusOf(status, balanceMinor);
  if (!found || balanceMinor === undefined) return undefined;
  const paidAt = found === 'failed' ? null : (readPayTime(status.paidTs) ?? null);
  return {
    status: found,
    payMethod: status.payMethod === 'CARD' ? 'card' : 'point',
    amountMinor: BigInt(status.amount),
    balanceMinor,
    gatewayTid: status.payToken,
    paidAt,
    approval: paidAt && {
      gatewayTid: status.payToken,
      // As of other wallets: neither an approval number nor the card is shown.
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    // The list of transactions does not name a refund by its `refundNo`, which is what cancellations are called here.
    cancels: null,
  };
}

function statusOf(status: TossPayStatus, balanceMinor: bigint | undefined): GatewayPayment['status'] | undefined {
  // Ended before anything was paid: a payment that was made is never in this state.
  if (status.payStatus === 'PAY_CANCEL') return 'failed';
  if (!isResting(status)) return undefined;
  if (balanceMinor === BigInt(status.amount)) return 'paid';
  return balanceMinor === 0n ? 'cancelled' : 'partially_cancelled';
}
