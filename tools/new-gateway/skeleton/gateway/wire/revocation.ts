// if revocations
/** INVENTED: the answer to a revocation of what waits for its money. */

import Type, { type Static } from 'typebox';
import { Id, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

const RevocationAnswer = Type.Object({ transactionId: Id, orderId: Id, revocationId: Id, revokedAt: Time });
export type RevocationAnswer = Static<typeof RevocationAnswer>;
export const readRevocationAnswer = readerOf(RevocationAnswer);
// end
