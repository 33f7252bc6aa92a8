export const paths = {
  revise: '/api/trades/revise',
  approve: '/api/ep9/trades/approval',
  charge: '/api/trades/approval/batch',
  removeKey: '/api/trades/removeBatchKey',
  status: '/api/trades/retrieveTransaction',
  receipt: '/directapi/trades/directCashReceiptApproval',
} as const;
