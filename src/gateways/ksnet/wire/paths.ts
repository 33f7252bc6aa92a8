export const paths = {
  cardCancel: '/kspay/webfep/api/v1/card/cancel',
  transferCancel: '/kspay/webfep/api/v1/account/cancel',
  approve: '/kspay/webfep/api/v1/card/pay/noncert',
  issueKey: '/kspay/webfep/api/v1/billing/regist',
  chargeKey: '/kspay/webfep/api/v1/billing/pay',
} as const;
