import { decodeEucKrForm, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import type { SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { virtualAccountService } from '../wire/services.ts';
import { cleanText, type DanalFields, openData, sealData } from '../wire/wire.ts';

const cpid = /^[A-Z0-9]{10}$/;

/**
 * Danal posts `DATA` alone, sealed with the merchant's key, so that the address has to say whose it is: the address that
 * Danal is given (`NOTIURL`) ends in the merchant's CPID. The merchant's own id stands in `DATA` as well, and decides.
 */
export const danalNotices: GatewayNotices = {
  identify(raw) {
    const fields = decodeEucKrForm(raw.body);
    const mid = raw.path.replace(/^\/+|\/+$/g, '');
    return fields.DATA !== undefined && cpid.test(mid) ? { mid, orderId: null, gatewayTid: null } : undefined;
  },
  open(raw: RawNotice, { mid, credentials }): OpenedNotice {
    const fields = openData(decodeEucKrForm(raw.body).DATA ?? '', virtualAccountService, credentials);
    if (fields?.CPID !== mid || !fields.TID || !fields.ORDERID) {
      return { kind: 'forged', why: 'it was not sealed with the key of this merchant' };
    }
    return {
      kind: 'notice',
      trust: 'authentic',
      orderId: fields.ORDERID,
      gatewayTid: fields.TID,
      event: eventOf(fields),
    };
  },
  // Danal repeats a notice each minute until it reads OK, for ten minutes; FAIL ends that as well.
  answer: (taken) => ({
    status: taken === 'later' ? 503 : 200,
    contentType: 'text/plain; charset=euc-kr',
    body: { taken: 'OK', later: '', refused: 'FAIL' }[taken],
  }),
};

function eventOf(fields: DanalFields): NoticeEvent {
  const amount = fields.AMOUNT ?? '';
  if (fields.RETURNCODE !== '0000' || !/^\d{1,11}$/.test(amount)) {
    return { kind: 'nothing_to_do', what: `RETURNCODE ${(fields.RETURNCODE ?? '').slice(0, 10)}` };
  }
  return {
    kind: 'deposit',
    amountMinor: BigInt(amount),
    accountNumber: fields.VIRTUALACCOUNT || null,
    depositorName: fields.DEPOSITUSERNAME || null,
    depositedAt: readSeoulDigits((fields.TRANDATE ?? '') + (fields.TRANTIME ?? '')) ?? null,
    depositTid: null,
  };
}

/** The fields, and their order, as a public copy of a real notice has them. */
export const danalSimulatorNotices: SimulatorNotices = {
  deposit(payment, { book, now }) {
    const credentials = merchantByMid(book, payment.mid)?.credentials ?? {};
    const at = seoulDigits(payment.paidAt ?? now);
    const due = seoulDigits(payment.dueAt ?? now);
    const fields = {
      CPID: payment.mid,
      TID: payment.tid,
      AMOUNT: payment.amountMinor.toString(),
      EXPIREDATE: due.slice(0, 8),
      EXPIRETIME: due.slice(8),
      BANKCODE: payment.bankCode ?? '',
      BANKNAME: cleanText(bankName(payment.bankCode ?? '') ?? '', 20),
      VIRTUALACCOUNT: payment.accountNumber ?? '',
      ACCOUNTHOLDER: cleanText(payment.accountHolder ?? '', 30),
      ISCASHRECEIPT: 'N',
      TRANDATE: at.slice(0, 8),
      TRANTIME: at.slice(8),
      RETURNCODE: '0000',
      RETURNMSG: '성공',
      DEPOSITUSERNAME: cleanText(payment.depositorName ?? '', 30),
      ITEMNAME: cleanText(payment.orderName, 255),
      ORDERID: payment.orderId,
      USERID: '',
    };
    return {
      contentType: 'application/x-www-form-urlencoded; charset=euc-kr',
      path: payment.mid,
      body: encodeEucKrForm({ DATA: sealData(fields, virtualAccountService, credentials) }),
    };
  },
  isTaken: ({ body }) => body === 'OK' || body === 'FAIL',
  // The first, and one in each of the ten minutes after it.
  attemptsMax: 11,
};
