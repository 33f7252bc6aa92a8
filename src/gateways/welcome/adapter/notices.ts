import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { messageTypes } from '../wire/codes.ts';

/**
 * The notice of a deposit: a form that Welcome sends, not signed, until it reads `OK` (once, and ten times more). Names are
 * in KSC5601 (`cl_kor` 2), unless the content type says UTF-8. `no_tid` is taken for the deposit's own id and not used: the
 * account is named by `no_oid`.
 */
export const welcomeNotices: GatewayNotices = {
  identify(raw) {
    const fields = readForm(raw);
    return fields && { mid: null, orderId: fields.no_oid, gatewayTid: null };
  },
  open(raw): OpenedNotice {
    const fields = readForm(raw);
    if (!fields) return { kind: 'forged', why: 'it is no notice of a deposit' };
    const { no_oid: orderId, type_msg: type, amt_input: amount, dt_trans = '', tm_trans = '' } = fields;
    const about = { kind: 'notice', trust: 'unverified', orderId, gatewayTid: null } as const;
    if (type === messageTypes.reversal) return { ...about, event: { kind: 'deposit_reversed' } };
    if (type !== messageTypes.deposit) {
      return { ...about, event: { kind: 'nothing_to_do', what: `type_msg ${type.slice(0, 20)}` } };
    }
    if (!/^\d{1,15}$/.test(amount)) return { kind: 'forged', why: 'the amount is no number' };
    return {
      ...about,
      event: {
        kind: 'deposit',
        amountMinor: BigInt(amount),
        accountNumber: fields.no_vacct.trim(),
        depositorName: fields.nm_input?.trim() || null,
        depositedAt: readSeoulDigits(dt_trans + tm_trans) ?? null,
        depositTid: null,
      },
    };
  },
  answer: (taken) => ({
    status: { taken: 200, later: 503, refused: 400 }[taken],
    contentType: 'text/plain',
    body: { taken: 'OK', later: 'FAIL', refused: 'FAIL' }[taken],
  }),
};

type NoticeForm = Readonly<Record<string, string>> & {
  readonly no_oid: string;
  readonly type_msg: string;
  readonly no_vacct: string;
  readonly amt_input: string;
};

function readForm({ headers, body }: RawNotice): NoticeForm | undefined {
  const isUtf8 = /charset\s*=\s*"?utf-?8/i.test(headers['content-type'] ?? '');
  const fields = isUtf8 ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : decodeEucKrForm(body);
  const { no_oid, type_msg, no_vacct, amt_input } = fields;
  if (!no_oid || no_oid.length > 64 || !type_msg || !no_vacct || !amt_input) return undefined;
  return { ...fields, no_oid, type_msg, no_vacct, amt_input };
}
