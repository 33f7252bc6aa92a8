/** `PAYMETHOD` in a notice: the buyer was given an account. */
export const issueMethod = 'VACCOUNTISSUE';
/** `PAYMETHOD` in a notice: the money is there. */
export const depositMethod = 'VACCOUNT';
