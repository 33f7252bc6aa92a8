import { cutToEucKrBytes, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { receiptOfPayment } from '../../../simulators/receipts.ts';

/** NICE's names of pay methods, in answers and notices. */
export const payMethodNames: Readonly<Record<string, string>> = {
  card: 'CARD',
  trans: 'BANK',
  vbank: 'VBANK',
  phone: 'CELLPHONE',
};

/** The fields of NICE's manual, in EUC-KR. How often a notice is sent at most is inferred; NICE goes on until it reads `OK`. */
export const niceSimulatorNotices: SimulatorNotices = {
  deposit(payment, { book, now }) {
    const receipt = receiptOfPayment(book, payment.tid);
    return notice(payment, {
      PayMethod: 'VBANK',
      ResultCode: '4110',
      StateCd: '0',
      AuthDate: seoulDigits(now).slice(2),
      FnCd: payment.bankCode ?? '',
      FnName: bankName(payment.bankCode ?? '') ?? '',
      VbankNum: payment.accountNumber ?? '',
      VbankName: cutToEucKrBytes(bankName(payment.bankCode ?? '') ?? '', 20),
      VbankInputName: cutToEucKrBytes(payment.depositorName ?? '', 20),
      RcptType: receipt ? (receipt.type === 'company' ? '2' : '1') : '0',
      RcptTID: receipt?.receiptTid ?? '',
      RcptAuthCode: receipt?.approvalNumber ?? '',
    });
  },
  isTaken: ({ body }) => body.includes('OK'),
  attemptsMax: 10,
};

/** A cancel is told, too; `Amt` is the payment's, and only for cards does NICE name the cancel's own Moid. */
export function cancelNotice(payment: BookPayment, moid: string, now: Date): NoticeMessage {
  const isCard = payment.payMethod === 'card';
  return notice(payment, {
    PayMethod: payMethodNames[payment.payMethod] ?? '',
    ResultCode: '2001',
    StateCd: '2',
    AuthDate: seoulDigits(payment.paidAt ?? now).slice(2),
    CancelDate: seoulDigits(now).slice(2),
    CancelMOID: isCard ? moid : '',
  });
}

function notice(payment: BookPayment, fields: Readonly<Record<string, string>>): NoticeMessage {
  return {
    contentType: 'application/x-www-form-urlencoded; charset=euc-kr',
    body: encodeEucKrForm({
      MID: payment.mid,
      MOID: payment.orderId,
      TID: payment.tid,
      Amt: String(payment.amountMinor),
      GoodsName: payment.orderName,
      name: '',
      BuyerEmail: '',
      MallUserID: '',
      AuthCode: payment.approvalNumber ?? '',
      ResultMsg: '승인',
      MallReserved: '',
      ...fields,
    }),
  };
}
