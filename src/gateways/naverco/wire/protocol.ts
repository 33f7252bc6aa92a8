import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { claimTypes, productOrderStatuses, reviewTypes } from '../../../port/product-orders.ts';
import { standInPrefix } from '../../stand-in/wire/protocol.ts';

/**
 * Product orders over the stand-in protocol: signed as everything there, and none of it is Naver's. Amounts are integers in
 * won, times are seconds since 1970.
 */
export const productOrderPaths = {
  change: `${standInPrefix}product-orders/change`,
  inquireChange: `${standInPrefix}product-orders/inquire-change`,
  list: `${standInPrefix}product-orders/list`,
  find: `${standInPrefix}product-orders/find`,
  reviews: `${standInPrefix}reviews/list`,
} as const;

const Id = Type.String({ minLength: 1, maxLength: 80 });
const Text = (maxLength: number) => Type.String({ maxLength });
const Minor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Seconds = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000 });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Longest texts; what is longer is shortened by the sender. */
export const textLengthMax = { memo: 1_000, trackingNumber: 50 } as const;

const ShipmentMessage = Type.Object({
  method: Text(30),
  company: OrNull(Text(30)),
  trackingNumber: OrNull(Text(textLengthMax.trackingNumber)),
});
const Change = Type.Union([
  Type.Object({ kind: Type.Literal('place') }),
  Type.Object({ kind: Type.Literal('ship'), shipment: ShipmentMessage, dispatchedAt: Seconds }),
  Type.Object({ kind: Type.Literal('ship_exchanged'), shipment: ShipmentMessage }),
  Type.Object({ kind: Type.Literal('collect_exchanged') }),
  Type.Object({ kind: Type.Literal('request_return'), reason: Text(50), shipment: ShipmentMessage }),
  Type.Object({ kind: Type.Literal('reject_return'), memo: Text(textLengthMax.memo) }),
  Type.Object({
    kind: Type.Literal('withhold_return'),
    reason: Text(50),
    memo: Text(textLengthMax.memo),
    extraCharge: Minor,
  }),
  Type.Object({ kind: Type.Literal('resolve_return') }),
]);
export type ChangeMessage = Static<typeof Change>;

export const ChangeRequest = Type.Object({
  mid: Id,
  /** The sender's idempotency key: a repeat gets the first answer, for ever. */
  requestId: Id,
  orderId: Id,
  productOrderId: Id,
  change: Change,
});
export const InquireChangeRequest = Type.Object({ mid: Id, changeId: Id });
export const ListRequest = Type.Object({ mid: Id, orderId: Id });
export const FindRequest = Type.Object({ mid: Id, productOrderId: Id });
export const ReviewsRequest = Type.Object({
  mid: Id,
  from: Seconds,
  until: Seconds,
  type: Type.Enum([...reviewTypes]),
});

const ProductOrderState = Type.Object({
  productOrderId: Id,
  orderId: Id,
  status: Type.Enum([...productOrderStatuses]),
  claimType: OrNull(Type.Enum([...claimTypes])),
  claimStatus: OrNull(Type.String()),
  productId: Type.String(),
  productName: Type.String(),
  optionId: Type.String(),
  optionName: Type.String(),
  amount: Minor,
  taxFree: Minor,
  delivery: Minor,
  quantity: Type.Integer({ minimum: 1 }),
  orderer: Type.Object({ name: Type.String(), id: Type.String(), tel: Type.String() }),
  shippingAddress: Type.Object({
    base: Type.String(),
    detail: OrNull(Type.String()),
    postcode: Type.String(),
    tel1: Type.String(),
    tel2: OrNull(Type.String()),
    name: Type.String(),
  }),
  shippingMemo: OrNull(Type.String()),
  shippingDue: OrNull(Seconds),
  individualCode: OrNull(Type.String()),
  refund: OrNull(
    Type.Object({ cancelId: Id, amount: Minor, taxFree: Minor, refundedAt: Seconds, reason: Type.String() }),
  ),
});
export type ProductOrderState = Static<typeof ProductOrderState>;

const ReviewState = Type.Object({
  reviewId: Id,
  score: Type.String(),
  title: Type.String(),
  content: OrNull(Type.String()),
  productOrderId: Id,
  productId: Type.String(),
  productName: Type.String(),
  optionName: Type.String(),
  writer: Type.String(),
  createdAt: Seconds,
  modifiedAt: Seconds,
});
export type ReviewState = Static<typeof ReviewState>;

const done = Type.Literal('0000');
const OneAnswer = Type.Object({ resultCode: done, productOrder: ProductOrderState });
const FoundAnswer = Type.Object({ resultCode: done, productOrder: OrNull(ProductOrderState) });
const ListAnswer = Type.Object({ resultCode: done, productOrders: OrNull(Type.Array(ProductOrderState)) });
const ReviewsAnswer = Type.Object({ resultCode: done, reviews: Type.Array(ReviewState) });
/** The first answer to the change, if it has ever come. */
const InquiredAnswer = Type.Object({ resultCode: done, first: Type.Union([Type.Unknown(), Type.Null()]) });

const readers = {
  one: validatorOf(OneAnswer),
  found: validatorOf(FoundAnswer),
  list: validatorOf(ListAnswer),
  reviews: validatorOf(ReviewsAnswer),
  inquired: validatorOf(InquiredAnswer),
};

export function isOne(value: unknown): value is Static<typeof OneAnswer> {
  return readers.one.Check(value);
}

export function isFound(value: unknown): value is Static<typeof FoundAnswer> {
  return readers.found.Check(value);
}

export function isList(value: unknown): value is Static<typeof ListAnswer> {
  return readers.list.Check(value);
}

export function isReviews(value: unknown): value is Static<typeof ReviewsAnswer> {
  return readers.reviews.Check(value);
}

export function isInquired(value: unknown): value is Static<typeof InquiredAnswer> {
  return readers.inquired.Check(value);
}
