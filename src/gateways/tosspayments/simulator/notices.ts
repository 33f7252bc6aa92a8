import { seoulTime } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorNotices } from '../../../simulators/definition.ts';

/** The webhook `DEPOSIT_CALLBACK`; no other event is sent. */
export const tossSimulatorNotices: SimulatorNotices = {
  deposit: (payment, { now }) => ({
    contentType: 'application/json',
    body: JSON.stringify({
      createdAt: seoulTime(now),
      secret: payment.noticeSecret,
      status: 'DONE',
      transactionKey: payment.tid,
      orderId: payment.orderId,
    }),
  }),
  isTaken: ({ status }) => status === 200,
  attemptsMax: 8,
};
