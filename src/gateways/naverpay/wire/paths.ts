/** Addresses below the partner's id, which is the MID. */
export function cancelPath(partnerId: string): string {
  return `/${encodeURIComponent(partnerId)}/naverpay/payments/v1/cancel`;
}

export function historyPath(partnerId: string, paymentId: string): string {
  return `/${encodeURIComponent(partnerId)}/naverpay/payments/v2.2/list/history/${encodeURIComponent(paymentId)}`;
}
