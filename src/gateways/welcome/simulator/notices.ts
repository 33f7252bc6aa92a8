import { cutToEucKrBytes, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { messageTypes, welcomeCodes } from '../wire/codes.ts';
import { newWelcomeTid } from './transaction-ids.ts';

const attemptsMax = 11;
const bankNameBytesMax = 10;
const depositorBytesMax = 20;

export const welcomeSimulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  isTaken: ({ status, body }) => status === 200 && body === 'OK',
  attemptsMax,
};

function depositNotice(payment: BookPayment, { book, now }: Pick<ControlContext, 'book' | 'now'>): NoticeMessage {
  const at = seoulDigits(payment.paidAt ?? now);
  const day = at.slice(0, 8);
  const bank = (welcomeCodes.bankCode(payment.bankCode ?? '') ?? '').padStart(8, '0');
  const fields = {
    no_tid: newWelcomeTid(book, 'ININPGVBNK', payment.mid, now),
    no_oid: payment.orderId,
    cd_bank: bank,
    cd_deal: bank,
    dt_trans: day,
    tm_trans: at.slice(8),
    no_vacct: payment.accountNumber ?? '',
    amt_input: String(payment.amountMinor),
    flg_close: '0',
    cl_close: '0',
    type_msg: messageTypes.deposit,
    nm_inputbank: cutToEucKrBytes(bankName(payment.bankCode ?? '') ?? '', bankNameBytesMax),
    nm_input: cutToEucKrBytes(payment.depositorName ?? '', depositorBytesMax),
    dt_inputstd: day,
    dt_calculstd: day,
    dt_transbase: day,
    cl_trans: '1100',
    cl_kor: '2',
  };
  return { contentType: 'application/x-www-form-urlencoded', body: encodeEucKrForm(fields) };
}
