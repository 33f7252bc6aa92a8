import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { cashCodes } from '../wire/codes.ts';
import { succeeded } from '../wire/errors.ts';

/**
 * What the window answers, sent to `noti_url` as a form in EUC-KR until it reads `SUCCESS`. Its HMAC is over two values of the
 * payment's registration, which nothing here keeps, so that it can't be verified.
 */
export const mobiliansNotices: GatewayNotices = {
  identify(raw) {
    const fields = readForm(raw);
    return fields && { mid: fields.sid, orderId: fields.trade_id, gatewayTid: fields.pay_token || null };
  },
  open(raw, keys): OpenedNotice {
    const fields = readForm(raw);
    if (!fields) return { kind: 'forged', why: 'this is no notice' };
    if (fields.sid !== keys.mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    return {
      kind: 'notice',
      trust: 'unverified',
      orderId: fields.trade_id,
      gatewayTid: fields.pay_token || null,
      event: eventOf(fields),
    };
  },
  answer: (taken) => ({
    status: { taken: 200, later: 503, refused: 400 }[taken],
    contentType: 'text/plain',
    body: taken === 'taken' ? 'SUCCESS' : 'FAIL',
  }),
};

type NoticeForm = Readonly<Record<string, string>> & {
  readonly code: string;
  readonly sid: string;
  readonly trade_id: string;
  readonly cash_code: string;
  readonly amount: string;
};

function readForm({ body }: RawNotice): NoticeForm | undefined {
  const fields = decodeEucKrForm(body);
  const { code, sid, trade_id, cash_code, amount } = fields;
  if (!code || !sid || !trade_id || trade_id.length > 50 || !cash_code || !/^\d{1,10}$/.test(amount ?? ''))
    return undefined;
  return { ...fields, code, sid, trade_id, cash_code, amount: amount ?? '' };
}

/** Only what was approved has a `sign_date`: of an account the deposit, and not yet its issue. */
function eventOf(fields: NoticeForm): NoticeEvent {
  const { code, cash_code: cashCode, sign_date: signDate = '' } = fields;
  if (code !== succeeded || cashCode !== cashCodes.vbank || signDate === '') {
    return { kind: 'nothing_to_do', what: `${cashCode.slice(0, 10)} ${code.slice(0, 10)}` };
  }
  return {
    kind: 'deposit',
    amountMinor: BigInt(fields.amount),
    accountNumber: fields.account_no || null,
    depositorName: null,
    depositedAt: readSeoulDigits(signDate) ?? null,
    depositTid: null,
  };
}
