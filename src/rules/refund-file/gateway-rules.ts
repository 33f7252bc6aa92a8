import { type Text, text } from '../../platform/language/text.ts';
import { quoted } from '../../platform/table-file/quoted.ts';
import { accountProblem } from './check-rows.ts';
import type { RefundColumn } from './columns.ts';
import type { RefundRow } from './read-rows.ts';

/** What the gateway of a payment does for refunds of its pay method. */
export interface GatewayRules {
  readonly support: 'supported' | 'unsupported' | 'undocumented';
  readonly partialCancel: boolean;
  readonly partialCancelsMax: number | null;
  readonly refundAccount: 'none' | 'optional' | 'required' | 'required_with_tel';
  /** KFTC's code, or the gateway's own. */
  knowsBank(code: string): boolean;
}

/** What has to be known of a payment to say whether its gateway takes a row. */
export interface RefundedAtGateway {
  readonly impUid: string;
  readonly provider: string;
  readonly payMethod: string;
  readonly isTest: boolean;
  readonly amountMinor: bigint;
  readonly cancellations: readonly unknown[];
}

/** What a row must have of the account that the refund goes to. `optional`: sent where it is given. */
const accountColumns: Readonly<Record<GatewayRules['refundAccount'], readonly RefundColumn[]>> = Object.freeze({
  none: [],
  optional: [],
  required: ['refund_account'],
  required_with_tel: ['refund_account', 'refund_tel'],
});

/** Whether the row lacks what the gateway has to know of the account that the refund goes to. */
export function lacksAccount({ refundAccount }: GatewayRules, cells: RefundRow['cells']): boolean {
  return accountColumns[refundAccount].some((name) => cells[name] === undefined);
}

/**
 * What the payment's gateway does not take of a row, or `undefined`. It follows the server's own rules, since a row that one
 * cancellation would carry out must not stop a file, and one that the server refuses should not begin.
 */
export function refusalOfGateway(
  rules: GatewayRules,
  payment: RefundedAtGateway,
  cells: RefundRow['cells'],
  amountMinor: bigint,
): Text | undefined {
  const { impUid, provider, payMethod } = payment;
  const { support, refundAccount } = rules;
  if (support === 'unsupported' || (support === 'undocumented' && !payment.isTest)) {
    return text(
      `${impUid} can not be cancelled at ${provider}: it does not offer that for ${payMethod}`,
      `${impUid}은(는) ${provider}에서 취소할 수 없습니다. ${payMethod} 취소를 지원하지 않습니다`,
    );
  }
  const missing = accountColumns[refundAccount].find((name) => cells[name] === undefined);
  if (missing !== undefined) {
    return missing === 'refund_account'
      ? text(
          `${impUid} needs a refund account: fill in refund_holder, refund_bank and refund_account`,
          `${impUid}에는 환불계좌가 필요합니다. 예금주, 은행코드, 계좌번호를 채우세요`,
        )
      : text(`${impUid} needs ${missing}`, `${impUid}에는 ${missing}이(가) 필요합니다`);
  }
  const account = refundAccount === 'none' ? undefined : accountProblem(cells);
  if (account) return account;
  if (refundAccount !== 'none' && cells.refund_bank !== undefined && !rules.knowsBank(cells.refund_bank)) {
    const bank = quoted(cells.refund_bank);
    return text(
      `${impUid} can not be refunded to the bank ${bank}: ${provider} has no such code`,
      `${impUid}은(는) 은행 ${bank}(으)로 환불할 수 없습니다. ${provider}에 없는 코드입니다`,
    );
  }
  if (amountMinor === payment.amountMinor) return undefined;
  if (!rules.partialCancel) {
    return text(
      `${impUid} can only be cancelled in full at ${provider}: leave the amount empty`,
      `${impUid}은(는) ${provider}에서 전액취소만 됩니다. 금액을 비워 두세요`,
    );
  }
  const most = rules.partialCancelsMax;
  if (most === null || payment.cancellations.length < most) return undefined;
  return text(
    `${impUid} has had ${most} cancellations, and ${provider} takes no more of one payment`,
    `${impUid}은(는) 이미 ${most}번 취소되었고 ${provider}은(는) 한 결제에 그 이상 받지 않습니다`,
  );
}
