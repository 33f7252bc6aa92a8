import type { GatewayCall } from '../../../port/call.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { readError, readPayment, type TossPayment } from '../wire/wire.ts';
import { send } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly payment: TossPayment }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** By the payment key where it is known, else by our order id. An answer about another payment is no answer. */
export async function fetchPayment(
  call: GatewayCall,
  reference: Pick<PaymentReference, 'orderId' | 'gatewayTid'>,
): Promise<Fetched> {
  const path =
    reference.gatewayTid === null
      ? `/v1/payments/orders/${encodeURIComponent(reference.orderId)}`
      : `/v1/payments/${encodeURIComponent(reference.gatewayTid)}`;
  const result = await send(call, 'GET', path, null);
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  if (result.status === 404 && readError(result.text)?.code === 'NOT_FOUND_PAYMENT') return { kind: 'not_found' };
  const payment = result.status === 200 ? readPayment(result.text) : undefined;
  const isOurs =
    payment?.orderId === reference.orderId &&
    (reference.gatewayTid === null || payment.paymentKey === reference.gatewayTid);
  if (!payment || !isOurs) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  return { kind: 'found', payment };
}
