/** Every status of an order product, in PAYCO's spelling, as its own refusal of another one lists them. */
export const orderStatuses = [
  'PAYMENT_WAITNG',
  'PAYED',
  'DELIVERY_READY',
  'DELIVERY_START',
  'DELIVERING',
  'DELIVERY_COMPLETE',
  'CANCEL_REQUEST',
  'EXCHANGE_WAIT',
  'EXCHANGE_COMPLETE',
  'RETURN_WAIT',
  'RETURN_COMPLETE',
  'PURCHASE_DECISION',
  'OUTSELLER_REFUND',
  'CANCELED',
] as const;
export type PaycoOrderStatus = (typeof orderStatuses)[number];
