import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';

/**
 * KICC's webhook (노티): JSON in UTF-8, unsigned. `30` a deposit, `31` a deposit that the bank took back, `50` a refund paid
 * out on the next banking day, `51` a refund that could not be paid out; the others tell what our own requests did. A form
 * of the same names, which older contracts send, is read too.
 */
export const kiccNotices: GatewayNotices = {
  identify(raw) {
    const fields = readFields(raw);
    return fields && { mid: fields.mallId ?? null, orderId: fields.shopOrderNo ?? null, gatewayTid: paymentOf(fields) };
  },
  open(raw, keys): OpenedNotice {
    const fields = readFields(raw);
    if (!fields) return { kind: 'forged', why: 'this is no notice' };
    if (fields.mallId !== keys.mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    return {
      kind: 'notice',
      trust: 'unverified',
      orderId: fields.shopOrderNo || null,
      gatewayTid: paymentOf(fields),
      event: eventOf(fields),
    };
  },
  answer: (taken) => ({
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(taken === 'taken' ? { resCd: '0000', resMsg: '정상' } : { resCd: '5001', resMsg: '처리실패' }),
  }),
};

type Fields = Readonly<Record<string, string | undefined>>;

function readFields(raw: RawNotice): Fields | undefined {
  const text = raw.body.toString('utf8');
  const fields = text.trimStart().startsWith('{') ? readJson(text) : Object.fromEntries(new URLSearchParams(text));
  return /^\d{2}$/.test(fields.notiType ?? '') && fields.mallId && fields.pgCno ? fields : undefined;
}

function readJson(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const named = Object.entries(value).filter(([, field]) => typeof field === 'string' || typeof field === 'number');
    return Object.fromEntries(named.map(([name, field]) => [name, String(field)]));
  } catch {
    return {};
  }
}

/** A deposit has a number of its own (`pgCno`), and names the payment by that of the account's issue. */
function paymentOf({ notiType, pgCno, tlfSno }: Fields): string | null {
  return (notiType === '30' || notiType === '31' ? tlfSno : pgCno) || null;
}

function eventOf(fields: Fields): NoticeEvent {
  const at = readSeoulDigits(fields.transactionDate ?? '') ?? null;
  switch (fields.notiType) {
    case '30':
      return {
        kind: 'deposit',
        amountMinor: readAmount(fields.amount),
        accountNumber: fields.accountNo || null,
        depositorName: fields.depositName || null,
        depositedAt: at,
        // Refunds go by the number of the issue, so the payment keeps it.
        depositTid: null,
      };
    case '31':
      return { kind: 'deposit_reversed' };
    case '50':
      return {
        kind: 'refund_result',
        succeeded: fields.statusCode !== 'RF03',
        cancelTid: fields.cancelPgCno || null,
        amountMinor: readAmount(fields.cancelAmount),
        at,
        code: fields.statusCode === 'RF03' ? 'RF03' : null,
        message: fields.statusCode === 'RF03' ? fields.statusMessage || '환불거절' : null,
      };
    case '51':
      return {
        kind: 'refund_result',
        succeeded: false,
        cancelTid: fields.cancelPgCno || null,
        amountMinor: readAmount(fields.cancelAmount),
        at,
        code: fields.resCd || null,
        message: fields.resMsg || null,
      };
    default:
      return { kind: 'nothing_to_do', what: fields.notiType ?? '' };
  }
}

function readAmount(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,12}$/.test(text) ? BigInt(text) : null;
}
