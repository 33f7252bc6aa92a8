export const paths = {
  cancel: '/cancel/cancel',
  repay: '/cancel/repay',
  approve: '/noauth/pay/card',
  /** With the owner's birth date and the card's password, and without them. */
  issueKey: '/billing/billkey/card',
  issueKeyUnverified: '/noauth/billkey/card',
  chargeKey: '/billing/billpay',
  deleteKey: '/billing/billkey/delete',
} as const;

/** What each signature covers besides MID and key, in its order; elsewhere that is the time alone. */
export const signedNames: Readonly<Record<string, readonly string[]>> = {
  [paths.approve]: ['oid', 'price', 'timestamp'],
  [paths.chargeKey]: ['oid', 'price', 'timestamp'],
  // As it is sent: encrypted.
  [paths.issueKey]: ['cardNumber', 'timestamp'],
  [paths.issueKeyUnverified]: ['cardNumber', 'timestamp'],
};
