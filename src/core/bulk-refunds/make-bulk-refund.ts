import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Text } from '../../platform/language/text.ts';
import { checkRows } from '../../rules/refund-file/check-rows.ts';
import {
  type RefundRow,
  type RefundRows,
  readRefundRows,
  UnreadableRefundFile,
} from '../../rules/refund-file/read-rows.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { BulkRefundTotal } from '../records/bulk-refund.ts';
import { type PlannedRow, type PlanParts, planRows, type RowRefused } from './plan-rows.ts';
import { encryptRowSecrets } from './row-request.ts';

export interface MakeBulkRefundParts extends PlanParts {
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
}

/** Who does something with a bulk refund. */
export interface Actor {
  /** For the records: a member's e-mail address, or what a program calls itself. */
  readonly name: string | null;
  /** `null`: a shop's program, by its token. */
  readonly memberId: string | null;
}

export interface NewBulkRefund {
  /** CSV, as text. */
  readonly contents: string;
  readonly fileName: string | null;
  readonly allowSameAmount: boolean;
  readonly by: Actor;
}

/** A plan has to be in memory at once; larger files are for the command line, or for several files. */
export const bulkRefundRowsMax = 20_000;
const writtenAtOnce = 1_000;

/** Reads the file, plans every row and keeps the plan. It moves nothing. */
export async function makeBulkRefund(
  parts: MakeBulkRefundParts,
  merchantId: bigint,
  file: NewBulkRefund,
): Promise<string> {
  const { rows, problems } = readFile(file.contents);
  const byLine = new Map<number, Text[]>();
  for (const { line, problem } of [...problems, ...checkRows(rows)]) {
    byLine.set(line, [...(byLine.get(line) ?? []), problem]);
  }
  const kept: KeptRow[] = [];
  for await (const part of planRows(
    parts,
    merchantId,
    rows.filter(({ line }) => !byLine.has(line)),
    file,
  )) {
    kept.push(...part.map(keptOf));
  }
  const rowsByLine = new Map(rows.map((row) => [row.line, row]));
  for (const [line, each] of byLine) {
    const row = rowsByLine.get(line) ?? { row: 0, line, cells: {} };
    kept.push({ row, refused: { problems: each, lacksAccount: false }, planned: undefined });
  }
  return keep(parts, merchantId, file, kept);
}

function readFile(contents: string): RefundRows {
  const read = readable(contents);
  const count = read.rows.length + read.problems.length;
  if (count === 0) throw new Refusal('bulk_refund_file_unreadable', { problem: '파일에 행이 없습니다' });
  if (count > bulkRefundRowsMax) throw new Refusal('bulk_refund_too_many_rows', { most: String(bulkRefundRowsMax) });
  return read;
}

function readable(contents: string): RefundRows {
  try {
    return readRefundRows(contents, 'csv');
  } catch (error) {
    if (!(error instanceof UnreadableRefundFile)) throw error;
    const { line, problem } = error.at;
    throw new Refusal('bulk_refund_file_unreadable', { problem: `${line}행: ${problem.ko}` });
  }
}

interface KeptRow {
  readonly row: RefundRow;
  readonly planned: PlannedRow | undefined;
  readonly refused: { readonly problems: readonly Text[]; readonly lacksAccount: boolean } | undefined;
  readonly payment?: PlannedRow['payment'] | undefined;
}

function keptOf(each: PlannedRow | RowRefused): KeptRow {
  if (!('problem' in each)) return { row: each.row, planned: each, refused: undefined, payment: each.payment };
  const { row, payment, problem, lacksAccount } = each;
  return { row, planned: undefined, refused: { problems: [problem], lacksAccount }, payment };
}

async function keep(
  parts: MakeBulkRefundParts,
  merchantId: bigint,
  file: NewBulkRefund,
  unsorted: readonly KeptRow[],
): Promise<string> {
  const kept = numbered(unsorted);
  const planned = kept.flatMap((each) => each.planned ?? []);
  const id = newOperationId(parts.clock.now());
  const now = parts.clocks.of(merchantId).now();
  await parts.database.withTransaction(async (client) => {
    await client.query(
      `insert into bulk_refunds (
         merchant_id, id, file_name, file_sha256, allows_same_amount, rows, invalid_rows, rows_without_account, totals, digest,
         providers, created_at, created_by, created_by_member, changed_at, changed_by
       ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $13)`,
      [
        merchantId,
        id,
        file.fileName,
        createHash('sha256').update(file.contents).digest('hex'),
        file.allowSameAmount,
        kept.length,
        kept.length - planned.length,
        kept.filter(({ refused }) => refused?.lacksAccount).length,
        JSON.stringify(totalsOf(planned)),
        digestOf(parts.encryption, planned),
        [...new Set(planned.map(({ payment }) => payment.provider))].sort(),
        now,
        file.by.name,
        file.by.memberId,
      ],
    );
    for (let from = 0; from < kept.length; from += writtenAtOnce) {
      await writeRows(parts, client, { merchantId, id, now }, kept.slice(from, from + writtenAtOnce));
    }
  });
  return id;
}

/** In the order of the file, what can't be read as a row among the others. */
function numbered(rows: readonly KeptRow[]): readonly KeptRow[] {
  const sorted = rows.toSorted((one, other) => one.row.line - other.row.line);
  return sorted.map((each, index) => {
    const row = { ...each.row, row: index + 1 };
    return { ...each, row, planned: each.planned && { ...each.planned, row } };
  });
}

async function writeRows(
  { encryption }: MakeBulkRefundParts,
  client: DatabaseClient,
  { merchantId, id, now }: { readonly merchantId: bigint; readonly id: string; readonly now: Date },
  rows: readonly KeptRow[],
): Promise<void> {
  const place = (row: number) => ({ merchant_id: merchantId, bulk_id: id, row });
  const columns = [
    rows.map(({ row }) => row.row),
    rows.map(({ row }) => row.line),
    rows.map(({ refused }) => (refused ? 'invalid' : 'waiting')),
    rows.map(({ refused }) => (refused ? JSON.stringify(refused.problems) : null)),
    rows.map(({ payment }) => payment?.id ?? null),
    rows.map(({ payment, row }) => payment?.imp_uid ?? row.cells.imp_uid ?? null),
    rows.map(({ payment, row }) => payment?.merchant_uid ?? row.cells.merchant_uid ?? null),
    rows.map(({ payment }) => payment?.provider ?? null),
    rows.map(({ payment }) => payment?.currency ?? null),
    rows.map(({ planned }) => planned?.amountMinor ?? null),
    rows.map(({ planned }) => planned?.balanceMinor ?? null),
    rows.map(({ planned }) => planned?.taxFreeMinor ?? null),
    rows.map(({ planned }) => planned?.vatMinor ?? null),
    rows.map(({ row }) => row.cells.reason ?? null),
    rows.map(({ row }) => row.cells.refund_holder ?? null),
    rows.map(({ row }) => row.cells.refund_bank ?? null),
    rows.map(({ row }) => masked(row.cells.refund_account)),
    rows.map(({ row, planned }) => (planned ? encryptRowSecrets(encryption, place(row.row), secretsOf(row)) : null)),
  ];
  await client.query(
    `insert into bulk_refund_rows (
       merchant_id, bulk_id, row, line, state, problems, payment_id, imp_uid, merchant_uid, provider, currency, amount_minor,
       balance_minor, tax_free_minor, vat_minor, reason, refund_holder, refund_bank, refund_account_masked, secrets, changed_at
     )
     select $1, $2, r.*, $3::timestamptz from ${listedRowsSql(`
       $4::integer[], $5::integer[], $6::text[], $7::jsonb[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[],
       $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[], $18::text[], $19::text[], $20::text[], $21::bytea[]
     `)} as r`,
    [merchantId, id, now, ...columns],
  );
}

function secretsOf({ cells }: RefundRow) {
  const { refund_account: account, refund_tel: tel } = cells;
  return { ...(account === undefined ? {} : { account }), ...(tel === undefined ? {} : { tel }) };
}

function masked(account: string | undefined): string | null {
  if (account === undefined) return null;
  return '*'.repeat(Math.max(0, account.length - 4)) + account.slice(-4);
}

function totalsOf(planned: readonly PlannedRow[]): readonly BulkRefundTotal[] {
  return [...Map.groupBy(planned, ({ payment }) => payment.currency)].map(([currency, rows]) => ({
    currency,
    rows: rows.length,
    minor: Number(rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
    largest: Number(rows.reduce((most, { amountMinor }) => (amountMinor > most ? amountMinor : most), 0n)),
  }));
}

/** An account has too few digits to hide in a plain hash, so that what stands for it can be worked out only with our key. */
function digestOf(encryption: Encryption, planned: readonly PlannedRow[]): string {
  const hash = createHash('sha256');
  for (const { row, payment, amountMinor, balanceMinor, taxFreeMinor, vatMinor } of planned) {
    const { reason, refund_holder, refund_bank } = row.cells;
    const secrets = Buffer.from(JSON.stringify(secretsOf(row)));
    const account = encryption.derive(secrets, 'account of a bulk refund').toString('hex');
    const amounts = [amountMinor, balanceMinor, taxFreeMinor, vatMinor].map((each) => each?.toString() ?? null);
    const parts = [row.row, payment.imp_uid, payment.currency, ...amounts, reason, refund_holder, refund_bank, account];
    hash.update(`${JSON.stringify(parts)}\n`);
  }
  return hash.digest('hex');
}
