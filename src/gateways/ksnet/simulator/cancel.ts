import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import {
  type BookPayment,
  cancelsOf,
  paymentByOrderId,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { isPastSixMonths } from '../wire/periods.ts';
import { cardData } from './payments.ts';
import { KsnetFailure, type KsnetFields, KsnetProtocolError } from './protocol.ts';

const partialCancelsMax = 9;
const amountPattern = /^[1-9]\d*$/;

/** Cards answer with four digits and in more words, transfers with three. Codes without a source of their own are inferred. */
const answers = {
  card: {
    done: { respCode: '0000', respMessage: '승인취소완료/매입취소요청' },
    unknown: { code: 'P10G', message: '취소거절/원거래없음' },
    late: { code: '7003', message: '취소거절기간경과/Tel:1544-6030' },
  },
  trans: {
    done: { respCode: '000', respMessage: 'OK:이체취소' },
    unknown: { code: '994', message: '취소거절/취소원거래없음' },
    late: { code: 'P118', message: '취소거절기간경과' },
  },
} as const;

interface Asked {
  readonly isFull: boolean;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
}

/** POST /api/v1/card/cancel and /api/v1/account/cancel */
export function cancelPayment(payMethod: 'card' | 'trans') {
  return (fields: KsnetFields, context: SimulatorContext, aid: string): Record<string, string> => {
    const { book, now } = context;
    const words = answers[payMethod];
    const asked = askedOf(fields, payMethod);
    const payment = originalOf(fields, context);
    if (payment?.payMethod !== payMethod) throw new KsnetFailure(words.unknown.code, words.unknown.message);
    if (payment.status === 'cancelled') throw new KsnetFailure('P10Q', '취소거절/기취소거래');
    if (isPastSixMonths(payment.paidAt ?? payment.requestedAt, now)) {
      throw new KsnetFailure(words.late.code, words.late.message);
    }
    const amountMinor = amountTaken(payment, asked, cancelsOf(book, payment.tid).length);
    const changed = recordCancel(book, {
      tid: payment.tid,
      cancelTid: aid,
      amountMinor,
      taxFreeMinor: taxFreePart(payment, amountMinor, asked.taxFreeMinor),
      reason: '',
      now,
    });
    if (!changed) throw new KsnetFailure('P10I', '승인금액오류');
    return {
      tid: payment.tid,
      tradeDateTime: seoulDigits(now),
      cancelAmount: amountMinor.toString(),
      ...(payMethod === 'card' ? { ...words.done, ...cardData(payment) } : transferData(payment)),
    };
  };
}

function askedOf(fields: KsnetFields, payMethod: 'card' | 'trans'): Asked {
  const isFull = fields.required('cancelType', 10, /^(FULL|PARTIAL)$/) === 'FULL';
  const amount = fields.optional('cancelTotalAmount', 9, amountPattern);
  const seq = fields.optional('cancelSeq', 1, /^[1-9]$/);
  const taxFree = payMethod === 'card' ? fields.optional('cancelTaxFreeAmount', 9, /^\d+$/) : '';
  if (!isFull && (amount === '' || seq === '')) throw new KsnetProtocolError('A0400');
  return { isFull, amountMinor: BigInt(amount || 0), taxFreeMinor: isFull ? 0n : BigInt(taxFree || 0) };
}

function originalOf(fields: KsnetFields, { book, caller }: SimulatorContext): BookPayment | undefined {
  const isByTid = fields.required('orgTradeKeyType', 10, /^(TID|ORDER_NUMB)$/) === 'TID';
  const key = fields.required('orgTradeKey', 50);
  if (isByTid) return paymentByTid(book, caller.mid, key);
  const day = fields.required('orgTradeDate', 8, /^\d{8}$/);
  const payment = paymentByOrderId(book, caller.mid, key);
  return payment && seoulDigits(payment.requestedAt).startsWith(day) ? payment : undefined;
}

/**
 * `FULL` has no amount, so that it takes whatever is left (inferred). What KSNET does with a `cancelSeq` that was used
 * before is not documented: the simulator takes it, so that a request that is sent twice shows as two cancels in the book.
 */
function amountTaken(payment: BookPayment, asked: Asked, cancels: number): bigint {
  if (asked.isFull) return payment.balanceMinor;
  if (cancels >= partialCancelsMax) throw new KsnetFailure('P10G', '취소불가거래');
  if (asked.amountMinor > payment.balanceMinor) throw new KsnetFailure('P10I', '승인금액오류');
  return asked.amountMinor;
}

/** A cancel that is larger than what is left of the taxed part takes the rest from the tax-free one (inferred). */
function taxFreePart(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  if (askedMinor > amountMinor || askedMinor > payment.taxFreeBalanceMinor) {
    throw new KsnetFailure('P10I', '승인금액오류');
  }
  return taxFreeTaken(payment, amountMinor, askedMinor);
}

function transferData(payment: BookPayment): Record<string, string> {
  const { respCode, respMessage } = answers.trans.done;
  return {
    respCode,
    respMessage: `${bankName(payment.bankCode ?? '') ?? ''}/${respMessage}`,
    agencyType: '5',
    agencyName: '금융결제원',
    approvalNumb: payment.bankCode ?? '',
  };
}
