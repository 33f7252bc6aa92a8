export const paths = {
  approve: '/spay/APICardActionPay.do',
  cancel: '/spay/APICancel.do',
  refund: '/spay/APIRefund.do',
  account: '/spay/APIVBank.do',
  inquire: '/spay/APITrdcheck.do',
} as const;
