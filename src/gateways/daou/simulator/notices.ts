import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { standInRefundNotice } from '../../stand-in/simulator/notices.ts';
import { kiwoomCodes } from '../wire/codes.ts';
import { depositMethod, issueMethod } from '../wire/notice-methods.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** The buyer was given an account. */
export function issueNotice(payment: BookPayment): NoticeMessage {
  return notice(payment, {
    PAYMETHOD: issueMethod,
    BANKCODE: kiwoomCodes.bankCode(payment.bankCode ?? '') ?? '',
    BANKNAME: bankName(payment.bankCode ?? '') ?? '',
    ACCOUNTNO: payment.accountNumber ?? '',
    RECEIVERNAME: payment.accountHolder ?? '',
    DEPOSITENDDATE: payment.dueAt ? seoulDigits(payment.dueAt) : '',
  });
}

/** The money is there; USERNAME is who paid it in. */
function depositNotice(payment: BookPayment): NoticeMessage {
  return notice(payment, {
    PAYMETHOD: depositMethod,
    AMOUNT: String(payment.amountMinor),
    SETTDATE: seoulDigits(payment.paidAt ?? payment.requestedAt),
    USERNAME: payment.depositorName ?? '',
    EMAIL: '',
    USERID: '',
    PRODUCTCODE: '',
    PRODUCTNAME: payment.orderName,
    RESERVEDINDEX1: '',
    RESERVEDINDEX2: '',
    RESERVEDSTRING: '',
    BANKCODE: kiwoomCodes.bankCode(payment.bankCode ?? '') ?? '',
    ACCOUNTNO: payment.accountNumber ?? '',
  });
}

export const kiwoomSimulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  // For Kiwoom Pay a cancel has no id of its own: the payment's stands for it.
  refundResult: (payment, cancel, context) =>
    standInRefundNotice(payment, { ...cancel, cancelTid: payment.tid }, context, standInSecretOf),
  isTaken: ({ status, body }) => status === 200 && /<RESULT>\s*SUCCESS\s*<\/RESULT>/i.test(body),
  // Once, and ten times more.
  attemptsMax: 11,
};

function notice(payment: BookPayment, fields: Readonly<Record<string, string>>): NoticeMessage {
  const { PAYMETHOD = '', ...others } = fields;
  return {
    contentType: 'application/x-www-form-urlencoded; charset=EUC-KR',
    body: encodeEucKrForm({
      PAYMETHOD,
      CPID: payment.mid,
      DAOUTRX: payment.tid,
      ORDERNO: payment.orderId,
      ...others,
    }),
  };
}
