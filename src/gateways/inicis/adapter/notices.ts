import { decodeEucKrForm, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { GatewayNotices, NoticeEvent, NoticeSubject, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { receiptOfPayment } from '../../../simulators/receipts.ts';
import { newTid, tidPrefixes } from '../simulator/ids.ts';
import { inicisCodes } from '../wire/codes.ts';

/**
 * The notice of a deposit: a form in EUC-KR, answered with the text OK. Accounts of the PC window and of INIAPI are told of in
 * small letters (`no_oid`), those of the mobile window in capitals (`P_OID`). Nothing in it is signed. `no_tid` names the notice
 * itself; the payment keeps the id that `no_req_tid` repeats.
 */
type Fields = Readonly<Record<string, string>>;

/** Ten repeats are what Welcome Payments, which has the same notice, documents. */
const attemptsMax = 11;

export const inicisNotices: GatewayNotices = {
  identify(raw) {
    const fields = fieldsOf(raw);
    return subjectOf(fields);
  },
  open(raw, { mid }): OpenedNotice {
    const fields = fieldsOf(raw);
    const subject = subjectOf(fields);
    if (!subject) return { kind: 'forged', why: 'it is no notice of INICIS' };
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

export const inicisSimulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  isTaken: ({ status, body }) => status === 200 && body.trim() === 'OK',
  attemptsMax,
};

/** Field by field as it was seen on the wire; `len` counts the bytes behind it. */
function depositNotice(payment: BookPayment, { book, now }: ControlContext): NoticeMessage {
  const digits = seoulDigits(now);
  const [day, time] = [digits.slice(0, 8), digits.slice(8)];
  const bank = (inicisCodes.bankCode(payment.bankCode ?? '') ?? '').padStart(8, '0');
  const receipt = receiptOfPayment(book, payment.tid);
  const rest = encodeEucKrForm({
    no_tid: newTid(book, tidPrefixes.deposit, payment.mid, now),
    no_oid: payment.orderId,
    id_merchant: payment.mid,
    cd_bank: bank,
    cd_deal: bank,
    dt_trans: day,
    tm_trans: time,
    no_msgseq: time.padStart(10, '9'),
    cd_joinorg: '20000050',
    dt_transbase: day,
    no_transseq: ' ',
    type_msg: '0200',
    cl_trans: '1100',
    cl_close: '0',
    cl_kor: '2',
    no_msgmanage: ' ',
    no_vacct: payment.accountNumber ?? '',
    amt_input: String(payment.amountMinor),
    amt_check: '0',
    nm_inputbank: bankName(payment.bankCode ?? '') ?? '',
    nm_input: payment.depositorName ?? '',
    dt_inputstd: ' ',
    dt_calculstd: ' ',
    flg_close: '0',
    ...(receipt && {
      dt_cshr: day,
      tm_cshr: time,
      no_cshr_appl: receipt.approvalNumber,
      no_cshr_tid: receipt.receiptTid,
    }),
    no_req_tid: payment.tid,
  });
  const len = String(Buffer.byteLength(rest) + 1).padStart(4, '0');
  return { contentType: 'application/x-www-form-urlencoded', body: `len=${len}&${rest}` };
}
