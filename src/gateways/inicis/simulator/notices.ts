import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { receiptOfPayment } from '../../../simulators/receipts.ts';
import { standInEscrowNotice } from '../../stand-in/simulator/notices.ts';
import { inicisCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { newTid, tidPrefixes } from './ids.ts';

export const inicisSimulatorNotices: SimulatorNotices = {
  deposit: depositNotice,
  escrowChanged: (payment, escrow, context) => standInEscrowNotice(payment, escrow, context, standInSecretOf),
  isTaken: ({ status, body }) => status === 200 && body.trim() === 'OK',
  // Ten repeats are what Welcome Payments, which has the same notice, documents.
  attemptsMax: 11,
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
