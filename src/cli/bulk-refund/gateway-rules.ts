import type { GatewayAnswer, PayMethodAnswer } from '../../api/views/capabilities.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { minorOf } from '../cancel/balance.ts';
import type { RefundColumn, RefundRow } from './read-rows.ts';

/** What a row must have of the account that the refund goes to. `optional`: sent where it is given. */
const accountColumns: Readonly<Record<PayMethodAnswer['refund_account'], readonly RefundColumn[]>> = Object.freeze({
  none: [],
  optional: [],
  required: ['refund_account'],
  required_with_tel: ['refund_account', 'refund_tel'],
});

/**
 * What the payment's gateway does not take of a row, or `undefined`. It follows the server's own rules, since a row that one
 * cancellation would carry out must not stop a file, and one that the server refuses should not begin.
 */
export function refusalOfGateway(
  gateways: readonly GatewayAnswer[],
  payment: PaymentAnswer,
  cells: RefundRow['cells'],
  amountMinor: bigint,
): string | undefined {
  const { imp_uid, pg_provider, pay_method, currency } = payment;
  const rules = gateways
    .find((gateway) => gateway.pg_provider === pg_provider)
    ?.pay_methods.find((each) => each.pay_method === pay_method);
  if (!rules) return undefined;
  const support = rules.operations.cancel;
  if (support === 'unsupported' || (support === 'undocumented' && !payment.sandbox)) {
    return `${imp_uid} can not be cancelled at ${pg_provider}: it does not offer that for ${pay_method}`;
  }
  const missing = accountColumns[rules.refund_account].find((name) => cells[name] === undefined);
  if (missing !== undefined) return `${imp_uid} needs ${missing === 'refund_account' ? 'a refund account' : missing}`;
  if (amountMinor === minorOf(payment.amount, currency)) return undefined;
  if (!rules.partial_cancel) return `${imp_uid} can only be cancelled in full at ${pg_provider}`;
  const most = rules.partial_cancels_max;
  if (most === null || payment.cancel_history.length < most) return undefined;
  return `${imp_uid} has had ${most} cancellations, and ${pg_provider} takes no more of one payment`;
}
