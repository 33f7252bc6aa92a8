import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, RawNotice } from '../../../port/notices.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { depositMethod } from '../wire/notice-methods.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { readAmountText } from '../wire/wire.ts';

/**
 * Kiwoom Pay's notices: a form in EUC-KR, as GET or POST. Nothing in them is signed; it publishes the addresses that they
 * come from. That a refund of a deposited account was paid out, or could not be, has no public form: that notice is the
 * stand-in's.
 */
const standIn = createStandInNotices({ secretOf: standInSecretOf });

export const kiwoomNotices: GatewayNotices = {
  identify(raw) {
    const form = readForm(raw);
    if (!form) return standIn.identify(raw);
    return { mid: form.CPID ?? null, orderId: form.ORDERNO || null, gatewayTid: form.DAOUTRX || null };
  },
  open(raw, keys) {
    const form = readForm(raw);
    if (!form) return standIn.open(raw, keys);
    if (form.CPID !== keys.mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    return {
      kind: 'notice',
      trust: 'unverified',
      orderId: form.ORDERNO || null,
      gatewayTid: form.DAOUTRX || null,
      event: eventOf(form),
    };
  },
  answer: (taken) => ({
    status: 200,
    contentType: 'text/html; charset=euc-kr',
    body: resultPage(taken === 'taken'),
  }),
};

export function resultPage(isTaken: boolean): string {
  return `<html><body><RESULT>${isTaken ? 'SUCCESS' : 'FAILED'}</RESULT></body></html>`;
}

type Form = Readonly<Record<string, string | undefined>>;

/** A query in EUC-KR has lost its Korean on the way here; everything that matters in it is ASCII. */
function readForm(raw: RawNotice): Form | undefined {
  const form: Form = raw.body.length > 0 ? decodeEucKrForm(raw.body) : Object.fromEntries(raw.query);
  const isNotice = /^[A-Z][A-Z_]{2,30}$/.test(form.PAYMETHOD ?? '') && form.CPID && (form.ORDERNO || form.DAOUTRX);
  return isNotice ? form : undefined;
}

/** Some shops are told of the issue with the pay method of a deposit, and no amount. */
function eventOf(form: Form): NoticeEvent {
  const amountMinor = readAmountText(form.AMOUNT ?? '');
  const depositedAt = readSeoulDigits(form.SETTDATE ?? '');
  if (form.PAYMETHOD !== depositMethod || amountMinor === undefined || !depositedAt || form.CANCELDATE) {
    return { kind: 'nothing_to_do', what: `${form.PAYMETHOD}`.slice(0, 60) };
  }
  const accountNumber = (form.ACCOUNTNO ?? '').replace(/[-\s]/g, '');
  const depositorName = form.USERNAME ?? '';
  return {
    kind: 'deposit',
    amountMinor,
    accountNumber: /^\d{5,20}$/.test(accountNumber) ? accountNumber : null,
    depositorName: depositorName === '' || depositorName.includes('\ufffd') ? null : depositorName,
    depositedAt,
    depositTid: null,
  };
}
