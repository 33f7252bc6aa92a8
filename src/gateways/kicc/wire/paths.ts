export const paths = {
  revise: '/api/trades/revise',
  status: '/api/trades/retrieveTransaction',
  receipt: '/directapi/trades/directCashReceiptApproval',
} as const;
