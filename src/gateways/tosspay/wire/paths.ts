export const tossPayPaths = {
  refund: '/api/v2/refunds',
  status: '/api/v2/status',
  keyCharge: '/api/v1/billing-key/bill',
  keyDeletion: '/api/v1/billing-key/remove',
  keyStatus: '/api/v1/billing-key/status',
} as const;
