import { encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorAnswer, SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { batch } from '../wire/batch.ts';
import { type DanalErrorCode, danalErrors } from '../wire/errors.ts';
import type { DanalService } from '../wire/services.ts';
import { type DanalFields, forbiddenCharacters } from '../wire/wire.ts';
import { newTid, requestFields, sealedAnswer } from './protocol.ts';

const yearMs = 365 * 24 * 3600_000;
const lengthMax: Readonly<Record<string, number>> = {
  TID: 24,
  AMOUNT: 9,
  CANCELTYPE: 1,
  CANCELREQUESTER: 20,
  CANCELDESC: 255,
  TXTYPE: 20,
  SERVICETYPE: 20,
};

/** Of fields that the manual has elsewhere; some callers send them with a cancel, and Danal does not mind. */
const otherLengthMax = 255;

/** The service's own code for each reason; which one Danal gives where its list has no better is inferred. */
type Reason = 'malformed' | 'unknown' | 'already' | 'state' | 'window' | 'amount' | 'over';
const cardCodes: Readonly<Record<Reason, DanalErrorCode<'card'>>> = {
  malformed: '1116',
  unknown: '3250',
  already: '1115',
  state: '1116',
  window: '1123',
  amount: '1126',
  over: '1128',
};
const transferCodes: Readonly<Record<Reason, DanalErrorCode<'transfer'>>> = {
  malformed: '1116',
  unknown: '3821',
  already: '1115',
  state: '1116',
  window: '1116',
  amount: '1117',
  over: '1117',
};

/** TXTYPE `CANCEL` of one service. */
export function cancelPayment(service: DanalService, context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now } = context;
  const fields = requestFields(context.request, service, caller.credentials);
  const payment = paymentByTid(book, caller.mid, fields.TID ?? '');
  const isPayMethod = payment?.payMethod === (service.name === 'transfer' ? 'trans' : 'card');
  const reason = isWellFormed(fields, service)
    ? refusalOf(fields, isPayMethod ? payment : undefined, now)
    : 'malformed';
  const cancelTid = newTid(now);
  const amountMinor = BigInt(reason === undefined ? (fields.AMOUNT ?? 0) : 0);
  const changed =
    payment &&
    reason === undefined &&
    recordCancel(book, {
      tid: payment.tid,
      cancelTid,
      amountMinor,
      // Danal's cancel has no tax fields: the tax-free part is taken last (inferred, and seen in no answer).
      taxFreeMinor: taxFreeTaken(payment, amountMinor, 0n),
      reason: fields.CANCELDESC ?? '',
      now,
    });
  if (!changed) return sealedAnswer(refusalFields(service, reason ?? 'state'), service, caller.credentials);
  const at = seoulDigits(now);
  const answer = {
    RETURNCODE: '0000',
    RETURNMSG: '성공',
    O_TID: changed.tid,
    TID: cancelTid,
    AMOUNT: amountMinor.toString(),
    TRANDATE: at.slice(0, 8),
    TRANTIME: at.slice(8),
    BALANCE: changed.balanceMinor.toString(),
  };
  return sealedAnswer(answer, service, caller.credentials);
}

function refusalFields(service: DanalService, reason: Reason): DanalFields {
  if (service.name === 'transfer') {
    const code = transferCodes[reason];
    return { RETURNCODE: code, RETURNMSG: danalErrors.transfer[code].message };
  }
  const code = cardCodes[reason];
  return { RETURNCODE: code, RETURNMSG: danalErrors.card[code].message };
}

function isWellFormed(fields: DanalFields, service: DanalService): boolean {
  if (fields.TXTYPE !== 'CANCEL') return false;
  // Which of the two a payment by key wants is not published; here either is taken of any payment by card.
  const serviceTypes = service.name === 'card' ? [service.serviceType, batch] : [service.serviceType];
  if (!serviceTypes.includes(fields.SERVICETYPE ?? '')) return false;
  if (!fields.TID || !/^[CP]$/.test(fields.CANCELTYPE ?? '') || !/^[1-9]\d*$/.test(fields.AMOUNT ?? '')) return false;
  return Object.entries(fields).every(
    ([name, value]) =>
      encodeEucKr(value).length <= (lengthMax[name] ?? otherLengthMax) &&
      !value.includes('\ufffd') &&
      value === value.replace(forbiddenCharacters, ''),
  );
}

/** That `C` must name all that is left is inferred from 1126. */
function refusalOf(fields: DanalFields, payment: BookPayment | undefined, now: Date): Reason | undefined {
  if (!payment) return 'unknown';
  if (payment.status === 'cancelled') return 'already';
  if (payment.status !== 'paid' && payment.status !== 'partially_cancelled') return 'state';
  if (now.getTime() - (payment.paidAt ?? payment.requestedAt).getTime() > yearMs) return 'window';
  const amountMinor = BigInt(fields.AMOUNT ?? 0);
  if (fields.CANCELTYPE === 'C') return amountMinor === payment.balanceMinor ? undefined : 'amount';
  return amountMinor > payment.balanceMinor ? 'over' : undefined;
}
