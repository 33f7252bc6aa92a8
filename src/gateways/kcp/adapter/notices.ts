import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, RawNotice } from '../../../port/notices.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

const standIn = createStandInNotices({ secretOf: standInSecretOf });

/**
 * KCP's common notice (공통통보): a form in EUC-KR, or in UTF-8 where the merchant chose that. Nothing in it is signed.
 * Only a page that holds `result` = `0000` ends it. The failure of a refund has no form of KCP's that is public; it comes
 * in the stand-in's.
 */
export const kcpNotices: GatewayNotices = {
  identify(raw) {
    const form = readForm(raw);
    if (!form) return standIn.identify(raw);
    return { mid: form.site_cd ?? null, orderId: form.order_no ?? null, gatewayTid: form.tno ?? null };
  },
  open(raw, keys) {
    const form = readForm(raw);
    if (!form) return standIn.open(raw, keys);
    if (form.site_cd !== keys.mid) return { kind: 'forged', why: 'the notice is for another site' };
    return {
      kind: 'notice',
      trust: 'unverified',
      orderId: form.order_no ?? null,
      gatewayTid: form.tno ?? null,
      event: eventOf(form),
    };
  },
  answer: (taken) => ({
    status: 200,
    contentType: 'text/html; charset=euc-kr',
    body: resultPage(taken === 'taken' ? '0000' : '9999'),
  }),
};

type Form = Readonly<Record<string, string | undefined>>;

function readForm(raw: RawNotice): Form | undefined {
  const isUtf8 = /charset\s*=\s*"?utf-?8/i.test(raw.headers['content-type'] ?? '');
  const form: Form = isUtf8
    ? Object.fromEntries(new URLSearchParams(raw.body.toString('utf8')))
    : decodeEucKrForm(raw.body);
  const isNotice = /^TX\d{2}$/.test(form.tx_cd ?? '') && form.site_cd && form.tno;
  return isNotice ? form : undefined;
}

function eventOf(form: Form): NoticeEvent {
  switch (form.tx_cd) {
    case 'TX00':
      // 13: the bank took back what had been paid in by mistake.
      if (form.op_cd === '13') return { kind: 'deposit_reversed' };
      return {
        kind: 'deposit',
        amountMinor: readAmount(form.ipgm_mnyx),
        accountNumber: form.account || null,
        depositorName: form.remitter || null,
        depositedAt: readSeoulDigits(form.tx_tm ?? '') ?? null,
        depositTid: null,
      };
    case 'TX01':
      return {
        kind: 'refund_result',
        succeeded: true,
        cancelTid: null,
        amountMinor: readAmount(form.refund_mny),
        at: readSeoulDigits(form.tx_tm ?? '') ?? null,
        code: null,
        message: null,
      };
    default:
      return { kind: 'nothing_to_do', what: form.tx_cd ?? '' };
  }
}

function readAmount(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,12}$/.test(text) ? BigInt(text) : null;
}

function resultPage(result: string): string {
  return `<html><body><form><input type="hidden" name="result" value="${result}"></form></body></html>`;
}
