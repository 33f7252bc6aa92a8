import type { Text } from '../../platform/language/text.ts';

/**
 * - `planned`: nobody has started it. `running`: rows are being sent, or are in doubt.
 * - `stopped`: no further row is sent. `ended`: no row is left to be sent, and none is in doubt.
 * - `discarded`: it is not to be carried out (any further).
 */
export const bulkRefundStates = ['planned', 'running', 'stopped', 'ended', 'discarded'] as const;
export type BulkRefundState = (typeof bulkRefundStates)[number];

/**
 * - `invalid`: something is wrong with it. `waiting`: to be sent, or being sent.
 * - `not_done`: tried often enough; nothing has moved. It is tried again when the bulk refund is resumed.
 * - The others are as those of its cancellation.
 */
export const bulkRefundRowStates = [
  'invalid',
  'waiting',
  'confirmed',
  'refused',
  'accepted',
  'in_doubt',
  'not_done',
] as const;
export type BulkRefundRowState = (typeof bulkRefundRowStates)[number];

/** Of what is to be given back in one currency; amounts in its minor unit, which JSON carries exactly. */
export interface BulkRefundTotal {
  readonly currency: string;
  readonly rows: number;
  readonly minor: number;
  readonly largest: number;
}

/** A row of `bulk_refunds`. */
export interface BulkRefund {
  readonly merchant_id: bigint;
  readonly id: string;
  readonly state: BulkRefundState;
  readonly file_name: string | null;
  readonly file_sha256: string;
  readonly allows_same_amount: boolean;
  readonly rows: number;
  readonly invalid_rows: number;
  readonly rows_without_account: number;
  readonly totals: readonly BulkRefundTotal[];
  readonly digest: string;
  readonly providers: readonly string[];
  readonly created_at: Date;
  readonly created_by: string | null;
  readonly created_by_member: string | null;
  readonly started_at: Date | null;
  readonly started_by: string | null;
  readonly changed_at: Date;
  readonly changed_by: string | null;
  readonly ended_at: Date | null;
}

/** A row of `bulk_refund_rows`. Amounts are in the currency's minor unit. */
export interface BulkRefundRow {
  readonly merchant_id: bigint;
  readonly bulk_id: string;
  readonly row: number;
  readonly line: number;
  readonly state: BulkRefundRowState;
  readonly problems: readonly Text[] | null;
  readonly payment_id: bigint | null;
  readonly imp_uid: string | null;
  readonly merchant_uid: string | null;
  readonly provider: string | null;
  readonly currency: string | null;
  readonly amount_minor: bigint | null;
  readonly balance_minor: bigint | null;
  readonly tax_free_minor: bigint | null;
  readonly vat_minor: bigint | null;
  readonly reason: string | null;
  readonly refund_holder: string | null;
  readonly refund_bank: string | null;
  readonly refund_account_masked: string | null;
  readonly secrets: Buffer | null;
  readonly operation_id: string | null;
  readonly error: string | null;
  readonly message: string | null;
  readonly tries: number;
  readonly lease_of: string | null;
  readonly changed_at: Date;
}

/** A row that can be sent. */
export type SendableRow = BulkRefundRow & {
  readonly [Name in
    | 'payment_id'
    | 'imp_uid'
    | 'merchant_uid'
    | 'provider'
    | 'currency'
    | 'amount_minor'
    | 'balance_minor']: NonNullable<BulkRefundRow[Name]>;
};

/** What is kept encrypted of a row's account. */
export interface RowSecrets {
  readonly account?: string;
  readonly tel?: string;
}
