export const paths = {
  token: '/v1/oauth2/token',
  capture: (id: string) => `/v2/payments/captures/${encodeURIComponent(id)}`,
  refund: (id: string) => `/v2/payments/captures/${encodeURIComponent(id)}/refund`,
  captureOrder: (id: string) => `/v2/checkout/orders/${encodeURIComponent(id)}/capture`,
  order: (id: string) => `/v2/checkout/orders/${encodeURIComponent(id)}`,
} as const;
