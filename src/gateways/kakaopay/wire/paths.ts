export const kakaoPaths = {
  cancel: '/online/v1/payment/cancel',
  order: '/online/v1/payment/order',
} as const;
