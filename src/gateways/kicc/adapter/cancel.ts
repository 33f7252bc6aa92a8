import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import { cancelledOf, cancelOutcome, outcomeOf } from './answers.ts';
import { cancelFields, isRealTime, revise } from './requests.ts';
import { readRevision, settle, unknown } from './status.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const result = await revise(call, request.gatewayTid, cancelFields(call, request));
    return outcomeOf(call, result, (answer) => cancelOutcome(call, request, answer));
  },

  async inquire(call, request, sentAt) {
    const { gatewayTid: pgCno, amountMinor } = request;
    const read = readRevision<Cancelled>(call, { pgCno, amountMinor }, (revised, answer) => {
      const result = cancelledOf(request, revised);
      if (revised.statusCode === 'RF03') {
        return { kind: 'refused', code: 'RF03', message: answer.statusMessage || '환불거절', category: 'other' };
      }
      const outcome = cancelOutcome(call, request, answer);
      return outcome?.kind === 'accepted' ? { kind: 'accepted', result } : { kind: 'done', result };
    });
    return settle(call, sentAt, read, { onlyToday: false, ifUnknownResult: () => queryRefund(call, request) });
  },
};

/** The result of a real-time refund that KICC did not have in time: the same request once more, marked as a question. */
async function queryRefund(call: GatewayCall, request: Cancel): Promise<Inquiry<Cancelled>> {
  if (request.payMethod !== 'vbank' || !isRealTime(call)) return unknown('KICC does not know the result yet');
  const fields = { ...cancelFields(call, request), refundQueryFlag: 'Y' };
  const result = await revise(call, request.gatewayTid, fields);
  const outcome = outcomeOf(call, result, (answer) => cancelOutcome(call, request, answer));
  return outcome.kind === 'confirmed' ? { kind: 'done', result: outcome.result } : unknown('KICC has no result yet');
}
