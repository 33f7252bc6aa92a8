import type { OperationAt } from '../../../port/operations.ts';
import { amountOf, readPayment } from '../wire/wire.ts';
import { answeredCancel, cancelledOf, freshCancels, outcomeOf } from './answers.ts';
import { isRepeatable, unknown } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { cancelBody, paths, post, secretKeyOf } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const tid = request.gatewayTid;
    const result = await post(call, paths.cancel(tid), [tid], cancelBody(call, request));
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      // Whether the answer repeats the payment's order id or the cancel's is not documented.
      if (payment?.tid !== tid || ![request.orderId, call.idempotencyKey].includes(payment.orderId)) return undefined;
      return answeredCancel(payment, request);
    });
  },

  /**
   * Done is one new entry of our amount that leaves the balance that we expect; not done is the balance from before. Anything
   * else is somebody's cancel in NICE's dashboard meanwhile.
   */
  async inquire(call, request, sentAt) {
    const found = await fetchPayment(call, request);
    if (found.kind !== 'found') return found.kind === 'unknown' ? found : unknown('NICE does not know the payment');
    const { payment } = found;
    const fresh = freshCancels(payment, request);
    const balanceMinor = amountOf(payment.balanceAmt);
    if (fresh.length === 0 && balanceMinor === request.balanceBeforeMinor) {
      return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
    }
    const [entry] = fresh;
    const isExpected = fresh.length === 1 && balanceMinor === request.balanceBeforeMinor - request.amountMinor;
    const cancelled = entry && cancelledOf(entry);
    if (isExpected && cancelled?.amountMinor === request.amountMinor) return { kind: 'done', result: cancelled };
    return unknown('NICE shows other cancels than ours');
  },
};
