/** Stands where a partner's id does in the guide's samples. Whether it does for every partner is not documented. */
export const samplePartner = 'naverpay-partner';

export function cancelPath(partnerId: string): string {
  return `/${encodeURIComponent(partnerId)}/naverpay/payments/v1/cancel`;
}

/** Of what is asked about a payment besides its cancellation: as public clients have the addresses. */
export const servicePaths = {
  creditPoints: '/naverpay/payments/v1/naverpoint-save',
  confirmPurchase: '/naverpay/payments/v1/purchase-confirm',
  cashAmount: '/naverpay/payments/v1/receipt/cash-amount',
} as const;

export function servicePath(partnerId: string, service: keyof typeof servicePaths): string {
  return `/${encodeURIComponent(partnerId)}${servicePaths[service]}`;
}

/** Of a payment that the buyer has agreed to: as public clients have the address. */
export const approvalPath = '/naverpay/payments/v2.2/apply/payment';

/** Of keys (정기결제): as public clients have the addresses. */
export const keyPaths = {
  reserve: '/naverpay/payments/recurrent/pay/v3/reserve',
  approve: '/naverpay/payments/recurrent/pay/v3/approval',
  expire: '/naverpay/payments/recurrent/expire/v1/request',
} as const;

export function keyPath(partnerId: string, use: keyof typeof keyPaths): string {
  return `/${encodeURIComponent(partnerId)}${keyPaths[use]}`;
}

/** Of all payments within a time. */
export const timePath = '/naverpay/payments/v2.2/list/history';

export function historyOfTimePath(partnerId: string): string {
  return `/${encodeURIComponent(partnerId)}${timePath}`;
}

export function historyPath(partnerId: string, paymentId: string): string {
  return `/${encodeURIComponent(partnerId)}/naverpay/payments/v2.2/list/history/${encodeURIComponent(paymentId)}`;
}
