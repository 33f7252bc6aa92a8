import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { ProductOrder, ProductOrdersAt, ProductReview, ReviewQuestion } from '../../port/product-orders.ts';
import type { Told } from '../../port/question.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { Deadline } from '../operations/deadline.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';

export interface ReadParts extends QuestionParts {
  readonly channels: Channels;
}

/** The gateway's side of product orders; `undefined`: this gateway does not keep the orders. */
export function productOrdersAt({ gateway, access }: Channel): ProductOrdersAt | undefined {
  if (!gateway.productOrders) return undefined;
  if (access.mode === 'live' && gateway.liveBaseUrl === undefined) throw new Refusal('naver_orders_not_available');
  return gateway.productOrders;
}

/** The product orders of a payment, as the gateway's book has them now. */
export async function listProductOrders(
  parts: ReadParts,
  payment: Payment,
  at: ProductOrdersAt,
  channel: Channel,
  deadline: Deadline,
): Promise<readonly ProductOrder[]> {
  const call = callOutside(parts, channel, { key: `product-orders-${payment.imp_uid}`, deadline });
  return foundIn(await at.list(call, referenceTo(payment))) ?? [];
}

/** Of the merchant's channels to gateways that keep orders, whichever knows it. `undefined`: none does. Throws without any. */
export async function findProductOrder(
  parts: ReadParts,
  merchantId: bigint,
  id: string,
  deadline: Deadline,
): Promise<ProductOrder | undefined> {
  let isAnyAsked = false;
  for (const channel of await parts.channels.ofMerchant(merchantId)) {
    const at = productOrdersAt(channel);
    if (!at) continue;
    isAnyAsked = true;
    const found = foundIn(await at.find(callOf(parts, channel, deadline), id));
    if (found) return found;
  }
  if (!isAnyAsked) throw new Refusal('naver_orders_not_available');
  return undefined;
}

export async function listReviews(
  parts: ReadParts,
  channel: Channel,
  at: ProductOrdersAt,
  asked: ReviewQuestion,
  deadline: Deadline,
): Promise<readonly ProductReview[]> {
  return foundIn(await at.listReviews(callOf(parts, channel, deadline), asked)) ?? [];
}

function callOf(parts: ReadParts, channel: Channel, deadline: Deadline): GatewayCall {
  return callOutside(parts, channel, { key: 'product-orders', deadline });
}

/** `undefined`: the gateway knows of nothing like it. Throws where it says nothing, or no. */
export function foundIn<T>(told: Told<T>): T | undefined {
  switch (told.kind) {
    case 'found':
      return told.found;
    case 'not_found':
      return undefined;
    case 'refused':
      throw new Refusal('naver_refused', { reason: told.message });
    case 'unknown':
      throw new Refusal('naver_unanswered');
  }
}
