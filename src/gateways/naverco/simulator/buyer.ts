import Type from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { reviewTypes } from '../../../port/product-orders.ts';
import { type ActSite, SimulatorRefusal } from '../../../simulators/definition.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { standInOrderNotice } from '../../stand-in/simulator/notices.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import {
  type BookProductOrder,
  productOrderById,
  productOrderState,
  writeAddress,
  writeState,
} from './product-orders.ts';
import { refundByNaver } from './refunds.ts';
import { writeReview } from './reviews.ts';
import { acted, buyerActs, refuse } from './state.ts';
import { AddressTerms } from './terms.ts';

/** What buyers and couriers do: calls of the control protocol. What they change, the seller is told by a notice. */
export const buyerCalls = {
  'find-product-order': find,
  'act-on-product-order': actOnProductOrder,
  'write-review': write,
} as const;

const Act = validatorOf(
  Type.Object({
    productOrderId: Type.String(),
    act: Type.Enum([...buyerActs]),
    address: Type.Optional(AddressTerms),
  }),
);

function actOnProductOrder(message: unknown, site: ActSite): object {
  const { productOrderId, act, address } = checked(Act, message);
  const order = existing(productOrderId, site);
  const context = site.contextOf(order.mid);
  const { state, isRefunded } = acted(order.state, act);
  if (isRefunded) refundByNaver(order, state, context);
  else writeState(site.book, order.id, state);
  if (act === 'change_address') {
    if (!address) throw new SimulatorRefusal('MALFORMED', '변경할 배송지가 필요합니다.');
    writeAddress(site.book, order.id, { ...order.address, ...address });
  }
  const payment = paymentByOrderId(site.book, order.mid, order.orderId);
  if (!payment) throw new Error('a product order without its payment');
  context.notify(payment.orderId, standInOrderNotice(payment, context, standInSecretOf));
  return productOrderState(existing(productOrderId, site));
}

const Find = validatorOf(Type.Object({ productOrderId: Type.String() }));

function find(message: unknown, site: ActSite): object {
  const { orderId, mid } = existing(checked(Find, message).productOrderId, site);
  return { orderId, mid };
}

/** Scores as the general ones (0 to 2) and the premium ones (10 to 13) have them. */
const scores = { general: /^[0-2]$/, premium: /^1[0-3]$/ } as const;
const Review = validatorOf(
  Type.Object({
    productOrderId: Type.String(),
    type: Type.Enum([...reviewTypes]),
    score: Type.String(),
    title: Type.String({ maxLength: 500 }),
    content: Type.Union([Type.String({ maxLength: 5_000 }), Type.Null()]),
  }),
);

/** Of what arrived: a buyer who has nothing in hand writes no review. */
function write(message: unknown, site: ActSite): object {
  const { productOrderId, ...review } = checked(Review, message);
  const order = existing(productOrderId, site);
  if (!scores[review.type].test(review.score)) {
    throw new SimulatorRefusal('MALFORMED', '평점은 일반 0~2, 프리미엄 10~13입니다.');
  }
  const { status } = order.state;
  if (!['DELIVERED', 'PURCHASE_DECIDED', 'EXCHANGED'].includes(status)) refuse('SIMULATED_ORDER_STATE');
  return writeReview(site.book, order, review, site.contextOf(order.mid).now) ?? refuse('SIMULATED_SAME_STATE');
}

function existing(id: string, { book, mid }: ActSite): BookProductOrder {
  return productOrderById(book, mid, id) ?? refuse('SIMULATED_UNKNOWN');
}

function checked<T>(validator: { Check(value: unknown): value is T }, message: unknown): T {
  if (validator.Check(message)) return message;
  throw new SimulatorRefusal('MALFORMED', '요청 값이 올바르지 않습니다.');
}
