export const paths = { cancel: '/cancel/cancel', repay: '/cancel/repay', approve: '/noauth/pay/card' } as const;
