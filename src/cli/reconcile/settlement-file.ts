import type { TransactionAnswer } from '../../api/views/reconciliation.ts';
import { readTime } from '../../platform/clock/seoul-time.ts';
import { type CsvRecord, MalformedCsv, readCsvRecords } from '../../platform/csv/records.ts';
import { amountNumber, isKnownCurrency, readAmount } from '../../platform/money/currency.ts';

/** The columns that are read; a settlement file may have others. `currency` may be missing and is KRW then. */
export const settlementColumns = ['type', 'transaction_id', 'order_id', 'amount', 'at'] as const;

export type SettlementReading =
  | { readonly ok: true; readonly transactions: readonly TransactionAnswer[] }
  | { readonly ok: false; readonly problems: readonly { readonly line: number; readonly problem: string }[] };

type Cells = Readonly<Record<string, string | undefined>>;

/** Reads a settlement file of the shape in docs/reconciliation.md, or says what is wrong, line by line. */
export function readSettlement(text: string): SettlementReading {
  let records: readonly CsvRecord[];
  try {
    records = readCsvRecords(text);
  } catch (error) {
    if (!(error instanceof MalformedCsv)) throw error;
    return { ok: false, problems: [{ line: error.line, problem: error.message }] };
  }
  const [head = { line: 1, cells: [] }, ...body] = records;
  const missing = settlementColumns.filter((name) => !head.cells.includes(name));
  if (missing.length > 0) return { ok: false, problems: [{ line: 1, problem: `no column ${missing.join(', ')}` }] };
  const problems: { line: number; problem: string }[] = [];
  const transactions: TransactionAnswer[] = [];
  for (const { line, cells } of body) {
    const read =
      cells.length === head.cells.length
        ? readRecord(Object.fromEntries(head.cells.map((name, index) => [name, cells[index]])))
        : `has ${cells.length} cells, but there are ${head.cells.length} columns`;
    if (typeof read === 'string') problems.push({ line, problem: read });
    else transactions.push(read);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, transactions };
}

function readRecord(cells: Cells): TransactionAnswer | string {
  const { type, transaction_id = '', order_id = '', amount = '', at = '' } = cells;
  const currency = cells.currency || 'KRW';
  if (type !== 'payment' && type !== 'cancellation') return 'type is neither payment nor cancellation';
  if (transaction_id === '' && order_id === '') return 'neither transaction_id nor order_id is given';
  if (!isKnownCurrency(currency)) return `the currency ${JSON.stringify(currency)} is not known`;
  // Many gateways write cancellations with a minus.
  const reading = readAmount(type === 'cancellation' ? amount.replace(/^-/, '') : amount, currency);
  if (!reading.ok) return `${JSON.stringify(amount)} is no amount of ${currency}`;
  const time = readTime(at.replace(' ', 'T'));
  if (!time) return `${JSON.stringify(at)} is no time such as 2026-01-31T13:05:00`;
  return {
    type,
    transaction_id,
    order_id,
    currency,
    amount: amountNumber(reading.minor, currency),
    at: Math.floor(time.getTime() / 1000),
  };
}
