export const paths = { approve: '/api/v1/payments', cancel: '/api/v1/refunds' } as const;
