import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { virtualAccountService } from '../wire/services.ts';
import { cleanText, sealData } from '../wire/wire.ts';

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
