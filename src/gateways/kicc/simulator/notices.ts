import { createHash } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { receiptOfPayment } from '../../../simulators/receipts.ts';
import { issuingBankCode } from '../wire/codes.ts';
import { kiccErrors } from '../wire/errors.ts';

/** After the first one, KICC sends a notice ten times more. */
const attemptsMax = 11;

export const kiccSimulatorNotices: SimulatorNotices = {
  deposit: (payment, context) => {
    const { bankCode, accountNumber, depositorName, accountHolder } = payment;
    return notice('30', payment, {
      resCd: '0000',
      resMsg: '입금완료',
      pgCno: depositNumber(payment),
      amount: String(payment.amountMinor),
      transactionDate: seoulDigits(payment.paidAt ?? context.now),
      // Two digits here, and three for the bank that the money came from.
      bankCode: (issuingBankCode(bankCode ?? '') ?? '').slice(1),
      bankName: bankName(bankCode ?? '') ?? '',
      accountNo: accountNumber ?? '',
      depositName: depositorName ?? '',
      escrowUsed: 'N',
      payMethodTypeCode: '22',
      ...cashFields(payment, context),
      statusCode: '',
      statusMessage: '',
      tlfSno: payment.tid,
      accountType: 'V',
      customerName: accountHolder ?? '',
    });
  },
  refundResult: (payment, cancel, { now }) =>
    cancel.state === 'failed'
      ? notice('51', payment, {
          resCd: cancel.failureCode ?? '5413',
          resMsg: kiccErrors['5413'].message,
          pgCno: payment.tid,
        })
      : notice('50', payment, {
          resCd: '0000',
          resMsg: '정상 처리',
          pgCno: payment.tid,
          transactionDate: seoulDigits(now),
          escrowUsed: 'N',
          statusCode: 'RF02',
          statusMessage: '환불완료',
          payMethodTypeCode: '22',
          cancelPgCno: cancel.cancelTid,
          depositPgCno: depositNumber(payment),
          basketUsed: 'N',
        }),
  isTaken: ({ status, body }) => status === 200 && isSuccess(body),
  attemptsMax,
};

/** As documented now (JSON), or as older contracts have it (`res_cd=0000^res_msg=SUCCESS`). */
function isSuccess(body: string): boolean {
  if (/^res_cd=0000\b/.test(body)) return true;
  try {
    return (JSON.parse(body) as { resCd?: unknown } | null)?.resCd === '0000';
  } catch {
    return false;
  }
}

function notice(notiType: string, payment: BookPayment, fields: Readonly<Record<string, string>>): NoticeMessage {
  return {
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ ...fields, notiType, mallId: payment.mid, shopOrderNo: payment.orderId }),
  };
}

/** A deposit has a number of its own. The book has no place for one; it is made of the time and a digest of the payment's. */
function depositNumber(payment: BookPayment): string {
  const digest = createHash('sha256').update(`deposit ${payment.tid}`).digest();
  const digits = String(digest.readUInt32BE() % 100_000_000).padStart(8, '0');
  return seoulDigits(payment.paidAt ?? payment.requestedAt).slice(2) + digits;
}

function cashFields(payment: BookPayment, { book }: ControlContext): Readonly<Record<string, string>> {
  const receipt = receiptOfPayment(book, payment.tid);
  if (!receipt) return { cashUsed: '0' };
  return {
    cashUsed: '1',
    cashResCd: '0000',
    cashResMsg: '정상',
    cashTranDate: seoulDigits(receipt.issuedAt),
    cashAuthNo: receipt.approvalNumber,
    cashIssueType: '01',
    cashAuthType: '3',
    cashAuthValue: receipt.identifier,
  };
}
