// if revocations
/** INVENTED: the fields of a revocation, and which code says why it is too late. */

import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import { recordRevocation } from '../../../../../src/simulators/payments.ts';
import { lengthMax } from '../wire/fields.ts';
import type { RevocationAnswer } from '../wire/revocation.ts';
import { existingPayment, newId } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

export function revokeWaiting(payMethod: 'vbank' | 'cvs') {
  return (context: SimulatorContext, fields: Fields): RevocationAnswer => {
    const { book, now } = context;
    const payment = existingPayment(context, fields.text('orderId', lengthMax.id));
    if (payment.payMethod !== payMethod) throw refusal('E404');
    if (payment.status === 'revoked') throw refusal('E201');
    if (payment.status === 'expired') throw refusal('E203');
    const reason = fields.textOrNull('reason', lengthMax.reason) ?? '';
    const revocationTid = newId('V');
    const revoked = recordRevocation(book, { tid: payment.tid, revocationTid, reason, now });
    if (!revoked) throw refusal('E202');
    return {
      transactionId: revoked.tid,
      orderId: revoked.orderId,
      revocationId: revocationTid,
      revokedAt: seoulLocal(now),
    };
  };
}
// end
