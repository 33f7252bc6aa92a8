import type { GatewayAnswer, PayMethodAnswer } from '../../api/views/capabilities.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { minorOf } from '../cancel/balance.ts';
import { type Text, text } from '../language/text.ts';
import { quoted } from '../table-file/quoted.ts';
import { accountProblem } from './check-rows.ts';
import type { RefundColumn } from './columns.ts';
import type { RefundRow } from './read-rows.ts';

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
): Text | undefined {
  const { imp_uid, pg_provider, pay_method, currency } = payment;
  const gateway = gateways.find((each) => each.pg_provider === pg_provider);
  const rules = gateway?.pay_methods.find((each) => each.pay_method === pay_method);
  if (!gateway || !rules) return undefined;
  const support = rules.operations.cancel;
  if (support === 'unsupported' || (support === 'undocumented' && !payment.sandbox)) {
    return text(
      `${imp_uid} can not be cancelled at ${pg_provider}: it does not offer that for ${pay_method}`,
      `${imp_uid}은(는) ${pg_provider}에서 취소할 수 없습니다. ${pay_method} 취소를 지원하지 않습니다`,
    );
  }
  const missing = accountColumns[rules.refund_account].find((name) => cells[name] === undefined);
  if (missing !== undefined) {
    return missing === 'refund_account'
      ? text(
          `${imp_uid} needs a refund account: fill in refund_holder, refund_bank and refund_account`,
          `${imp_uid}에는 환불계좌가 필요합니다. 예금주, 은행코드, 계좌번호를 채우세요`,
        )
      : text(`${imp_uid} needs ${missing}`, `${imp_uid}에는 ${missing}이(가) 필요합니다`);
  }
  const account = rules.refund_account === 'none' ? undefined : accountProblem(cells);
  if (account) return account;
  if (rules.refund_account !== 'none' && cells.refund_bank !== undefined && !knowsBank(gateway, cells.refund_bank)) {
    const bank = quoted(cells.refund_bank);
    return text(
      `${imp_uid} can not be refunded to the bank ${bank}: ${pg_provider} has no such code`,
      `${imp_uid}은(는) 은행 ${bank}(으)로 환불할 수 없습니다. ${pg_provider}에 없는 코드입니다`,
    );
  }
  if (amountMinor === minorOf(payment.amount, currency)) return undefined;
  if (!rules.partial_cancel) {
    return text(
      `${imp_uid} can only be cancelled in full at ${pg_provider}: leave the amount empty`,
      `${imp_uid}은(는) ${pg_provider}에서 전액취소만 됩니다. 금액을 비워 두세요`,
    );
  }
  const most = rules.partial_cancels_max;
  if (most === null || payment.cancel_history.length < most) return undefined;
  return text(
    `${imp_uid} has had ${most} cancellations, and ${pg_provider} takes no more of one payment`,
    `${imp_uid}은(는) 이미 ${most}번 취소되었고 ${pg_provider}은(는) 한 결제에 그 이상 받지 않습니다`,
  );
}

/** KFTC's code, or the gateway's own. */
function knowsBank({ banks }: GatewayAnswer, given: string): boolean {
  const asked = given.trim().toUpperCase();
  return banks.some(({ code, other_codes }) => code === asked || other_codes.includes(asked));
}
