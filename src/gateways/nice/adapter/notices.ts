import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { readNiceAmount } from '../wire/wire.ts';
import { readShortDigits } from './answers.ts';

/**
 * NICE's notices: a form in EUC-KR without a signature, from addresses that it publishes. It is sent again until `OK` is
 * read; its samples print `FAIL` else. What is seen of real ones carries the merchant key as a field of its own
 * (`MerchantKey`), which no manual mentions: a notice must not be logged.
 */
export const niceNotices: GatewayNotices = {
  identify(raw) {
    const { MID, MOID, TID } = readNotice(raw);
    if (!MID || !MOID || !TID) return undefined;
    return { mid: MID, orderId: MOID, gatewayTid: TID };
  },
  open(raw, { mid }): OpenedNotice {
    const fields = readNotice(raw);
    const { MOID, TID } = fields;
    if (!MOID || !TID || fields.MID !== mid) return { kind: 'forged', why: 'it is not of this merchant' };
    return { kind: 'notice', trust: 'unverified', orderId: MOID, gatewayTid: TID, event: eventOf(fields) };
  },
  answer: (taken) => ({
    status: taken === 'refused' ? 403 : 200,
    contentType: 'text/html; charset=euc-kr',
    body: taken === 'taken' ? 'OK' : 'FAIL',
  }),
};

/** 4110 is a deposit; `StateCd` tells a cancel (1 before, 2 after the card company was told) by the same fields. */
function eventOf(fields: Readonly<Record<string, string>>): NoticeEvent {
  const { PayMethod = '', ResultCode = '', StateCd = '', VbankNum, VbankInputName, Amt, AuthDate } = fields;
  const isDeposit = PayMethod === 'VBANK' && ResultCode === '4110' && (StateCd === '' || StateCd === '0');
  const amountMinor = readNiceAmount(Amt);
  if (!isDeposit || amountMinor === undefined) {
    return { kind: 'nothing_to_do', what: `${PayMethod} ${ResultCode} ${StateCd}`.slice(0, 60) };
  }
  return {
    kind: 'deposit',
    amountMinor,
    accountNumber: VbankNum || null,
    depositorName: VbankInputName || null,
    depositedAt: readShortDigits(AuthDate) ?? null,
    depositTid: null,
  };
}

function readNotice(raw: RawNotice): Readonly<Record<string, string>> {
  return decodeEucKrForm(raw.body);
}
