export const paths = { cancel: '/MUP/api/cancellation' } as const;
