export const kakaoPaths = {
  cancel: '/online/v1/payment/cancel',
  approve: '/online/v1/payment/approve',
  order: '/online/v1/payment/order',
  keyCharge: '/online/v1/payment/subscription',
  keyDeletion: '/online/v1/payment/manage/subscription/inactive',
  keyStatus: '/online/v1/payment/manage/subscription/status',
} as const;
