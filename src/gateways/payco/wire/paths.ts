export const paycoPaths = {
  cancel: '/outseller/order/cancel',
  check: '/outseller/order/cancel/checkAvailability',
  orderStatus: '/outseller/order/updateOrderProductStatus',
  keyCharge: '/outseller/autoPayment/payment',
  keyDeletion: '/outseller/autoPayment/delete',
  keyInfo: '/outseller/autoPayment/info',
} as const;
