export const paths = { cancel: '/MUP/api/cancellation', approval: '/MUP/api/approval' } as const;
