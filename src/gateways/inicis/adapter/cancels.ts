import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { cancelPaymethods, inicisCodes, isInicisPayMethod } from '../wire/codes.ts';
import { encryptField } from '../wire/encryption.ts';
import { textBytesMax, wireMessage, wireText } from '../wire/texts.ts';
import { answered, failureOf, type IniapiAnswer, mismatch } from './answers.ts';
import { type Fields, keysOf, sendV1, sendV2 } from './requests.ts';

export type IniapiVersion = 'v1' | 'v2';

/**
 * Is the whole payment cancelled in one go? Only then does INICIS take a full cancel; once something has been cancelled, the
 * rest goes as a partial cancel that leaves nothing. A first partial cancel of the whole is refused.
 */
export function isFullRefund(request: Cancel): boolean {
  return (
    request.amountMinor === request.paymentAmountMinor && request.balanceBeforeMinor === request.paymentAmountMinor
  );
}

/** Is it all that was left? A repeat of such a one can't be carried out twice: nothing would be left to give back. */
export function leavesNothing(request: Cancel): boolean {
  return request.amountMinor === request.balanceBeforeMinor;
}

export async function cancelPayment(
  version: IniapiVersion,
  call: GatewayCall,
  request: Cancel,
): Promise<Outcome<Cancelled>> {
  if (!isInicisPayMethod(request.payMethod)) return { kind: 'never_sent', why: 'INICIS does not have this pay method' };
  if (request.payMethod === 'vbank' && !request.refundAccount) {
    return { kind: 'never_sent', why: 'a deposited account is refunded to an account, and none was given' };
  }
  const result = answered(await send(version, call, request, cancelPaymethods[request.payMethod]));
  if (result.kind !== 'answer') return result;
  const { answer } = result;
  if (answer.resultCode !== '00') return refusalOf(answer, call, request);
  const cancelled = isFullRefund(request) ? fullyCancelled(answer, request) : partlyCancelled(answer, request);
  return cancelled ? { kind: 'confirmed', result: cancelled } : mismatch;
}

function send(
  version: IniapiVersion,
  call: GatewayCall,
  request: Cancel,
  paymethod: string,
): Promise<GatewayHttpResult> {
  const fields = fieldsOf(call, request);
  const isFull = isFullRefund(request);
  if (version === 'v1') {
    return sendV1(call, 'refund', { type: isFull ? 'Refund' : 'PartialRefund', paymethod, fields });
  }
  const type = isFull ? 'refund' : 'partialRefund';
  return sendV2(call, request.payMethod === 'vbank' ? `${type}/vacct` : type, { type, data: fields });
}

/** The same in both versions. Amounts are text without separators; `confirmPrice` is the balance afterwards. */
function fieldsOf(call: GatewayCall, request: Cancel): Fields {
  const { amountMinor, balanceBeforeMinor, refundAccount } = request;
  const left = balanceBeforeMinor > amountMinor ? balanceBeforeMinor - amountMinor : 0n;
  return {
    tid: request.gatewayTid,
    msg: wireMessage(request.reason),
    ...(!isFullRefund(request) && {
      price: String(amountMinor),
      confirmPrice: String(left),
      currency: 'WON',
      // Taken literally, for contracts in which the merchant tells the tax; others do not look at them.
      tax: String(request.vatMinor),
      taxFree: String(request.taxFreeMinor),
    }),
    ...(request.payMethod === 'vbank' &&
      refundAccount && {
        refundAcctNum: encryptField(refundAccount.accountNumber, keysOf(call)),
        refundBankCode: inicisCodes.bankCode(refundAccount.bankCode) ?? refundAccount.bankCode,
        refundAcctName: wireText(refundAccount.holder, textBytesMax.personName),
      }),
  };
}

/** A full cancel has no transaction id of its own. */
function fullyCancelled(answer: IniapiAnswer, request: Cancel): Cancelled | undefined {
  const cancelledAt = answer.time('cancelDate', 'cancelTime');
  return (
    cancelledAt && { gatewayTid: request.gatewayTid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null }
  );
}

/**
 * `tid` is the new transaction and `prtcTid` the original one; some clients have it the other way round, so the one that is
 * not the original is taken, and one of the two must be.
 */
function partlyCancelled(answer: IniapiAnswer, request: Cancel): Cancelled | undefined {
  const cancelledAt = answer.time('prtcDate', 'prtcTime');
  const tids = [answer.text('tid'), answer.text('prtcTid')];
  const [own, ...more] = tids.filter((tid) => tid !== '' && tid !== request.gatewayTid);
  const isOurs =
    tids.includes(request.gatewayTid) &&
    answer.amount('prtcPrice') === request.amountMinor &&
    answer.amount('prtcRemains') === request.balanceBeforeMinor - request.amountMinor;
  if (!isOurs || !own || more.length > 0 || !cancelledAt) return undefined;
  return { gatewayTid: own, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null };
}

/**
 * On a repeat, "already cancelled" proves that all is given back, which is what a cancel of all that was left asked for. The
 * refusals of a full cancel after a partial one are no proof either way: somebody else's partial cancel may have come after ours.
 */
function refusalOf(answer: IniapiAnswer, call: GatewayCall, request: Cancel): Outcome<Cancelled> {
  const failure = failureOf(answer);
  if (!call.isRepeat || failure.kind !== 'refused') return failure;
  const { code, message, category } = failure;
  if (category === 'already_cancelled' && leavesNothing(request)) {
    const cancelledAt = answer.time('cancelDate', 'cancelTime') ?? call.now;
    const { gatewayTid, amountMinor } = request;
    return { kind: 'confirmed', result: { gatewayTid, amountMinor, cancelledAt, receiptUrl: null } };
  }
  if (/^50062[45]$/.test(code)) return { kind: 'unclear', why: `a repeat was answered ${code}`, code, message };
  return outcomeOfRefusal(call, failure);
}
