import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { isSameHash, packetHash } from '../wire/crypto.ts';
import { hectoErrors } from '../wire/errors.ts';
import { readAmountText } from '../wire/wire.ts';

/**
 * Hecto's notices (chapter 14.5): a form, in EUC-KR unless the merchant asked for UTF-8, with a hash over the status, the
 * time, the merchant, the number and the amount. A virtual account has two: one of its issue (`0051`), one of its deposit
 * (`0021`, `B1`). Notices of cancellations and refunds (`C0`, of phones `C1`) are sent to merchants who asked for them.
 */
export const hectoNotices: GatewayNotices = {
  identify(raw) {
    const form = readForm(raw);
    if (form.mchtId === '' || form.outStatCd === '' || form.pktHash === '') return undefined;
    const isOfCancel = form.orgTrdNo !== '';
    return {
      mid: form.mchtId,
      orderId: isOfCancel ? null : form.mchtTrdNo || null,
      gatewayTid: (isOfCancel ? form.orgTrdNo : form.trdNo) || null,
    };
  },
  open(raw, { mid, credentials }): OpenedNotice {
    const form = readForm(raw);
    if (form.mchtId !== mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    const { outStatCd, trdDtm, mchtId, mchtTrdNo, trdAmt } = form;
    // The day and the time of day stand in one field, so that the order of the hash stays the same.
    const expected = packetHash(credentials.licenseKey ?? '', [outStatCd, trdDtm, mchtId, mchtTrdNo, trdAmt]);
    if (!isSameHash(form.pktHash, expected)) return { kind: 'forged', why: 'the hash is wrong' };
    const isOfCancel = form.orgTrdNo !== '';
    const event = eventOf(form);
    return {
      kind: 'notice',
      // The hash covers neither what the notice is of (`bizType`) nor which transactions (`trdNo`, `orgTrdNo`): a notice of a
      // deposit could be sent again as one of a refund. Only a deposit is told by what is covered, status and number.
      trust: event.kind === 'deposit' ? 'authentic' : 'unverified',
      orderId: isOfCancel ? null : mchtTrdNo || null,
      gatewayTid: (isOfCancel ? form.orgTrdNo : form.trdNo) || null,
      event,
    };
  },
  answer: (taken) => ({
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: taken === 'taken' ? 'OK' : 'FAIL',
  }),
};

const fieldNames = [
  'outStatCd',
  'outRsltCd',
  'trdNo',
  'method',
  'bizType',
  'mchtId',
  'mchtTrdNo',
  'trdDtm',
  'trdAmt',
  'vAcntNo',
  'dpstrNm',
  'orgTrdNo',
  'pktHash',
] as const;
type NoticeForm = Readonly<Record<(typeof fieldNames)[number], string>>;

function eventOf(form: NoticeForm): NoticeEvent {
  const { outStatCd, method, bizType } = form;
  const amountMinor = readAmountText(form.trdAmt) ?? null;
  const at = readSeoulDigits(form.trdDtm) ?? null;
  if (method === 'VA' && bizType === 'B1' && outStatCd === '0021') {
    return {
      kind: 'deposit',
      amountMinor,
      accountNumber: /^\d{1,20}$/.test(form.vAcntNo) ? form.vAcntNo : null,
      depositorName: form.dpstrNm || null,
      depositedAt: at,
      depositTid: null,
    };
  }
  const isRefund = (method === 'VA' && bizType === 'C0') || (method === 'MP' && bizType === 'C1');
  if (isRefund && (outStatCd === '0021' || outStatCd === '0031')) {
    const succeeded = outStatCd === '0021';
    const code = succeeded ? null : form.outRsltCd || 'ST45';
    return {
      kind: 'refund_result',
      succeeded,
      cancelTid: form.trdNo || null,
      amountMinor,
      at,
      code,
      message: code && (hectoErrors[code]?.message ?? code),
    };
  }
  return { kind: 'nothing_to_do', what: `${method} ${bizType} ${outStatCd}`.slice(0, 60) };
}

/** Every field is there; those that did not come are empty. Never throws. */
function readForm(raw: RawNotice): NoticeForm {
  const fields = decodeForm(raw.body);
  return Object.fromEntries(fieldNames.map((name) => [name, fields[name] ?? ''])) as NoticeForm;
}

/** In UTF-8 if it can be that, else in EUC-KR. The fields that matter are the same bytes in both. */
function decodeForm(body: Buffer): Readonly<Record<string, string | undefined>> {
  const isAscii = body.every((byte) => byte < 0x80);
  const utf8 = isAscii ? [...new URLSearchParams(body.toString('latin1'))] : [];
  const isUtf8 = isAscii && utf8.every(([name, value]) => !`${name}${value}`.includes('\ufffd'));
  return isUtf8 ? Object.fromEntries(utf8) : decodeEucKrForm(body);
}
