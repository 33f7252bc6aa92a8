export const paths = {
  cardCancel: '/kspay/webfep/api/v1/card/cancel',
  transferCancel: '/kspay/webfep/api/v1/account/cancel',
  approve: '/kspay/webfep/api/v1/card/pay/noncert',
} as const;
