import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { readQuery } from '../wire/fgkey.ts';
import { fieldsOf } from './payment-fields.ts';
import { signed } from './protocol.ts';

/** How often a notice is sent is not published. */
export const simulatorNotices: SimulatorNotices = {
  isTaken: ({ status, body }) => status === 200 && readQuery(body).rescode === '0000',
  attemptsMax: 5,
};

/** Of every payment, to `status_url`. */
export function paidNotice(payment: BookPayment, { book }: Pick<ControlContext, 'book'>): NoticeMessage {
  const { credentials = {} } = merchantByMid(book, payment.mid) ?? {};
  const fields = {
    ...fieldsOf(payment),
    resmsg: 'Success.',
    txntype: 'PAYMENT',
    email: '',
    param1: '',
    param2: '',
    param3: '',
  };
  return {
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(signed({ mid: payment.mid, credentials }, fields)).toString(),
  };
}
