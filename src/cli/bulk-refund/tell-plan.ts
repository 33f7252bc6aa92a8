import { counted, number, showAmount } from '../../platform/language/show.ts';
import { text, type Words } from '../../platform/language/text.ts';
import { exitCodes } from '../exit-codes.ts';
import { printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { Plan, PlannedRefund } from './plan.ts';
import { totalsOf } from './totals.ts';

/** How many rows are shown before the question. */
const shownMax = 20;

/** What a run would do: its rows and totals, as messages. */
export function tellPlan(terminal: Terminal, path: string, url: string, plan: Plan): void {
  const { refunds } = plan;
  tellCount(terminal, path, url, refunds);
  printRefunds({ say: terminal.say, out: terminal.note }, plan, refunds.slice(0, shownMax));
  const more = refunds.length - shownMax;
  if (more > 0) {
    terminal.note(
      text(
        `… and ${number(more)} more; --dry-run lists all`,
        `… 외 ${number(more)}건. --dry-run으로 모두 볼 수 있습니다`,
      ),
    );
  }
  tellTotals(terminal, refunds);
}

function tellCount(terminal: Terminal, path: string, url: string, refunds: readonly PlannedRefund[]): void {
  terminal.note(
    text(
      `${path}: ${counted(refunds.length, 'refund')} at ${url}`,
      `${path}: ${url}에서 환불 ${number(refunds.length)}건`,
    ),
  );
}

function tellTotals(terminal: Terminal, refunds: readonly PlannedRefund[]): void {
  const parts = refunds.filter(({ amount, checksum }) => amount !== checksum).length;
  const whole = refunds.length - parts;
  terminal.note(text(`  all that is left: ${whole}, a part: ${parts}`, `  남은 전액: ${whole}건, 일부: ${parts}건`));
  for (const line of totalLines(refunds)) terminal.note(terminal.noteStyle('bold', line));
}

/** The same where nothing is going to be done: every row is a result. */
export function outPlan(terminal: Terminal, path: string, url: string, plan: Plan, json: boolean): void {
  const { refunds } = plan;
  tellCount(terminal, path, url, refunds);
  if (json) outJson(terminal, plan);
  else printRefunds(terminal, plan, refunds);
  tellTotals(terminal, refunds);
}

function outJson(terminal: Terminal, { refunds, buyers }: Plan): void {
  for (const refund of refunds) {
    const buyer = buyers.get(refund.row) ?? null;
    terminal.out(JSON.stringify({ type: 'row', ...refund, buyer, state: 'planned' }));
  }
  const totals = Object.fromEntries(totalsOf(refunds));
  const summary = { type: 'summary', dry_run: true, planned: refunds.length, totals, exit_code: exitCodes.done };
  terminal.out(JSON.stringify(summary));
}

function totalLines(refunds: readonly PlannedRefund[]): readonly Words[] {
  return [...totalsOf(refunds)].map(([currency, sum]) => {
    const amounts = refunds.filter((each) => each.currency === currency).map(({ amount }) => amount);
    const most = amounts.reduce((one, other) => Math.max(one, other), 0);
    const [total, largest] = [showAmount(sum, currency), showAmount(most, currency)];
    return text(`  total ${total}, the largest ${largest}`, `  합계 ${total}, 가장 큰 금액 ${largest}`);
  });
}

function printRefunds(
  printer: Pick<Terminal, 'say' | 'out'>,
  { buyers }: Plan,
  refunds: readonly PlannedRefund[],
): void {
  const columns = [
    { title: text('LINE', '행'), align: 'right' },
    { title: 'IMP_UID' },
    { title: text('ORDER', '주문번호') },
    { title: text('BUYER', '구매자') },
    { title: text('AMOUNT', '금액'), align: 'right' },
    { title: text('OF', '취소 가능'), align: 'right' },
  ] as const;
  const rows = refunds.map(({ line, row, imp_uid, merchant_uid, amount, checksum, currency }) => [
    String(line),
    imp_uid,
    merchant_uid,
    buyers.get(row) ?? '-',
    showAmount(amount, currency),
    showAmount(checksum, currency),
  ]);
  printTable(printer, columns, rows);
}
