import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { CapabilitiesAnswer, GatewayAnswer } from '../../api/views/capabilities.ts';
import type { DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import type { Api } from '../api.ts';
import { cancellableMinorOf, minorOf, unitsOf } from '../cancel/balance.ts';
import { openCancellationsOf, openDoubtsOf } from '../cancel/open-cancellations.ts';
import { apiWord } from '../language/api-words.ts';
import { inLanguage, type Text, text } from '../language/text.ts';
import { showAmount, showTime } from '../show.ts';
import { quoted } from '../table-file/quoted.ts';
import type { RowProblem } from '../table-file/read-table.ts';
import { koreanHead } from './columns.ts';
import { findRowPayments } from './find-payments.ts';
import { refusalOfGateway } from './gateway-rules.ts';
import type { RefundRow } from './read-rows.ts';

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

/** What is known of a row's payment beside the payment itself. */
interface Surroundings {
  readonly open: readonly CancellationSummaryAnswer[];
  readonly doubt: DoubtSummaryAnswer | undefined;
  readonly gateways: readonly GatewayAnswer[];
  readonly allowSameAmount: boolean;
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
    const planned = planRow(row, payment, around);
    if (!('row' in planned)) {
      problems.push({ line, problem: planned });
      continue;
    }
    const earlier = taken.get(imp_uid);
    taken.set(imp_uid, line);
    if (earlier === undefined) {
      refunds.push(planned);
      buyers.set(row.row, payment.buyer_name ?? payment.buyer_tel ?? payment.buyer_email ?? '-');
    } else {
      const problem = text(
        `is the payment of line ${earlier} again (${imp_uid}); make one row of them`,
        `${earlier}행과 같은 결제입니다(${imp_uid}). 한 행으로 합치세요`,
      );
      problems.push({ line, problem });
    }
  }
  return { refunds, buyers, problems };
}

/** The refund, or what is wrong with the row. */
function planRow({ row, line, cells }: RefundRow, payment: PaymentAnswer, around: Surroundings): PlannedRefund | Text {
  const { currency, imp_uid, merchant_uid } = payment;
  if (!isKnownCurrency(currency)) {
    return text('is in a currency that this version does not know', '이 버전이 모르는 통화입니다');
  }
  if (cells.imp_uid !== undefined && cells.merchant_uid !== undefined && cells.merchant_uid !== merchant_uid) {
    return text(
      `names ${imp_uid}, which is of the merchant_uid ${merchant_uid} and not ${cells.merchant_uid}`,
      `${imp_uid}의 주문번호는 ${merchant_uid}이며 ${cells.merchant_uid}이(가) 아닙니다`,
    );
  }
  if (around.doubt) return inDoubt(payment, around.doubt);
  if (payment.status === 'ready' || payment.status === 'failed') {
    return text(
      `${imp_uid} is not paid (${payment.status})`,
      `${imp_uid}은(는) 결제된 상태가 아닙니다(${payment.status})`,
    );
  }
  const balanceMinor = cancellableMinorOf(payment, around.open);
  const [unended] = around.open;
  if (unended) return notEnded(payment, unended);
  if (balanceMinor <= 0n) {
    return text(`${imp_uid} has nothing left to cancel`, `${imp_uid}에는 취소할 금액이 남아 있지 않습니다`);
  }
  const amount =
    cells.amount === undefined ? { ok: true as const, minor: balanceMinor } : readAmount(cells.amount, currency);
  if (!amount.ok) {
    const shown = quoted(cells.amount ?? '');
    return text(
      `has the amount ${shown}, which ${currency} does not have`,
      `금액 ${shown}은(는) ${currency} 금액이 아닙니다`,
    );
  }
  if (amount.minor > balanceMinor) {
    const left = showAmount(unitsOf(balanceMinor, currency), currency);
    const asked = showAmount(unitsOf(amount.minor, currency), currency);
    return text(
      `asks for ${asked}, but ${left} are left of ${imp_uid}`,
      `${asked}을(를) 요청했지만 ${imp_uid}에는 ${left}이(가) 남아 있습니다`,
    );
  }
  for (const part of ['tax_free', 'vat_amount'] as const) {
    const reading = cells[part] === undefined ? undefined : readAmount(cells[part], currency);
    if (reading && (!reading.ok || reading.minor > amount.minor)) {
      const shown = quoted(cells[part] ?? '');
      return text(
        `has the ${part} ${shown}, which is no part of its amount`,
        `${koreanHead(part)} ${shown}이(가) 환불 금액보다 크거나 금액이 아닙니다`,
      );
    }
  }
  const refused = refusalOfGateway(around.gateways, payment, cells, amount.minor);
  if (refused !== undefined) return refused;
  const same = payment.cancel_history.find((entry) => minorOf(entry.amount, currency) === amount.minor);
  if (same && !around.allowSameAmount) {
    const [given, at] = [showAmount(same.amount, currency), showTime(same.cancelled_at)];
    return text(
      `${imp_uid}: ${given} were given back before, at ${at}. If this is meant once more, add --allow-same-amount`,
      `${imp_uid}: ${given}이(가) ${at}에 이미 환불되었습니다. 한 번 더 하려는 것이면 --allow-same-amount를 추가하세요`,
    );
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

function inDoubt({ imp_uid }: PaymentAnswer, { doubt_id, kind, requested_at }: DoubtSummaryAnswer): Text {
  const since = showTime(requested_at);
  return text(
    `${imp_uid} has an operation in doubt (${doubt_id}, ${kind}, since ${since}): hwanbul doubts show ${doubt_id}`,
    `${imp_uid}에 결과를 모르는 요청이 있습니다(${doubt_id}, ${inLanguage('ko', apiWord(kind))}, ${since}): hwanbul doubts show ${doubt_id}`,
  );
}

function notEnded({ imp_uid }: PaymentAnswer, { cancellation_id, state }: CancellationSummaryAnswer): Text {
  return text(
    `${imp_uid} has a cancellation that has not ended (${cancellation_id}, ${state}); let it end first`,
    `${imp_uid}에 끝나지 않은 취소가 있습니다(${cancellation_id}, ${inLanguage('ko', apiWord(state))}). 끝난 뒤에 하세요`,
  );
}
