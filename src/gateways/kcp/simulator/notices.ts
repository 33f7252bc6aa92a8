import { randomInt } from 'node:crypto';
import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { standInRefundNotice } from '../../stand-in/simulator/notices.ts';
import { kcpCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** `50`: paid in. Seen in a public test of a client; KCP's list of these codes is not public, but for 13. */
const paidIn = '50';

/** KCP's notices. How often they are sent is not public: ten times here. */
export const kcpSimulatorNotices: SimulatorNotices = {
  deposit: (payment, context) =>
    notice(payment, 'TX00', context, {
      ipgm_name: payment.accountHolder ?? '',
      remitter: payment.depositorName ?? '',
      ipgm_mnyx: String(payment.amountMinor),
      totl_mnyx: String(payment.amountMinor),
      ipgm_time: seoulDigits(payment.paidAt ?? context.now),
      bank_code: bankDigits(payment),
      account: payment.accountNumber ?? '',
      op_cd: paidIn,
      noti_id: `${seoulDigits(context.now)}${randomInt(100_000, 1_000_000)}`,
    }),
  refundResult: (payment, cancel, context) =>
    cancel.state === 'failed'
      ? standInRefundNotice(payment, cancel, context, standInSecretOf)
      : notice(payment, 'TX01', context, {
          refund_nm: payment.depositorName ?? '',
          refund_mny: String(cancel.amountMinor),
          bank_code: bankDigits(payment),
        }),
  isTaken: ({ status, body }) => status === 200 && /name="result"\s+value="0000"/.test(body),
  attemptsMax: 10,
};

function notice(
  payment: BookPayment,
  txCode: string,
  { now }: ControlContext,
  fields: Readonly<Record<string, string>>,
): NoticeMessage {
  return {
    contentType: 'application/x-www-form-urlencoded',
    body: encodeEucKrForm({
      site_cd: payment.mid,
      tno: payment.tid,
      order_no: payment.orderId,
      tx_cd: txCode,
      tx_tm: seoulDigits(now),
      ...fields,
    }),
  };
}

/** Two digits in a notice, without the `BK` of requests. */
function bankDigits(payment: BookPayment): string {
  return (kcpCodes.bankCode(payment.bankCode ?? '') ?? '').slice(2);
}
