export const paths = { direct: '/Gateway/DirectProcessor.krp' } as const;
export const version = '230';
