import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { niceV2Errors } from '../wire/errors.ts';
import { readPayment } from '../wire/wire.ts';
import { outcomeOf, paidAtOf } from './answers.ts';
import { isRepeatable, unknown } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { paths, post, revocationBody, secretKeyOf } from './requests.ts';

export const revokeAccount: OperationAt<'revoke_vbank'> = {
  async send(call, request) {
    let tid = request.gatewayTid;
    if (tid === null) {
      const found = await fetchPayment(call, request);
      if (found.kind !== 'found') return { kind: 'never_sent', why: 'the transaction id could not be looked up' };
      tid = found.payment.tid;
    }
    const result = await post(call, paths.cancel(tid), [tid], revocationBody(call, request));
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      if (payment?.tid !== tid || ![request.orderId, call.idempotencyKey].includes(payment.orderId)) return undefined;
      const revokedAt = readTime(payment.cancelledAt ?? '');
      // What had been paid was refunded, and not revoked.
      if (payment.status !== 'cancelled' || paidAtOf(payment) !== null || !revokedAt) return undefined;
      return { gatewayTid: payment.cancelledTid || tid, revokedAt };
    });
  },

  async inquire(call, request, sentAt) {
    const found = await fetchPayment(call, request);
    if (found.kind !== 'found') return found.kind === 'unknown' ? found : unknown('NICE does not know the account');
    const { payment } = found;
    const wasPaid = paidAtOf(payment) !== null;
    if (payment.status === 'ready') return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
    if (payment.status === 'cancelled' && !wasPaid) {
      const revokedAt = readTime(payment.cancelledAt ?? '');
      return revokedAt
        ? { kind: 'done', result: { gatewayTid: payment.cancelledTid || payment.tid, revokedAt } }
        : unknown('the account has no time of its cancel');
    }
    if (wasPaid || payment.status === 'expired') {
      const code = payment.status === 'expired' ? '2016' : '2014';
      const category = payment.status === 'expired' ? 'window_passed' : 'other';
      return { kind: 'refused', code, message: niceV2Errors[code].message, category };
    }
    return unknown(`the account is ${payment.status}`);
  },
};
