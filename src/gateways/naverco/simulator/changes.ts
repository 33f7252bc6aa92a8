import type { Static } from 'typebox';
import type { SimulatorContext, SimulatorRoute } from '../../../simulators/definition.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { storedAnswer } from '../../../simulators/stored-answers.ts';
import { askedRoute, keyedRoute } from '../../stand-in/simulator/simulator.ts';
import { parseJson } from '../../stand-in/wire/protocol.ts';
import {
  ChangeRequest,
  FindRequest,
  InquireChangeRequest,
  ListRequest,
  productOrderPaths,
  ReviewsRequest,
} from '../wire/protocol.ts';
import { productOrderById, productOrderState, productOrdersOf, writeState } from './product-orders.ts';
import { listReviews } from './reviews.ts';
import { changed, refuse } from './state.ts';

/** What the seller asks of product orders and is told about them. */
export const productOrderRoutes: readonly SimulatorRoute[] = [
  keyedRoute({ path: productOrderPaths.change, operation: 'change_order', schema: ChangeRequest, carryOut: change }),
  askedRoute(productOrderPaths.inquireChange, InquireChangeRequest, inquireChange),
  askedRoute(productOrderPaths.list, ListRequest, ({ orderId }, { book, caller }) => ({
    resultCode: '0000',
    productOrders: paymentByOrderId(book, caller.mid, orderId)
      ? productOrdersOf(book, caller.mid, orderId).map(productOrderState)
      : null,
  })),
  askedRoute(productOrderPaths.find, FindRequest, ({ productOrderId }, { book, caller }) => {
    const order = productOrderById(book, caller.mid, productOrderId);
    if (order) paymentByOrderId(book, caller.mid, order.orderId);
    return { resultCode: '0000', productOrder: order ? productOrderState(order) : null };
  }),
  askedRoute(productOrderPaths.reviews, ReviewsRequest, (asked, { book, caller }) => ({
    resultCode: '0000',
    reviews: listReviews(book, caller.mid, asked),
  })),
];

function change(message: Static<typeof ChangeRequest>, { book, caller }: SimulatorContext): object {
  // Read for the sake of faults that are meant for a payment.
  const payment = paymentByOrderId(book, caller.mid, message.orderId);
  const order = productOrderById(book, caller.mid, message.productOrderId);
  if (!payment || order?.orderId !== payment.orderId) refuse('SIMULATED_UNKNOWN');
  const state = changed(order.state, message.change);
  writeState(book, order.id, state);
  return { resultCode: '0000', productOrder: productOrderState({ ...order, state }) };
}

function inquireChange({ changeId }: Static<typeof InquireChangeRequest>, { book, caller }: SimulatorContext): object {
  const key = { mid: caller.mid, scope: productOrderPaths.change, key: changeId };
  const stored = storedAnswer(book, key, new Date(0));
  return { resultCode: '0000', first: stored ? parseJson(stored.body) : null };
}
