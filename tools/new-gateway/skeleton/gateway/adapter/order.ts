// if orders
/** INVENTED: the fields of an order that is yet to be paid, or of its cash receipt. */

import { lengthMax } from '../wire/fields.ts';

export function orderFields(order: {
  readonly orderId: string;
  readonly orderName: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}): Record<string, unknown> {
  return {
    orderId: order.orderId,
    orderName: order.orderName.slice(0, lengthMax.orderName),
    amount: Number(order.amountMinor),
    taxFree: Number(order.taxFreeMinor),
    vat: Number(order.vatMinor),
  };
}
// end
