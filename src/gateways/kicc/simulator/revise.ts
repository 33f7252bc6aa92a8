import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { type BookPayment, paymentByTid, recordCancel, recordRevocation } from '../../../simulators/payments.ts';
import { isKiccPayMethod, kiccCodes, payMethodTypes } from '../wire/codes.ts';
import { lengthMax } from '../wire/text.ts';
import { bodyOf, failure, fieldsOf, type KiccBody, KiccRefusal } from './protocol.ts';
import { cancelReceipt, cancelReceiptWith } from './receipts.ts';
import type { KiccFields } from './requests.ts';
import { sandboxRefundAccounts, timedOutAccount } from './sandbox-accounts.ts';
import { newPgCno } from './transaction-number.ts';

const dayMs = 24 * 3600_000;
const refundTypes: readonly string[] = ['60', '62', '63'];

/** POST /api/trades/revise: cancellations, the revocation of an account, refunds, cancellations of cash receipts. */
export function reviseTransaction(context: SimulatorContext): KiccFields {
  const { book, caller } = context;
  const body = bodyOf(context);
  const pgCno = body.text('pgCno', 20, /^\d{20}$/);
  const type = body.text('reviseTypeCode', 2, /^(32|33|40|51|52|60|62|63)$/);
  body.optionalText('reviseMessage', lengthMax.reviseMessage);
  if (type === '51' || type === '52') return cancelReceipt(context, pgCno, type);
  const payment = paymentByTid(book, caller.mid, pgCno);
  if (!payment) throw new KiccRefusal('Z201');
  if (payment.status === 'cancelled' || payment.status === 'revoked') throw new KiccRefusal('Z202');
  if (payment.status === 'waiting_for_deposit') return revoke(context, payment, type);
  return refundTypes.includes(type) ? refund(context, payment, type) : cancel(context, payment, type);
}

/** One path serves several operations: by the code of the change, and by whether the account has its deposit. */
export function operationOfRevise({ book, caller, request }: SimulatorContext): FaultOperation {
  const { reviseTypeCode: type, pgCno } = fieldsOf(request);
  if (type === '51' || type === '52') return 'revoke_receipt';
  const payment = typeof pgCno === 'string' ? paymentByTid(book, caller.mid, pgCno) : undefined;
  return type === '40' && payment?.payMethod === 'vbank' ? 'revoke_vbank' : 'cancel';
}

function revoke(context: SimulatorContext, payment: BookPayment, type: string): KiccFields {
  if (type !== '40') throw new KiccRefusal('Z205');
  const { book, now } = context;
  const amountMinor = bodyOf(context).optionalAmount('amount');
  if (amountMinor !== null && amountMinor !== payment.amountMinor) throw new KiccRefusal('Z204');
  const revocationTid = newPgCno(now);
  const reason = bodyOf(context).optionalText('reviseMessage', lengthMax.reviseMessage) ?? '';
  if (!recordRevocation(book, { tid: payment.tid, revocationTid, reason, now })) throw new KiccRefusal('Z205');
  return answerOf(payment, now, {
    cancelPgCno: revocationTid,
    cancelAmount: payment.amountMinor,
    remainAmount: 0n,
    status: ['TS02', '승인취소'],
  });
}

function cancel(context: SimulatorContext, payment: BookPayment, type: string): KiccFields {
  const { now } = context;
  // A virtual account has its deposit here, or its time is over: what was paid in goes back as a refund.
  if (payment.payMethod === 'vbank') throw new KiccRefusal(payment.status === 'expired' ? 'Z205' : 'Z206');
  const partType = payment.payMethod === 'card' ? '32' : '33';
  if (type !== '40' && type !== partType) throw new KiccRefusal('Z205');
  const isOfThisMonth = seoulDigits(payment.paidAt ?? now).slice(0, 6) === seoulDigits(now).slice(0, 6);
  if (payment.payMethod === 'phone' && !isOfThisMonth) throw new KiccRefusal('Z207');
  return record(context, payment, {
    ...amountsOf(bodyOf(context), payment, type !== '40'),
    status: type === '40' ? ['TS02', '승인취소'] : ['TS06', '부분매입(승인) 취소'],
    completesAt: null,
  });
}

/** To an account: of virtual accounts and of telephone payments. The account is looked at and not kept. */
function refund(context: SimulatorContext, payment: BookPayment, type: string): KiccFields {
  const isRefundable = payment.payMethod === 'vbank' || payment.payMethod === 'phone';
  if (!isRefundable || payment.status === 'expired') throw new KiccRefusal('Z205');
  const { now } = context;
  const body = bodyOf(context);
  const isRealTime = type === '63';
  const subType = body.text('reviseSubTypeCode', 4, isRealTime ? /^[12][01]$/ : /^RF01$/);
  const account = readRefundAccount(body);
  const recorded = record(context, payment, {
    ...amountsOf(body, payment, type === '62' || (isRealTime && subType.endsWith('1'))),
    status: isRealTime ? ['RF02', '환불완료'] : ['RF01', '환불요청'],
    completesAt: isRealTime ? null : new Date(now.getTime() + dayMs),
  });
  if (!isRealTime || account !== timedOutAccount) return recorded;
  return { ...failure('VTIM', '처리결과를 확인할 수 없습니다.'), resultLater: recorded };
}

function readRefundAccount(body: KiccBody): string {
  const refundInfo = body.object('refundInfo');
  if (!refundInfo) throw new KiccRefusal('Z104');
  const bank = refundInfo.text('refundBankCode', 3);
  const account = refundInfo.text('refundAccountNo', lengthMax.refundAccountNo, /^\d+$/);
  refundInfo.text('refundDepositName', lengthMax.refundDepositName);
  if (kiccCodes.kftcBankCode(bank) === undefined) throw new KiccRefusal('Z104');
  if (sandboxRefundAccounts.some(({ number }) => number === account)) throw new KiccRefusal('5413');
  return account;
}

interface Amounts {
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
}

/** All, or a part: then the amount must be said. What is said to be left before must be left. */
function amountsOf(body: KiccBody, payment: BookPayment, isPart: boolean): Amounts {
  const amountMinor = isPart ? body.amount('amount') : (body.optionalAmount('amount') ?? payment.amountMinor);
  const remainAmount = body.optionalAmount('remainAmount');
  if (amountMinor === 0n) throw new KiccRefusal('Z104');
  if (amountMinor > payment.balanceMinor) throw new KiccRefusal(isPart ? 'Z203' : 'Z205');
  if (remainAmount !== null && remainAmount !== payment.balanceMinor) throw new KiccRefusal('Z204');
  if (!isPart && amountMinor !== payment.amountMinor) throw new KiccRefusal('Z204');
  return { amountMinor, taxFreeMinor: taxFreePart(body, payment, amountMinor) };
}

/** A payment that mixes needs the split. One that does not is taxed, or free of tax, as a whole. */
function taxFreePart(body: KiccBody, payment: BookPayment, amountMinor: bigint): bigint {
  const taxInfo = body.object('taxInfo');
  const isMixed = payment.taxFreeMinor > 0n && payment.taxFreeMinor < payment.amountMinor;
  if (!taxInfo) {
    if (isMixed) throw new KiccRefusal('Z104');
    return payment.taxFreeMinor === 0n ? 0n : amountMinor;
  }
  const taxed = taxInfo.amount('taxationAmount') + taxInfo.amount('vatAmount');
  const taxFreeMinor = taxInfo.amount('taxFreeAmount');
  if (taxed + taxFreeMinor !== amountMinor) throw new KiccRefusal('Z104');
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  if (taxFreeMinor > payment.taxFreeBalanceMinor || taxed > taxedLeft) throw new KiccRefusal('Z203');
  return taxFreeMinor;
}

function record(
  context: SimulatorContext,
  payment: BookPayment,
  cancel: Amounts & { readonly status: readonly [code: string, text: string]; readonly completesAt: Date | null },
): KiccFields {
  const { book, now } = context;
  const cancelPgCno = newPgCno(now);
  const reason = bodyOf(context).optionalText('reviseMessage', lengthMax.reviseMessage) ?? '';
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: cancelPgCno,
    amountMinor: cancel.amountMinor,
    taxFreeMinor: cancel.taxFreeMinor,
    reason,
    now,
    completesAt: cancel.completesAt,
  });
  if (!changed) throw new KiccRefusal('Z203');
  const cashReceiptInfo = cancelReceiptWith(context, payment, cancel);
  return answerOf(payment, now, {
    cancelPgCno,
    cancelAmount: cancel.amountMinor,
    remainAmount: changed.balanceMinor,
    status: cancel.status,
    reviseInfo: {
      ...(cancel.completesAt && { refundInfo: { refundDate: seoulDigits(cancel.completesAt) } }),
      ...(cashReceiptInfo && { cashReceiptInfo }),
    },
  });
}

function answerOf(
  payment: BookPayment,
  now: Date,
  change: {
    readonly cancelPgCno: string;
    readonly cancelAmount: bigint;
    readonly remainAmount: bigint;
    readonly status: readonly [code: string, text: string];
    readonly reviseInfo?: Readonly<Record<string, unknown>>;
  },
): KiccFields {
  const [statusCode, statusMessage] = change.status;
  return {
    resMsg: '정상취소',
    cancelPgCno: change.cancelPgCno,
    shopOrderNo: payment.orderId,
    cancelAmount: String(change.cancelAmount),
    remainAmount: String(change.remainAmount),
    transactionDate: seoulDigits(now),
    statusCode,
    statusMessage,
    escrowUsed: 'N',
    reviseInfo: {
      payMethodTypeCode: isKiccPayMethod(payment.payMethod) ? payMethodTypes[payment.payMethod] : '',
      approvalNo: payment.approvalNumber ?? '',
      approvalDate: seoulDigits(now),
      ...change.reviseInfo,
    },
  };
}
