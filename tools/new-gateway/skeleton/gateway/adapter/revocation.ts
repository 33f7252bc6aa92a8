// if revocations
/** INVENTED: the fields of a revocation. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../../../src/port/call.ts';
import type { Inquiry } from '../../../../../src/port/operations.ts';
import type { Outcome } from '../../../../../src/port/outcome.ts';
import type { Revocation, Revoked } from '../../../../../src/port/revocation.ts';
import { wireReason } from '../../../../../src/port/texts.ts';
import { reasonRule } from '../wire/fields.ts';
import { readRevocationAnswer } from '../wire/revocation.ts';
import { carryOut, inquireByKey } from './exchange.ts';

/** Of what waits for its money, a virtual account or a barcode: each has a path of its own. */
export function revocationAt(path: string) {
  return {
    send: (call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>> =>
      carryOut(call, path, revocationFields(request), (result) => revokedOf(result, request)),
    inquire: (call: GatewayCall, request: Revocation): Promise<Inquiry<Revoked>> =>
      inquireByKey(call, path, (result) => revokedOf(result, request)),
  };
}

function revocationFields({ orderId, reason }: Revocation): Record<string, unknown> {
  return { orderId, reason: wireReason(reason, reasonRule) };
}

function revokedOf(result: unknown, { orderId, gatewayTid }: Revocation): Revoked | undefined {
  const answer = readRevocationAnswer(result);
  const revokedAt = answer && readTime(answer.revokedAt);
  const isOurs = answer?.orderId === orderId && (gatewayTid === null || answer.transactionId === gatewayTid);
  return isOurs && revokedAt ? { gatewayTid: answer.revocationId, revokedAt } : undefined;
}
// end
