import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/** What an order in Naver's window says besides its amount: each product order, and where it goes. Amounts are won. */
const Text = (maxLength: number) => Type.String({ maxLength });
const Won = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const AddressTerms = Type.Object({
  base: Text(300),
  detail: OrNull(Text(300)),
  postcode: Text(20),
  tel1: Text(30),
  tel2: OrNull(Text(30)),
  name: Text(100),
});

const OrderTermsMessage = Type.Object({
  productOrders: Type.Array(
    Type.Object({
      productId: Text(100),
      productName: Text(300),
      optionId: Text(100),
      optionName: Text(300),
      quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      amount: Won,
      taxFree: Won,
      delivery: Won,
      individualCode: OrNull(Text(30)),
    }),
    { minItems: 1, maxItems: 200 },
  ),
  address: AddressTerms,
  shippingMemo: OrNull(Text(300)),
});
export type WindowTerms = Static<typeof OrderTermsMessage>;

const reader = validatorOf(OrderTermsMessage);

export function readTerms(value: unknown): WindowTerms | undefined {
  return reader.Check(value) ? value : undefined;
}
