import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { CapabilitiesAnswer, GatewayAnswer } from '../../api/views/capabilities.ts';
import type { DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import type { Text } from '../../platform/language/text.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import type { RowProblem } from '../../platform/table-file/read-table.ts';
import type { GatewayRules } from '../../rules/refund-file/gateway-rules.ts';
import { paymentAgain, planRow, unknownCurrency } from '../../rules/refund-file/plan-row.ts';
import type { RefundRow } from '../../rules/refund-file/read-rows.ts';
import type { Api } from '../api.ts';
import { cancellableMinorOf, minorOf, unitsOf } from '../cancel/balance.ts';
import { openCancellationsOf, openDoubtsOf } from '../cancel/open-cancellations.ts';
import { findRowPayments } from './find-payments.ts';

/** One row of a run as it was agreed to. Amounts are in the currency's own units, as the API has them. */
export interface PlannedRefund {
  readonly row: number;
  readonly line: number;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly currency: string;
  readonly amount: number;
  /** What could be cancelled when the plan was made. The server refuses the row if it is anything else by then. */
  readonly checksum: number;
}

export interface Plan {
  readonly refunds: readonly PlannedRefund[];
  /** Who gets each row's money: shown, and not kept. */
  readonly buyers: ReadonlyMap<number, string>;
  readonly problems: readonly RowProblem[];
}

/** Looks every payment up and decides what each row would do, or why it can't. It moves nothing. */
export async function planRefunds(
  api: Api,
  rows: readonly RefundRow[],
  choices: { readonly allowSameAmount: boolean },
): Promise<Plan> {
  const problems: RowProblem[] = [];
  const refunds: PlannedRefund[] = [];
  const buyers = new Map<number, string>();
  const [payments, open, doubts, { gateways }] = await Promise.all([
    findRowPayments(api, rows),
    openCancellationsOf(api),
    openDoubtsOf(api),
    api.get<CapabilitiesAnswer>('/capabilities'),
  ]);
  const taken = new Map<string, number>();
  for (const row of rows) {
    const { line } = row;
    const payment = payments(row);
    if ('problem' in payment) {
      problems.push({ line, problem: payment.problem });
      continue;
    }
    const { imp_uid } = payment;
    const around = { open: open.get(imp_uid) ?? [], doubt: doubts.get(imp_uid), gateways, ...choices };
    const refund = planned(row, payment, around);
    if (!('row' in refund)) {
      problems.push({ line, problem: refund });
      continue;
    }
    const earlier = taken.get(imp_uid);
    taken.set(imp_uid, line);
    if (earlier === undefined) {
      refunds.push(refund);
      buyers.set(row.row, payment.buyer_name ?? payment.buyer_tel ?? payment.buyer_email ?? '-');
    } else {
      problems.push({ line, problem: paymentAgain(imp_uid, earlier) });
    }
  }
  return { refunds, buyers, problems };
}

/** The refund, or what is wrong with the row. */
function planned(
  row: RefundRow,
  payment: PaymentAnswer,
  around: {
    readonly open: readonly CancellationSummaryAnswer[];
    readonly doubt: DoubtSummaryAnswer | undefined;
    readonly gateways: readonly GatewayAnswer[];
    readonly allowSameAmount: boolean;
  },
): PlannedRefund | Text {
  const { currency, imp_uid, merchant_uid } = payment;
  if (!isKnownCurrency(currency)) return unknownCurrency;
  const [unended] = around.open;
  const result = planRow(
    row,
    {
      impUid: imp_uid,
      merchantUid: merchant_uid,
      status: payment.status,
      currency,
      provider: payment.pg_provider,
      payMethod: payment.pay_method,
      isTest: payment.sandbox,
      amountMinor: minorOf(payment.amount, currency),
      balanceMinor: cancellableMinorOf(payment, around.open),
      cancellations: payment.cancel_history.map(({ amount, cancelled_at }) => ({
        amountMinor: minorOf(amount, currency),
        at: cancelled_at,
      })),
    },
    {
      rules: rulesOf(around.gateways, payment),
      doubt: around.doubt && {
        id: around.doubt.doubt_id,
        kind: around.doubt.kind,
        requestedAt: around.doubt.requested_at,
      },
      unended: unended && { id: unended.cancellation_id, state: unended.state },
      allowSameAmount: around.allowSameAmount,
    },
  );
  if (!('amountMinor' in result)) return result;
  return {
    row: row.row,
    line: row.line,
    imp_uid,
    merchant_uid,
    currency,
    amount: unitsOf(result.amountMinor, currency),
    checksum: unitsOf(result.balanceMinor, currency),
  };
}

function rulesOf(
  gateways: readonly GatewayAnswer[],
  { pg_provider, pay_method }: PaymentAnswer,
): GatewayRules | undefined {
  const gateway = gateways.find((each) => each.pg_provider === pg_provider);
  const rules = gateway?.pay_methods.find((each) => each.pay_method === pay_method);
  if (!gateway || !rules) return undefined;
  return {
    support: rules.operations.cancel,
    partialCancel: rules.partial_cancel,
    partialCancelsMax: rules.partial_cancels_max,
    refundAccount: rules.refund_account,
    knowsBank(given) {
      const asked = given.trim().toUpperCase();
      return gateway.banks.some(({ code, other_codes }) => code === asked || other_codes.includes(asked));
    },
  };
}
