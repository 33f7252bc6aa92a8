export const paths = { cancel: '/gw/mod/v1/cancel', inquiry: '/std/inquery' } as const;
