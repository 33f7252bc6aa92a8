import type { Outcome } from '../../../port/outcome.ts';
import type {
  ProductOrder,
  ProductOrderChange,
  ProductOrderQuestion,
  ProductOrdersAt,
  Shipment,
} from '../../../port/product-orders.ts';
import type { Told } from '../../../port/question.ts';
import { type Answered, createSignedCalls, type StandInOptions } from '../../stand-in/adapter/signed-calls.ts';
import { isRefusal } from '../../stand-in/wire/protocol.ts';
import {
  type ChangeMessage,
  isFound,
  isInquired,
  isList,
  isOne,
  isReviews,
  productOrderPaths,
  textLengthMax,
} from '../wire/protocol.ts';
import { productOrderOf, reviewOf } from './answers.ts';

export function createProductOrders(options: StandInOptions): ProductOrdersAt {
  const { carryOut, ask, refusalOf } = createSignedCalls(options);

  return Object.freeze({
    async list(call, { orderId }) {
      const answered = await ask(call, productOrderPaths.list, { orderId });
      return toldBy(answered, (answer) =>
        isList(answer) ? { found: answer.productOrders?.map(productOrderOf) ?? null } : undefined,
      );
    },

    async find(call, productOrderId) {
      const answered = await ask(call, productOrderPaths.find, { productOrderId });
      return toldBy(answered, (answer) =>
        isFound(answer) ? { found: answer.productOrder && productOrderOf(answer.productOrder) } : undefined,
      );
    },

    change(call, asked, change) {
      const { payment, productOrderId } = asked;
      const message = { orderId: payment.orderId, productOrderId, change: messageOf(change) };
      return carryOut(call, productOrderPaths.change, message, (answer) => confirmedBy(answer, asked));
    },

    async inquireChange(call, asked) {
      const answered = await ask(call, productOrderPaths.inquireChange, { changeId: call.idempotencyKey });
      if ('why' in answered) return { kind: 'unknown', why: answered.why };
      if (!isInquired(answered.answer)) return { kind: 'unknown', why: 'no readable answer' };
      const { first } = answered.answer;
      if (first === null) return { kind: 'not_done', repeatIsSafe: true };
      if (isRefusal(first)) return refusalOf(first);
      const done = confirmedBy(first, asked);
      return done?.kind === 'confirmed'
        ? { kind: 'done', result: done.result }
        : { kind: 'unknown', why: 'the first answer is not the one to this request' };
    },

    async listReviews(call, { from, until, type }) {
      const answered = await ask(call, productOrderPaths.reviews, { from: seconds(from), until: seconds(until), type });
      return toldBy(answered, (answer) => (isReviews(answer) ? { found: answer.reviews.map(reviewOf) } : undefined));
    },
  } satisfies ProductOrdersAt);

  function toldBy<T>(answered: Answered, read: (answer: unknown) => { found: T | null } | undefined): Told<T> {
    if ('why' in answered) return { kind: 'unknown', why: answered.why };
    const { answer } = answered;
    if (isRefusal(answer)) {
      const { code, message } = refusalOf(answer);
      return { kind: 'refused', code, message };
    }
    const told = read(answer);
    if (!told) return { kind: 'unknown', why: 'no readable answer' };
    return told.found === null ? { kind: 'not_found' } : { kind: 'found', found: told.found };
  }
}

/** Only an answer about the very product order is one. */
function confirmedBy(
  answer: unknown,
  { payment, productOrderId }: ProductOrderQuestion,
): Outcome<ProductOrder> | undefined {
  if (!isOne(answer)) return undefined;
  const productOrder = productOrderOf(answer.productOrder);
  const isAsked = productOrder.id === productOrderId && productOrder.orderId === payment.orderId;
  return isAsked ? { kind: 'confirmed', result: productOrder } : undefined;
}

function messageOf(change: ProductOrderChange): ChangeMessage {
  switch (change.kind) {
    case 'place':
    case 'collect_exchanged':
    case 'resolve_return':
      return { kind: change.kind };
    case 'ship':
      return { kind: 'ship', shipment: shipmentOf(change.shipment), dispatchedAt: seconds(change.dispatchedAt) };
    case 'ship_exchanged':
      return { kind: 'ship_exchanged', shipment: shipmentOf(change.shipment) };
    case 'request_return':
      return { kind: 'request_return', reason: change.reason, shipment: shipmentOf(change.shipment) };
    case 'reject_return':
      return { kind: 'reject_return', memo: memoOf(change.memo) };
    case 'withhold_return':
      return {
        kind: 'withhold_return',
        reason: change.reason,
        memo: memoOf(change.memo),
        extraCharge: Number(change.extraChargeMinor),
      };
  }
}

function shipmentOf({ method, company, trackingNumber }: Shipment): Shipment {
  return { method, company, trackingNumber: trackingNumber?.slice(0, textLengthMax.trackingNumber) ?? null };
}

function memoOf(memo: string): string {
  return memo.slice(0, textLengthMax.memo);
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
