import type { TransactionAnswer } from '../../api/views/reconciliation.ts';
import { readTime } from '../../platform/clock/seoul-time.ts';
import { type Text, text } from '../../platform/language/text.ts';
import { amountNumber, isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import { headReader } from '../../platform/table-file/heads.ts';
import { quoted } from '../../platform/table-file/quoted.ts';
import { type RowProblem, readTable, wrongCellCount } from '../../platform/table-file/read-table.ts';

/** The columns that are read, with the other names that they may have; a settlement file may have others. */
const names = {
  type: ['구분', '거래구분', '거래유형', '거래종류'],
  transaction_id: ['거래번호', '거래아이디', 'TID', '거래ID'],
  order_id: ['주문번호', '주문아이디', '주문ID'],
  amount: ['금액', '거래금액'],
  at: ['일시', '거래일시', '거래시각'],
  currency: ['통화'],
} as const;
type SettlementColumn = keyof typeof names;

/** Without `currency` it is KRW. */
const needed = ['type', 'transaction_id', 'order_id', 'amount', 'at'] as const satisfies readonly SettlementColumn[];
const columnOf = headReader(names);

const types: Readonly<Record<string, TransactionAnswer['type']>> = Object.freeze({
  payment: 'payment',
  결제: 'payment',
  승인: 'payment',
  cancellation: 'cancellation',
  취소: 'cancellation',
  환불: 'cancellation',
});

export type SettlementReading =
  | { readonly ok: true; readonly transactions: readonly TransactionAnswer[] }
  | { readonly ok: false; readonly problems: readonly RowProblem[] };

type Cells = Readonly<Partial<Record<SettlementColumn, string>>>;

/** Reads a settlement file of the shape in docs/reconciliation.md, or says what is wrong, line by line. */
export function readSettlement(contents: string): SettlementReading {
  const table = readTable(contents, columnOf);
  if ('problem' in table) return { ok: false, problems: [table] };
  const { head, records } = table;
  const columns = head.cells.map(columnOf);
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0) return { ok: false, problems: [{ line: head.line, problem: missingColumns(missing) }] };
  const twice = columns.find((name, index) => name !== undefined && columns.indexOf(name) !== index);
  if (twice !== undefined) {
    const problem = text(
      `the column ${twice} stands there twice; take one away`,
      `${twice} 열이 두 번 있습니다. 하나를 지우세요`,
    );
    return { ok: false, problems: [{ line: head.line, problem }] };
  }
  const problems: RowProblem[] = [];
  const transactions: TransactionAnswer[] = [];
  for (const { line, cells } of records) {
    const read =
      cells.length === columns.length
        ? readRecord(Object.fromEntries(columns.flatMap((name, index) => (name ? [[name, cells[index]]] : []))))
        : wrongCellCount(cells.length, columns.length);
    if ('en' in read) problems.push({ line, problem: read });
    else transactions.push(read);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, transactions };
}

function missingColumns(missing: readonly SettlementColumn[]): Text {
  const korean = missing.map((name) => names[name][0]).join(', ');
  const list = missing.join(', ');
  return text(`no column ${list} (in Korean: ${korean})`, `${korean}(${list}) 열이 없습니다`);
}

function readRecord(cells: Cells): TransactionAnswer | Text {
  const { transaction_id = '', order_id = '', amount = '', at = '' } = cells;
  const currency = cells.currency?.toUpperCase() || 'KRW';
  const givenType = (cells.type ?? '').normalize('NFC').toLowerCase();
  const type = Object.hasOwn(types, givenType) ? types[givenType] : undefined;
  if (!type) {
    const shown = quoted(cells.type ?? '');
    return text(
      `type ${shown} is neither payment nor cancellation`,
      `구분 ${shown}이(가) 결제(payment)도 취소(cancellation)도 아닙니다`,
    );
  }
  if (transaction_id === '' && order_id === '') {
    return text('neither transaction_id nor order_id is given', '거래번호도 주문번호도 없습니다');
  }
  if (!isKnownCurrency(currency)) {
    return text(`the currency ${quoted(currency)} is not known`, `알 수 없는 통화입니다: ${quoted(currency)}`);
  }
  // Many gateways write cancellations with a minus, and thousands with commas. Nothing is moved by what is read here.
  const unsigned = type === 'cancellation' ? amount.replace(/^-/, '') : amount;
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(unsigned) ? unsigned.replaceAll(',', '') : unsigned;
  const reading = readAmount(plain, currency);
  if (!reading.ok) {
    return text(`${quoted(amount)} is no amount of ${currency}`, `${quoted(amount)}은(는) ${currency} 금액이 아닙니다`);
  }
  const time = readTime(at.replace(/^(\d{4})[./](\d{2})[./](\d{2})/, '$1-$2-$3').replace(' ', 'T'));
  if (!time) {
    return text(
      `${quoted(at)} is no time such as 2026-01-31T13:05:00`,
      `${quoted(at)}은(는) 2026-01-31T13:05:00 같은 시각이 아닙니다`,
    );
  }
  return {
    type,
    transaction_id,
    order_id,
    currency,
    amount: amountNumber(reading.minor, currency),
    at: Math.floor(time.getTime() / 1000),
  };
}
