export function paymentPath(paymentId: string): string {
  return `/v1/payment/${encodeURIComponent(paymentId)}`;
}

export function cancelPath(paymentId: string): string {
  return `${paymentPath(paymentId)}/cancel`;
}
