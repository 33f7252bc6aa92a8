import type { GatewayCall } from '../../../port/call.ts';
import type { Cancelled } from '../../../port/cancel.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import { cancelOutcome } from './answers.ts';
import { cancelRequest, moidOf, send } from './requests.ts';
import { askStatus, neverKnown, unknown } from './status.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const { gatewayTid: tid, amountMinor, paymentAmountMinor, balanceBeforeMinor } = request;
    const asked = { tid, moid: moidOf(call, request.orderId), amountMinor };
    return cancelOutcome(
      call,
      await send(call, cancelRequest(call, request)),
      asked,
      ({ cancelNumber, at }) => ({
        // A cancel of the whole payment has no other id than the payment's.
        gatewayTid: (amountMinor === paymentAmountMinor ? null : cancelNumber) ?? tid,
        amountMinor,
        cancelledAt: at ?? call.startedAt,
        receiptUrl: null,
      }),
      amountMinor === balanceBeforeMinor,
    );
  },

  async inquire(call, { amountMinor, balanceBeforeMinor, paymentAmountMinor, gatewayTid }) {
    if (amountMinor !== balanceBeforeMinor) {
      return neverKnown('NICE tells no amounts, and only by a contract refuses a partial cancel that comes twice');
    }
    // Whether a payment that was cancelled in part counts as approved is not documented.
    return amountMinor === paymentAmountMinor ? inquireWhole(call, gatewayTid) : { kind: 'ask_by_repeating' };
  },
};

/** Approved: nothing was cancelled. Cancelled: the repeat says whether as a whole, and can't give anything back twice. */
async function inquireWhole(call: GatewayCall, tid: string): Promise<Inquiry<Cancelled>> {
  const asked = await askStatus(call, tid);
  if (typeof asked === 'string') return unknown(asked);
  switch (asked.Status) {
    case '0':
      return { kind: 'not_done', repeatIsSafe: true };
    case '1':
      return { kind: 'ask_by_repeating' };
    default:
      return unknown(`the status of the payment is ${asked.Status}`);
  }
}
