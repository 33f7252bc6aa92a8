import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { niceV2Meaning } from '../wire/errors.ts';
import { isSuccess, type NicePayment, readPayment, readResult } from '../wire/wire.ts';
import { get, paths, secretKeyOf } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly payment: NicePayment }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * By the TID where it is known, else by our order id and its day. An answer about another payment, or without the
 * signature, is no answer.
 */
export async function fetchPayment(
  call: GatewayCall,
  reference: Pick<PaymentReference, 'orderId' | 'gatewayTid' | 'madeAt'>,
): Promise<Fetched> {
  const { gatewayTid, orderId } = reference;
  if (gatewayTid !== null) {
    const found = await fetchBy(call, paths.payment(gatewayTid), [gatewayTid], {});
    return keepOurs(found, (payment) => payment.tid === gatewayTid);
  }
  let found: Fetched = { kind: 'not_found' };
  for (const orderDate of orderDays(reference.madeAt)) {
    // The manual signs over the TID here too, which nobody has who asks by an order id; the field is optional.
    found = await fetchBy(call, paths.order(orderId), null, { orderDate });
    if (found.kind !== 'not_found') break;
  }
  return keepOurs(found, (payment) => payment.orderId === orderId);
}

function keepOurs(found: Fetched, isOurs: (payment: NicePayment) => boolean): Fetched {
  if (found.kind !== 'found' || isOurs(found.payment)) return found;
  return { kind: 'unknown', why: 'the answer is about another payment' };
}

async function fetchBy(
  call: GatewayCall,
  path: string,
  signed: readonly string[] | null,
  query: Readonly<Record<string, string>>,
): Promise<Fetched> {
  const result = await get(call, path, signed, query);
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const answer = result.status === 200 ? readResult(result.text) : undefined;
  if (!answer) return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  const { resultCode: code } = answer;
  if (!isSuccess(code)) {
    // An order that NICE does not have is U126, and no other code: what is said of a transaction says nothing of an order.
    const isUnknown =
      signed === null ? code === 'U126' : niceV2Meaning(code, '') === 'unknown_transaction' && code !== 'U120';
    return isUnknown ? { kind: 'not_found' } : { kind: 'unknown', why: `NICE answered ${code}` };
  }
  const payment = readPayment(result.text, secretKeyOf(call));
  return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'the answer is not readable, or not signed' };
}

/** The day in Seoul, and its neighbour within an hour of midnight: the buyer may have come to the window on the other one. */
function orderDays(madeAt: Date): string[] {
  const hourMs = 3600_000;
  const days = [0, -hourMs, hourMs].map((offset) => seoulDigits(new Date(madeAt.getTime() + offset)).slice(0, 8));
  return [...new Set(days)];
}
