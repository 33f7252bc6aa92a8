import { Type } from 'typebox';
import type { ListedRow, StateCount } from '../../core/bulk-refunds/records.ts';
import { type BulkRefund, bulkRefundRowStates, bulkRefundStates } from '../../core/records/bulk-refund.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, TextOrNull, UnixTime } from './fields.ts';

const BilingualText = Type.Object({ en: Type.String(), ko: Type.String() });

/** A bulk refund as a list shows it. */
export const BulkRefundSummaryView = Type.Object({
  bulk_refund_id: Type.String(),
  state: ChoiceField(bulkRefundStates, {
    description:
      '`planned`: nobody has started it. `running`: rows are being sent, or are in doubt. `stopped`: no further row is sent. ' +
      '`ended`: no row is left to be sent, and none is in doubt. `discarded`.',
  }),
  file_name: TextOrNull,
  file_sha256: Type.String({ description: "SHA-256 of the file's text in UTF-8." }),
  allow_same_amount: Type.Boolean(),
  rows: Type.Integer(),
  invalid_rows: Type.Integer({
    description: 'Rows that something is wrong with: with one of them it can not be started.',
  }),
  rows_without_account: Type.Integer({
    description: 'Of these, rows whose payment is refunded to an account that the file does not give.',
  }),
  totals: Type.Array(
    Type.Object({
      currency: Type.String(),
      rows: Type.Integer(),
      amount: Type.Number(),
      largest: Type.Number(),
    }),
    { description: 'What is to be given back, by currency.' },
  ),
  digest: Type.String({
    description: 'Stands for everything that is sent, row by row. Goes into `digest` of the start.',
  }),
  created_at: UnixTime,
  created_by: TextOrNull,
  needs_second_person: Type.Boolean({ description: 'A member has made it: another member has to start it.' }),
  started_at: UnixTime,
  started_by: TextOrNull,
  changed_at: UnixTime,
  changed_by: TextOrNull,
  ended_at: UnixTime,
});

const RowState = ChoiceField(bulkRefundRowStates, {
  description:
    '`invalid`: something is wrong with it. `waiting`: to be sent, or being sent. `confirmed`, `refused`. `accepted`: the gateway has ' +
    'taken it and pays out later. `in_doubt`: not known yet; it is asked until it is, do not refund it by other means. ' +
    '`not_done`: tried often enough, nothing has moved; a resume tries it again.',
});

export const BulkRefundView = Type.Object({
  ...BulkRefundSummaryView.properties,
  counts: Type.Array(
    Type.Object({
      state: RowState,
      currency: TextOrNull,
      rows: Type.Integer(),
      amount: OrNull(Type.Number()),
    }),
    { description: 'How many rows are in each state, by currency.' },
  ),
  under_way: Type.Integer({ description: 'Rows that are being sent now. After a stop they still end.' }),
});

export const BulkRefundListView = Type.Object({ list: Type.Array(BulkRefundSummaryView), next: TextOrNull });

export const BulkRefundRowView = Type.Object({
  row: Type.Integer(),
  line: Type.Integer({ description: 'Where it stands in the file.' }),
  state: RowState,
  under_way: Type.Boolean(),
  problems: Type.Array(BilingualText),
  imp_uid: TextOrNull,
  merchant_uid: TextOrNull,
  buyer_name: TextOrNull,
  pg_provider: TextOrNull,
  currency: TextOrNull,
  amount: OrNull(Type.Number()),
  checksum: OrNull(
    Type.Number({ description: 'What could be cancelled when it was planned; if it is anything else, it is refused.' }),
  ),
  tax_free: OrNull(Type.Number()),
  vat_amount: OrNull(Type.Number()),
  reason: TextOrNull,
  refund_holder: TextOrNull,
  refund_bank: TextOrNull,
  refund_account: OrNull(Type.String({ description: 'All but its last four digits are hidden.' })),
  cancellation_id: TextOrNull,
  error: TextOrNull,
  message: TextOrNull,
  tries: Type.Integer(),
  changed_at: UnixTime,
});

export const BulkRefundRowsView = Type.Object({ list: Type.Array(BulkRefundRowView), next: OrNull(Type.Integer()) });

export type BulkRefundSummaryAnswer = Answer<typeof BulkRefundSummaryView>;
export type BulkRefundAnswer = Answer<typeof BulkRefundView>;
export type BulkRefundListAnswer = Answer<typeof BulkRefundListView>;
export type BulkRefundRowAnswer = Answer<typeof BulkRefundRowView>;
export type BulkRefundRowsAnswer = Answer<typeof BulkRefundRowsView>;

export function viewBulkRefundSummary(bulk: BulkRefund): BulkRefundSummaryAnswer {
  return {
    bulk_refund_id: bulk.id,
    state: bulk.state,
    file_name: bulk.file_name,
    file_sha256: bulk.file_sha256,
    allow_same_amount: bulk.allows_same_amount,
    rows: bulk.rows,
    invalid_rows: bulk.invalid_rows,
    rows_without_account: bulk.rows_without_account,
    totals: bulk.totals.map(({ currency, rows, minor, largest }) => ({
      currency,
      rows,
      amount: amountNumber(BigInt(minor), currency),
      largest: amountNumber(BigInt(largest), currency),
    })),
    digest: bulk.digest,
    created_at: unixSeconds(bulk.created_at),
    created_by: bulk.created_by,
    needs_second_person: bulk.created_by_member !== null,
    started_at: unixSeconds(bulk.started_at),
    started_by: bulk.started_by,
    changed_at: unixSeconds(bulk.changed_at),
    changed_by: bulk.changed_by,
    ended_at: unixSeconds(bulk.ended_at),
  };
}

export function viewBulkRefund(bulk: BulkRefund, counts: readonly StateCount[]): BulkRefundAnswer {
  return {
    ...viewBulkRefundSummary(bulk),
    counts: counts.map(({ state, currency, rows, minor }) => ({
      state,
      currency,
      rows,
      amount: amountOf(minor, currency),
    })),
    under_way: counts.reduce((sum, { under_way }) => sum + under_way, 0),
  };
}

export function viewBulkRefundRow(row: ListedRow): BulkRefundRowAnswer {
  const { currency } = row;
  return {
    row: row.row,
    line: row.line,
    state: row.state,
    under_way: row.is_under_way,
    problems: row.problems ?? [],
    imp_uid: row.imp_uid,
    merchant_uid: row.merchant_uid,
    buyer_name: row.buyer_name,
    pg_provider: row.provider,
    currency,
    amount: amountOf(row.amount_minor, currency),
    checksum: amountOf(row.balance_minor, currency),
    tax_free: amountOf(row.tax_free_minor, currency),
    vat_amount: amountOf(row.vat_minor, currency),
    reason: row.reason,
    refund_holder: row.refund_holder,
    refund_bank: row.refund_bank,
    refund_account: row.refund_account_masked,
    cancellation_id: row.operation_id,
    error: row.error,
    message: row.message,
    tries: row.tries,
    changed_at: unixSeconds(row.changed_at),
  };
}

function amountOf(minor: bigint | null, currency: string | null): number | null {
  return minor === null || currency === null ? null : amountNumber(minor, currency);
}
