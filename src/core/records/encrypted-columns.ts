import { keyIdOf, type Place } from '../../platform/encryption/encryption.ts';

/** A column that holds ciphertexts, and what binds each of them to its row. */
export interface EncryptedColumn<Bound extends string = string> {
  readonly table: string;
  readonly column: string;
  /** Columns that name the row for ever: its merchant, and what the row is within it. All are known before it is written. */
  readonly bound: readonly Bound[];
  /** With the types of PostgreSQL. */
  readonly primaryKey: Readonly<Record<string, 'bigint' | 'text'>>;
}

const perMerchant = { merchant_id: 'bigint', id: 'bigint' } as const;

/** Every column of the database that holds ciphertexts: `hwanbul rotate-key` goes through this list. */
export const encryptedColumns = Object.freeze({
  /** A merchant's number is not known before its row is written; its key names it as well, in lower case as it is looked for. */
  webhookSecret: column('merchants', 'webhook_secret', ['imp_key'], { id: 'bigint' }),
  credentials: column('channels', 'credentials', ['merchant_id', 'provider', 'mid'], { id: 'bigint' }),
  noticeSecret: column('payments', 'notice_secret', ['merchant_id', 'imp_uid'], perMerchant),
  operationSecrets: column('operations', 'secrets', ['merchant_id', 'id'], { merchant_id: 'bigint', id: 'text' }),
  /** The row is there before its first key. */
  billingKey: column('billing_keys', 'gateway_key', ['merchant_id', 'id'], perMerchant),
  certifiedPerson: column('certifications', 'person', ['merchant_id', 'imp_uid'], perMerchant),
  noticeContent: column('gateway_notices', 'content', ['merchant_id', 'provider', 'digest'], perMerchant),
  refundRequestBody: column('refund_requests', 'body', ['merchant_id', 'id'], { merchant_id: 'bigint', id: 'text' }),
  bulkRefundRow: column('bulk_refund_rows', 'secrets', ['merchant_id', 'bulk_id', 'row'], {
    merchant_id: 'bigint',
    bulk_id: 'text',
    row: 'bigint',
  }),
  totpSecret: column('second_factors', 'secret', ['member_id', 'id'], { id: 'text' }),
  requestHash: column('idempotency_keys', 'request_hash', ['merchant_id', 'key'], perMerchant),
});

function column<const Bound extends string>(
  table: string,
  name: string,
  bound: readonly Bound[],
  primaryKey: EncryptedColumn['primaryKey'],
): EncryptedColumn<Bound> {
  return Object.freeze({ table, column: name, bound: Object.freeze(bound), primaryKey });
}

/** Where the ciphertext of this row belongs. */
export function placeIn<Bound extends string>(
  { table, column, bound }: EncryptedColumn<Bound>,
  row: Readonly<Record<Bound, unknown>>,
): Place {
  return { column: `${table}.${column}`, row: bound.map((name) => partOf(name, row[name])) };
}

function partOf(name: string, value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value !== 'string') throw new TypeError(`a ciphertext can't be bound to ${name} as ${typeof value}`);
  return name === 'imp_key' ? value.toLowerCase() : value;
}

/**
 * Servers before migration 0009 wrote a plain hash of the request, made with their key, where there are ciphertexts now. It is
 * shorter than any of them, can't be made anew, and leaves with its row.
 */
export const plainHashBytes = 32;

/** What a living server shows of the key that it writes with (`platform/database/presence.ts`). */
export function writerTrait(fingerprint: Buffer): string {
  return `writes-with-key-${keyIdOf(fingerprint)}`;
}
