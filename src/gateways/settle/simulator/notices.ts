import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import type { BookCancel, BookPayment } from '../../../simulators/payments.ts';
import { receiptOfPayment } from '../../../simulators/receipts.ts';
import { methodCodeOf } from '../wire/codes.ts';
import { packetHash } from '../wire/crypto.ts';

/** The account was given out: `0051`, `A0`. */
export function issueNotice(payment: BookPayment, context: ControlContext): NoticeMessage {
  return notice(payment, context, {
    outStatCd: '0051',
    trdNo: payment.tid,
    bizType: 'A0',
    mchtTrdNo: payment.orderId,
    trdDtm: seoulDigits(payment.requestedAt),
    trdAmt: String(payment.amountMinor),
  });
}

/** The money is there: `0021`, `B1`, under the number that the account was issued with (inferred). */
export function depositNotice(payment: BookPayment, context: ControlContext): NoticeMessage {
  const receipt = receiptOfPayment(context.book, payment.tid);
  return notice(payment, context, {
    outStatCd: '0021',
    trdNo: payment.tid,
    bizType: 'B1',
    mchtTrdNo: payment.orderId,
    trdDtm: seoulDigits(payment.paidAt ?? context.now),
    trdAmt: String(payment.amountMinor),
    dpstrNm: payment.depositorName ?? '',
    csrcIssNo: receipt?.approvalNumber ?? '',
  });
}

/** The refund has been sent (`0021`); that a failed one is told of as `0031` with its code is inferred. */
function refundNotice(payment: BookPayment, cancel: BookCancel, context: ControlContext): NoticeMessage {
  const isFailed = cancel.state === 'failed';
  const mchtTrdNo = cancel.detail.mchtTrdNo;
  return notice(payment, context, {
    outStatCd: isFailed ? '0031' : '0021',
    ...(isFailed && { outRsltCd: cancel.failureCode ?? 'ST45' }),
    trdNo: cancel.cancelTid,
    bizType: payment.payMethod === 'phone' ? 'C1' : 'C0',
    mchtTrdNo: typeof mchtTrdNo === 'string' ? mchtTrdNo : payment.orderId,
    trdDtm: seoulDigits(context.now),
    trdAmt: String(cancel.amountMinor),
    orgTrdNo: payment.tid,
    orgTrdDt: seoulDigits(payment.requestedAt).slice(0, 8),
    cnclType: cancel.amountMinor === payment.amountMinor ? '00' : '10',
  });
}

export const hectoSimulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  refundResult: refundNotice,
  isTaken: ({ status, body }) => status === 200 && body.trim() === 'OK',
  // As often as the merchant's contract says.
  attemptsMax: 10,
};

function notice(
  payment: BookPayment,
  { book }: ControlContext,
  fields: Readonly<Record<'outStatCd' | 'trdDtm' | 'mchtTrdNo' | 'trdAmt', string>> & Readonly<Record<string, string>>,
): NoticeMessage {
  const licenseKey = merchantByMid(book, payment.mid)?.credentials.licenseKey ?? '';
  const { outStatCd, trdDtm, mchtTrdNo, trdAmt } = fields;
  const isAccount = payment.payMethod === 'vbank';
  return {
    contentType: 'application/x-www-form-urlencoded; charset=EUC-KR',
    body: encodeEucKrForm({
      method: methodCodeOf(payment.payMethod) ?? '',
      mchtId: payment.mid,
      pmtprdNm: payment.orderName,
      ...(isAccount && {
        bankCd: payment.bankCode ?? '',
        bankNm: bankName(payment.bankCode ?? '') ?? '',
        acntType: String(payment.detail.accountType ?? '1'),
        vAcntNo: payment.accountNumber ?? '',
        expireDt: payment.dueAt ? seoulDigits(payment.dueAt) : '',
        AcntPrintNm: payment.accountHolder ?? '',
      }),
      ...fields,
      pktHash: packetHash(licenseKey, [outStatCd, trdDtm, payment.mid, mchtTrdNo, trdAmt]),
    }),
  };
}
