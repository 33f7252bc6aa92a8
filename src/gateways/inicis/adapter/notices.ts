import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, NoticeSubject, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/**
 * The notice of a deposit: a form in EUC-KR, answered with the text OK. Accounts of the PC window and of INIAPI are told of in
 * small letters (`no_oid`), those of the mobile window in capitals (`P_OID`). Nothing in it is signed. `no_tid` names the notice
 * itself; the payment keeps the id that `no_req_tid` repeats.
 */
const standIn = createStandInNotices({ secretOf: standInSecretOf });

type Fields = Readonly<Record<string, string>>;

export const inicisNotices: GatewayNotices = {
  identify(raw) {
    // The form of INICIS's own notice about escrow is not public.
    return subjectOf(fieldsOf(raw)) ?? standIn.identify(raw);
  },
  open(raw, keys): OpenedNotice {
    const { mid } = keys;
    const fields = fieldsOf(raw);
    const subject = subjectOf(fields);
    if (!subject) return standIn.open(raw, keys);
    if (subject.mid !== null && subject.mid !== mid) return { kind: 'forged', why: 'it is for another merchant' };
    const { orderId, gatewayTid } = subject;
    const event = fields.no_oid ? eventOfAccount(fields) : eventOfMobile(fields);
    return { kind: 'notice', trust: 'unverified', orderId, gatewayTid, event };
  },
  answer: (taken) => ({ status: 200, contentType: 'text/plain', body: taken === 'taken' ? 'OK' : 'FAIL' }),
};

function fieldsOf({ body }: RawNotice): Fields {
  return decodeEucKrForm(body);
}

function subjectOf(fields: Fields): NoticeSubject | undefined {
  const orderId = fields.no_oid ?? fields.P_OID ?? '';
  if (!/^[\x21-\x7e]{1,64}$/.test(orderId)) return undefined;
  const isMobile = !fields.no_oid;
  const gatewayTid = (isMobile ? fields.P_TID : fields.no_req_tid)?.trim();
  return {
    orderId,
    mid: (isMobile ? fields.P_MID : fields.id_merchant)?.trim() || null,
    gatewayTid: gatewayTid || null,
  };
}

function eventOfAccount(fields: Fields): NoticeEvent {
  switch (fields.type_msg) {
    case '0200':
      return depositOf({
        amount: fields.amt_input,
        account: fields.no_vacct,
        depositor: fields.nm_input,
        at: `${fields.dt_trans}${fields.tm_trans}`,
      });
    // The bank has taken the deposit back.
    case '0400':
      return { kind: 'deposit_reversed' };
    default:
      return { kind: 'nothing_to_do', what: `type_msg ${(fields.type_msg ?? '').slice(0, 20)}` };
  }
}

/** Status 00 of a virtual account is its issue, 02 its deposit. */
function eventOfMobile(fields: Fields): NoticeEvent {
  if (fields.P_STATUS !== '02' || fields.P_TYPE !== 'VBANK') {
    return { kind: 'nothing_to_do', what: `P_STATUS ${(fields.P_STATUS ?? '').slice(0, 20)}` };
  }
  return depositOf({
    amount: fields.P_AMT,
    account: undefined,
    depositor: fields.P_UNAME,
    at: fields.P_AUTH_DT ?? '',
  });
}

/** A deposit without a readable amount is none: every one of INICIS's names it. */
function depositOf(found: {
  readonly amount: string | undefined;
  readonly account: string | undefined;
  readonly depositor: string | undefined;
  readonly at: string;
}): NoticeEvent {
  if (!/^\d{1,12}$/.test(found.amount ?? '')) return { kind: 'nothing_to_do', what: 'a deposit without an amount' };
  return {
    kind: 'deposit',
    amountMinor: BigInt(found.amount ?? 0),
    accountNumber: /^\d{6,20}$/.test(found.account ?? '') ? (found.account ?? null) : null,
    depositorName: found.depositor?.trim() || null,
    depositedAt: readSeoulDigits(found.at) ?? null,
    depositTid: null,
  };
}
