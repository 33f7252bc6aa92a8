import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { type ChaiPayment, readPayment } from '../wire/wire.ts';
import { sendInquiry } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly payment: ChaiPayment }
  | { readonly kind: 'unknown'; readonly why: string };

/** What stands in Chai's book, in our words. */
export interface ChaiState {
  readonly status: 'paid' | 'partially_cancelled' | 'cancelled' | 'failed';
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
}

/**
 * Chai knows a payment by its own id only. What it answers about one that it does not know is not public, so that no answer
 * says that there is none. One about another payment is no answer.
 */
export async function fetchPayment(call: GatewayCall, { gatewayTid, orderId }: PaymentReference): Promise<Fetched> {
  if (gatewayTid === null) return { kind: 'unknown', why: 'Chai looks payments up by their paymentId' };
  const result = await sendInquiry(call, gatewayTid, orderId);
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const payment = result.status === 200 ? readPayment(result.text) : undefined;
  return payment?.paymentId === gatewayTid
    ? { kind: 'found', payment }
    : { kind: 'unknown', why: `no readable payment (HTTP ${result.status})` };
}

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const fetched = await fetchPayment(call, reference);
  if (fetched.kind !== 'found') return fetched;
  const { payment } = fetched;
  const state = stateOf(payment, reference);
  return state
    ? { kind: 'found', payment: gatewayPaymentOf(payment, state) }
    : {
        kind: 'unknown',
        why: `the payment is ${payment.status}, with amounts that do not go with it or leave it open`,
      };
}

/**
 * `undefined` where status and amounts do not go together, or the payment is not finished. Whether `checkoutAmount` stays what
 * was paid, or becomes what is left after a partial cancellation, is not public: where it comes to our amount together with what
 * was cancelled, it is what is left.
 */
export function stateOf(
  { status, checkoutAmount, canceledAmount }: ChaiPayment,
  { paymentAmountMinor }: Pick<PaymentReference, 'paymentAmountMinor'>,
): ChaiState | undefined {
  const shownMinor = BigInt(checkoutAmount);
  const cancelledMinor = BigInt(canceledAmount);
  const amountMinor = shownMinor + cancelledMinor === paymentAmountMinor ? paymentAmountMinor : shownMinor;
  const amounts = { amountMinor, balanceMinor: amountMinor - cancelledMinor };
  const known = statusOf(status, amounts);
  return known && { status: known, ...amounts };
}

/** After a partial cancellation the status is `confirmed` as before; `partial_confirmed`, which is displayed then, is taken too. */
function statusOf(
  status: string,
  { amountMinor, balanceMinor }: Omit<ChaiState, 'status'>,
): ChaiState['status'] | undefined {
  const isWhole = balanceMinor === amountMinor;
  switch (status) {
    case 'confirmed':
      if (isWhole) return 'paid';
      return balanceMinor > 0n ? 'partially_cancelled' : undefined;
    case 'partial_confirmed':
      return !isWhole && balanceMinor > 0n ? 'partially_cancelled' : undefined;
    case 'canceled':
      return balanceMinor === 0n ? 'cancelled' : undefined;
    case 'user_canceled':
    case 'failed':
    case 'timeout':
      return isWhole ? 'failed' : undefined;
    default:
      return undefined;
  }
}

/** Chai tells when the payment was created and last changed, not when it was paid, and no single cancellation. */
function gatewayPaymentOf({ paymentId }: ChaiPayment, state: ChaiState): GatewayPayment {
  return {
    ...state,
    payMethod: 'trans',
    gatewayTid: paymentId,
    paidAt: null,
    approval: null,
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: null,
  };
}
