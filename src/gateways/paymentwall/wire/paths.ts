export const paths = { charge: '/api/brick/charge', delivery: '/api/delivery' } as const;

export function chargePath(chargeId: string): string {
  return `${paths.charge}/${encodeURIComponent(chargeId)}`;
}

export function refundPath(chargeId: string): string {
  return `${chargePath(chargeId)}/refund`;
}
