export const paths = {
  revise: '/api/trades/revise',
  charge: '/api/trades/approval/batch',
  removeKey: '/api/trades/removeBatchKey',
  status: '/api/trades/retrieveTransaction',
  receipt: '/directapi/trades/directCashReceiptApproval',
} as const;
