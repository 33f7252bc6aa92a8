export const paycoPaths = {
  cancel: '/outseller/order/cancel',
  check: '/outseller/order/cancel/checkAvailability',
} as const;
