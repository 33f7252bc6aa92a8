export const paths = {
  /** By the card's number, and by a key: the same path, told apart by their fields. */
  approve: '/spay/APICardActionPay.do',
  issueKey: '/spay/APICardAuth.do',
  deleteKey: '/spay/APICardActionDelkey.do',
  cancel: '/spay/APICancel.do',
  refund: '/spay/APIRefund.do',
  account: '/spay/APIVBank.do',
  inquire: '/spay/APITrdcheck.do',
} as const;
