/**
 * What a test needs to know. The lifetime of a code and the number of tries are what carriers are known to do; no public
 * source says them (inferred).
 */
export const sandboxCode = '123456';
export const codeLivesMs = 3 * 60_000;
export const triesMax = 5;

/** Telephones that end in these digits are nobody's of that name and birthday, or stopped. */
export const phoneEndings = { nobody: '0404', stopped: '0403' } as const;
