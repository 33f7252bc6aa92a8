// if vbank
/** INVENTED: the form of a virtual account's number. */

import { randomInt } from 'node:crypto';

export function newAccountNumber(): string {
  return `9${randomInt(10 ** 12, 10 ** 13)}`;
}
// end
