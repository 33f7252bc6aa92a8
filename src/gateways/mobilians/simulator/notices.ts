import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { cashCodes, mobiliansCodes } from '../wire/codes.ts';
import { succeeded } from '../wire/errors.ts';
import { windowHmac } from '../wire/signature.ts';

export const simulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  isTaken: ({ status, body }) => status === 200 && body === 'SUCCESS',
  attemptsMax: 20,
};

function depositNotice(payment: BookPayment, { book, now }: ControlContext): NoticeMessage {
  const amount = String(payment.amountMinor);
  const skey = merchantByMid(book, payment.mid)?.credentials.skey ?? '';
  const { okUrl, timeStamp, transactionId } = payment.detail;
  const fields = {
    code: succeeded,
    message: '정상처리',
    sid: payment.mid,
    tid: String(transactionId),
    trade_id: payment.orderId,
    cash_code: cashCodes.vbank ?? '',
    pay_token: payment.tid,
    amount,
    hmac: windowHmac(skey, {
      amount,
      ok_url: String(okUrl),
      trade_id: payment.orderId,
      time_stamp: String(timeStamp),
    }),
    sign_date: seoulDigits(payment.paidAt ?? now),
    account_no: payment.accountNumber ?? '',
    bank_code: mobiliansCodes.bankCode(payment.bankCode ?? '') ?? '',
    mstr: '',
  };
  return { contentType: 'application/x-www-form-urlencoded', body: encodeEucKrForm(fields) };
}
