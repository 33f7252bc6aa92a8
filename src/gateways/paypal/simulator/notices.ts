import { randomUUID } from 'node:crypto';
import type { SimulatorNotices } from '../../../simulators/definition.ts';
import { refundView } from './view.ts';

/** The webhooks about a refund that was pending: it is completed, or it failed. */
export const paypalSimulatorNotices: SimulatorNotices = {
  refundResult: (payment, cancel, { now, url }) => ({
    contentType: 'application/json',
    body: JSON.stringify({
      id: `WH-${randomUUID()}`,
      create_time: now.toISOString(),
      resource_type: 'refund',
      event_type: cancel.state === 'failed' ? 'PAYMENT.REFUND.FAILED' : 'PAYMENT.CAPTURE.REFUNDED',
      resource: refundView({ url }, payment, cancel),
    }),
  }),
  isTaken: ({ status }) => status >= 200 && status < 300,
  attemptsMax: 25,
};
