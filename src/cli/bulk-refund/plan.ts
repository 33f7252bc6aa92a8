import type { CapabilitiesAnswer, GatewayAnswer } from '../../api/views/capabilities.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import type { Api } from '../api.ts';
import { cancellableMinorOf, minorOf, unitsOf } from '../cancel/balance.ts';
import { reservedAmounts } from '../cancel/open-cancellations.ts';
import { showAmount, showTime } from '../show.ts';
import { findRowPayments } from './find-payments.ts';
import { refusalOfGateway } from './gateway-rules.ts';
import type { RefundRow, RowProblem } from './read-rows.ts';

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
  const [payments, reserved, { gateways }] = await Promise.all([
    findRowPayments(api, rows),
    reservedAmounts(api),
    api.get<CapabilitiesAnswer>('/capabilities'),
  ]);
  const taken = new Map<string, number>();
  for (const row of rows) {
    const payment = payments(row);
    const planned =
      typeof payment === 'string'
        ? payment
        : planRow(row, payment, { reserved: reserved.get(payment.imp_uid) ?? [], gateways, ...choices });
    if (typeof planned === 'string') {
      problems.push({ line: row.line, problem: planned });
      continue;
    }
    const earlier = taken.get(planned.imp_uid);
    taken.set(planned.imp_uid, row.line);
    if (earlier === undefined) refunds.push(planned);
    else problems.push({ line: row.line, problem: `is the payment of line ${earlier} again; make one row of them` });
  }
  return { refunds, problems };
}

/** The refund, or what is wrong with the row. */
function planRow(
  { row, line, cells }: RefundRow,
  payment: PaymentAnswer,
  given: {
    readonly reserved: readonly number[];
    readonly gateways: readonly GatewayAnswer[];
    readonly allowSameAmount: boolean;
  },
): PlannedRefund | string {
  const { currency, imp_uid, merchant_uid } = payment;
  if (!isKnownCurrency(currency)) return `is in a currency that this version does not know`;
  if (cells.imp_uid !== undefined && cells.merchant_uid !== undefined && cells.merchant_uid !== merchant_uid) {
    return `names ${imp_uid}, which is of another merchant_uid`;
  }
  if (payment.status === 'ready' || payment.status === 'failed') return `${imp_uid} is not paid (${payment.status})`;
  const balanceMinor = cancellableMinorOf(payment, given.reserved);
  if (balanceMinor <= 0n) {
    return `${imp_uid} has nothing left to cancel${given.reserved.length > 0 ? '; a cancellation of it is still open' : ''}`;
  }
  if (given.reserved.length > 0) return `${imp_uid} has a cancellation that is still open; let it end first`;
  const amount =
    cells.amount === undefined ? { ok: true as const, minor: balanceMinor } : readAmount(cells.amount, currency);
  if (!amount.ok) return `has an amount that ${currency} does not have`;
  if (amount.minor > balanceMinor) {
    const left = showAmount(unitsOf(balanceMinor, currency), currency);
    return `asks for ${showAmount(unitsOf(amount.minor, currency), currency)}, but ${left} are left of ${imp_uid}`;
  }
  for (const part of ['tax_free', 'vat_amount'] as const) {
    const reading = cells[part] === undefined ? undefined : readAmount(cells[part], currency);
    if (reading && (!reading.ok || reading.minor > amount.minor)) return `has a ${part} that is no part of its amount`;
  }
  const refused = refusalOfGateway(given.gateways, payment, cells, amount.minor);
  if (refused !== undefined) return refused;
  const same = payment.cancel_history.find((entry) => minorOf(entry.amount, currency) === amount.minor);
  if (same && !given.allowSameAmount) {
    const before = `${showAmount(same.amount, currency)} were given back before, at ${showTime(same.cancelled_at)}`;
    return `${imp_uid}: ${before}. If this is meant once more, add --allow-same-amount`;
  }
  return {
    row,
    line,
    imp_uid,
    merchant_uid,
    currency,
    amount: unitsOf(amount.minor, currency),
    checksum: unitsOf(balanceMinor, currency),
  };
}
