import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancelled } from '../../../port/cancel.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { type KakaoOrder, readError, readOrder } from '../wire/wire.ts';
import { send } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly order: KakaoOrder }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Kakao Pay knows an order by its transaction id only. An answer about another order is no answer. */
export async function fetchOrder(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  if (reference.gatewayTid === null) return { kind: 'unknown', why: 'Kakao Pay looks payments up by their TID' };
  const result = await send(call, kakaoPaths.order, { tid: reference.gatewayTid });
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  if (result.status >= 400 && result.status < 500 && String(readError(result.text)?.error_code) === '-721') {
    return { kind: 'not_found' };
  }
  const order = result.status === 200 ? readOrder(result.text) : undefined;
  const isOurs =
    order?.tid === reference.gatewayTid &&
    order.cid === call.channel.mid &&
    order.partner_order_id === reference.orderId;
  if (!order || !isOurs) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  return { kind: 'found', order };
}

/** What can still be cancelled; `undefined` where the order does not say. */
export function balanceOf(order: KakaoOrder): bigint | undefined {
  const left = order.cancel_available_amount?.total;
  return left === undefined ? undefined : BigInt(left);
}

/** The order in the words of the port; `undefined` where it leaves something open, or was never paid. */
export function gatewayPaymentOf(order: KakaoOrder): GatewayPayment | undefined {
  const status = statuses[order.status];
  const balanceMinor = balanceOf(order);
  const paidAt = readTime(order.approved_at ?? '') ?? null;
  if (!status || balanceMinor === undefined) return undefined;
  return {
    status,
    payMethod: order.payment_method_type === 'CARD' ? 'card' : 'point',
    amountMinor: BigInt(order.amount.total),
    balanceMinor,
    gatewayTid: order.tid,
    paidAt,
    approval: paidAt && {
      gatewayTid: order.tid,
      // Neither an approval number nor the card is told for a wallet's payment; i'mport shows none either.
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: cancelsOf(order),
  };
}

const statuses: Readonly<Record<string, GatewayPayment['status'] | undefined>> = {
  SUCCESS_PAYMENT: 'paid',
  PART_CANCEL_PAYMENT: 'partially_cancelled',
  CANCEL_PAYMENT: 'cancelled',
  FAIL_AUTH_PASSWORD: 'failed',
  QUIT_PAYMENT: 'failed',
  FAIL_PAYMENT: 'failed',
};

/** Before the approval: opened, or agreed to. Sources: the statuses in the documents of the former API. */
export function isWaiting({ status }: KakaoOrder): boolean {
  return ['READY', 'SEND_TMS', 'OPEN_PAYMENT', 'SELECT_METHOD', 'ARS_WAITING', 'AUTH_PASSWORD'].includes(status);
}

function cancelsOf(order: KakaoOrder): readonly Cancelled[] | null {
  const cancels: Cancelled[] = [];
  for (const action of order.payment_action_details ?? []) {
    if (action.payment_action_type !== 'CANCEL') continue;
    const cancelledAt = readTime(action.approved_at);
    if (typeof action.amount !== 'number' || !cancelledAt) return null;
    cancels.push({ gatewayTid: action.aid, amountMinor: BigInt(action.amount), cancelledAt, receiptUrl: null });
  }
  return cancels;
}
