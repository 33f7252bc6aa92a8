import { Refusal } from '../../platform/errors/refusal.ts';
import type { Inquiry } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { ProductOrder, ProductOrderChange, ProductOrdersAt } from '../../port/product-orders.ts';
import type { Channel } from '../merchants/channels.ts';
import { askUntilClear } from '../operations/ask-until-clear.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { callOutside } from '../operations/question.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';
import type { RefundParts } from './refund.ts';

/**
 * Changes a product order in a way that moves no money. The gateway's book is the only one that has it, so that nothing of it is
 * kept here: an answer that was lost is asked for, or asked for again under the same key, as long as the request may take.
 */
export async function changeProductOrder(
  parts: RefundParts,
  payment: Payment,
  at: ProductOrdersAt,
  channel: Channel,
  asked: { readonly productOrderId: string; readonly change: ProductOrderChange },
  deadline: Deadline,
): Promise<ProductOrder> {
  const { productOrderId, change } = asked;
  const key = newOperationId(parts.clock.now());
  const question = { payment: referenceTo(payment), productOrderId };
  const callOf = (isRepeat: boolean) => callOutside(parts, channel, { key, deadline, isRepeat });
  const outcome = await askUntilClear<Outcome<ProductOrder>>(deadline, {
    send: (isRepeat) => at.change(callOf(isRepeat), question, change),
    inquire: async () => answerOf(await at.inquireChange(callOf(true), question, change)),
  });
  switch (outcome.kind) {
    case 'confirmed':
    case 'accepted':
      return outcome.result;
    case 'refused':
      throw new Refusal('naver_refused', { reason: outcome.message }, outcome.category);
    case 'never_sent':
      throw new Refusal('naver_unreachable');
    case 'unclear':
      throw new Refusal('naver_unclear');
  }
}

function answerOf(told: Inquiry<ProductOrder>): Outcome<ProductOrder> | 'not_done' | 'unknown' {
  switch (told.kind) {
    case 'done':
    case 'accepted':
      return { kind: 'confirmed', result: told.result };
    case 'refused':
      return told;
    case 'not_done':
      return 'not_done';
    default:
      return 'unknown';
  }
}
