// if notices
/** INVENTED: what a notice is made of, which answer ends it, and how often it is sent. */

import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { SimulatorNotices } from '../../../../../src/simulators/definition.ts';
import { merchantByMid } from '../../../../../src/simulators/merchants.ts';
import { writeNotice } from '../wire/notices.ts';

export const simulatorNotices: SimulatorNotices = {
  deposit(payment, { book, now }) {
    const secretKey = merchantByMid(book, payment.mid)?.credentials.secretKey ?? '';
    const body = writeNotice(secretKey, {
      event: 'DEPOSIT',
      mid: payment.mid,
      orderId: payment.orderId,
      transactionId: payment.tid,
      amount: Number(payment.amountMinor),
      accountNumber: payment.accountNumber,
      depositorName: payment.depositorName,
      depositedAt: seoulLocal(payment.paidAt ?? now),
    });
    return { contentType: 'application/json; charset=utf-8', body };
  },
  isTaken: ({ status, body }) => status === 200 && body === 'OK',
  attemptsMax: 10,
};
// end
