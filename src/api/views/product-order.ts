import { Type } from 'typebox';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { ProductOrder } from '../../port/product-orders.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull } from './fields.ts';

/** Naver Pay's orders are in won. */
const currency = 'KRW';

/** In the order of i'mport's schema, which a client of theirs decodes in. */
export const ProductOrderView = Type.Object({
  product_order_id: Type.String(),
  product_order_status: Type.String(),
  claim_type: TextOrNull,
  claim_status: TextOrNull,
  product_id: Type.String(),
  product_name: Type.String(),
  product_option_id: Type.String(),
  product_option_name: Type.String(),
  product_amount: Type.Integer(),
  delivery_amount: Type.Integer(),
  quantity: Type.Integer(),
  orderer: Type.Object({ name: Type.String(), id: Type.String(), tel: Type.String() }),
  shipping_address: Type.Object({
    base: Type.String(),
    detail: TextOrNull,
    postcode: Type.String(),
    tel1: Type.String(),
    tel2: TextOrNull,
    name: Type.String(),
  }),
  shipping_memo: TextOrNull,
  shipping_due: OrNull(Type.Integer()),
  individual_code: TextOrNull,
});

export const ProductOrderListView = Type.Array(ProductOrderView);

export type ProductOrderAnswer = Answer<typeof ProductOrderView>;

export function viewProductOrder(order: ProductOrder): ProductOrderAnswer {
  const { orderer, shippingAddress: to } = order;
  return {
    product_order_id: order.id,
    product_order_status: order.status,
    claim_type: order.claim?.type ?? null,
    claim_status: order.claim?.status ?? null,
    product_id: order.productId,
    product_name: order.productName,
    product_option_id: order.optionId,
    product_option_name: order.optionName,
    product_amount: amountNumber(order.amountMinor, currency),
    delivery_amount: amountNumber(order.deliveryMinor, currency),
    quantity: order.quantity,
    orderer: { name: orderer.name, id: orderer.id, tel: orderer.tel },
    shipping_address: {
      base: to.base,
      detail: to.detail,
      postcode: to.postcode,
      tel1: to.tel1,
      tel2: to.tel2,
      name: to.name,
    },
    shipping_memo: order.shippingMemo,
    shipping_due: order.shippingDueAt && unixSeconds(order.shippingDueAt),
    individual_code: order.individualCode,
  };
}
