import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { databaseTimeSql, databaseTimeToCompareSql, type Leases } from '../operations/leases.ts';
import { encryptedColumns, placeIn, plainHashBytes } from '../records/encrypted-columns.ts';
import { hasEnded, type OperationState, openStatesSql } from '../records/operation-states.ts';

/** An answer as it went out, which a repeat of the request gets again: a response as JSON, or a refusal's message. */
export interface KeptAnswer {
  readonly errorCode: ErrorCode | null;
  /** Of a gateway's refusal: why. */
  readonly refusalCategory: string | null;
  readonly body: string;
}

/** What the first request has begun, as it stands now. */
export interface BegunOperation {
  readonly id: string;
  readonly state: OperationState;
}

export type Admission =
  /** The first request with this key: carry it out, then `keep` or `forget`. */
  | { readonly kind: 'first'; readonly id: bigint }
  /** A repeat of a request that was answered. */
  | { readonly kind: 'repeat'; readonly answer: KeptAnswer; readonly operation: BegunOperation | null }
  /** The process that had the first request died after it had begun this operation: what became of it is the answer. */
  | { readonly kind: 'interrupted'; readonly id: bigint; readonly operationId: string };

export interface IdempotencyKeys {
  admit(merchantId: bigint, key: string, request: IdempotentRequest): Promise<Admission>;
  keep(merchantId: bigint, id: bigint, answer: KeptAnswer): Promise<void>;
  /** The request came to nothing that would have to be repeated: a further request with the key is a first one. */
  forget(merchantId: bigint, id: bigint): Promise<void>;
  /** The outcome is not known yet: a repeat is told how the operation stands by then. */
  leaveOpen(merchantId: bigint, id: bigint): Promise<void>;
  /** By short statements; `removed` hears how many rows each has taken away. */
  removeExpired(stopping?: AbortSignal, removed?: (rows: number) => void): Promise<void>;
}

export interface IdempotentRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: unknown;
}

export const idempotencyKeyLengthMax = 300;
const dayMs = 24 * 3_600_000;
const removedAtOnce = 500;

interface KeyRow {
  readonly id: bigint;
  readonly request_hash: Buffer;
  readonly error_code: ErrorCode | null;
  readonly refusal_category: string | null;
  readonly body: string | null;
  readonly is_running: boolean;
  /** To the microsecond, which a Date would lose. */
  readonly running_until_text: string;
  readonly expires_at: Date;
}

/**
 * Keys that make a request safe to repeat. The operation that a request begins carries the key's row, and a unique index
 * allows one operation per row: even two processes that both believe to be the first can't begin two.
 */
export function createIdempotencyKeys(parts: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly leases: Leases;
  /** Longer than a request can take; after that, a request that has not answered has died. */
  readonly runningMs: number;
  readonly keptForDays: number;
}): IdempotencyKeys {
  const { database, encryption, clock, clocks, leases, runningMs, keptForDays } = parts;

  const placeOf = (merchantId: bigint, key: string) =>
    placeIn(encryptedColumns.requestHash, { merchant_id: merchantId, key });

  /** Parameters may hold an account number, which has too few digits to hide in a plain hash: so the hash is encrypted. */
  function isOf(kept: Buffer, merchantId: bigint, key: string, request: string): boolean {
    if (kept.length !== plainHashBytes) return encryption.decrypt(kept, placeOf(merchantId, key)) === hashOf(request);
    return encryption.derivations(Buffer.from(request), 'idempotent_request').some((hash) => hash.equals(kept));
  }

  async function takeNew(merchantId: bigint, key: string, request: string): Promise<bigint | undefined> {
    const hash = encryption.encrypt(hashOf(request), placeOf(merchantId, key));
    const now = clocks.of(merchantId).now();
    const [row] = await database.query<{ id: bigint }>(
      `insert into idempotency_keys (merchant_id, key, request_hash, running_until, created_at, expires_at, running_of)
       values ($1, $2, $3, ${databaseTimeSql('$4')}, $5, $6, $7) on conflict (merchant_id, key) do nothing returning id`,
      [
        merchantId,
        key,
        hash,
        leases.until(runningMs),
        now,
        new Date(now.getTime() + keptForDays * dayMs),
        leases.owner,
      ],
    );
    return row?.id;
  }

  async function admitRepeat(merchantId: bigint, key: string, request: string): Promise<Admission | undefined> {
    const [row] = await database.query<KeyRow>(
      `select *, running_until > ${databaseTimeToCompareSql('$3')} as is_running, running_until::text as running_until_text
       from idempotency_keys where merchant_id = $1 and key = $2`,
      [merchantId, key, leases.until(0)],
    );
    if (!row) return undefined;
    const now = clocks.of(merchantId).now();
    if (row.expires_at <= now && !(await isOpen(merchantId, row.id))) {
      await database.query('delete from idempotency_keys where merchant_id = $3 and id = $1 and expires_at <= $2', [
        row.id,
        now,
        merchantId,
      ]);
      return undefined;
    }
    if (!isOf(row.request_hash, merchantId, key, request)) throw new Refusal('idempotency_key_reused');
    if (row.body !== null) {
      const { error_code: errorCode, refusal_category: refusalCategory, body } = row;
      const operation = await begunWith(merchantId, row.id);
      return { kind: 'repeat', answer: { errorCode, refusalCategory, body }, operation: operation ?? null };
    }
    if (row.is_running) throw new Refusal('idempotent_request_running');

    const operation = await begunWith(merchantId, row.id);
    if (operation && operation.state !== 'unsent') {
      if (!hasEnded(operation.state) && operation.state !== 'in_doubt' && operation.state !== 'accepted') {
        throw new Refusal('idempotent_request_running');
      }
      return { kind: 'interrupted', id: row.id, operationId: operation.id };
    }
    if (operation) {
      // Nothing reached the gateway. An operation keeps its row's number for ever, so the new attempt needs a new row.
      await database.query(
        'delete from idempotency_keys where merchant_id = $3 and id = $1 and running_until = $2::timestamptz',
        [row.id, row.running_until_text, merchantId],
      );
      return undefined;
    }
    const [taken] = await database.query<{ id: bigint }>(
      `update idempotency_keys set running_until = ${databaseTimeSql('$2')}, running_of = $5
       where merchant_id = $4 and id = $1 and running_until = $3::timestamptz and body is null returning id`,
      [row.id, leases.until(runningMs), row.running_until_text, merchantId, leases.owner],
    );
    return taken && { kind: 'first', id: taken.id };
  }

  /** What nobody knows the end of is nothing that a further request with the key could begin anew, however long ago it was. */
  async function isOpen(merchantId: bigint, id: bigint): Promise<boolean> {
    const operation = await begunWith(merchantId, id);
    return operation !== undefined && !hasEnded(operation.state);
  }

  async function begunWith(merchantId: bigint, id: bigint): Promise<BegunOperation | undefined> {
    const [operation] = await database.query<BegunOperation>(
      'select id, state from operations where merchant_id = $1 and idempotency_id = $2',
      [merchantId, id],
    );
    return operation;
  }

  return {
    async admit(merchantId, key, request) {
      if (key.length === 0 || key.length > idempotencyKeyLengthMax) throw new Refusal('idempotency_key_invalid');
      const text = textOf(request);
      // Each further round means that somebody else has just changed the row; a few of them decide it.
      for (let round = 0; round < 5; round++) {
        const id = await takeNew(merchantId, key, text);
        if (id !== undefined) return { kind: 'first', id };
        const admission = await admitRepeat(merchantId, key, text);
        if (admission) return admission;
      }
      throw new Refusal('idempotent_request_running');
    },

    async keep(merchantId, id, answer) {
      await database.query(
        'update idempotency_keys set error_code = $3, refusal_category = $4, body = $5 where merchant_id = $1 and id = $2',
        [merchantId, id, answer.errorCode, answer.refusalCategory, answer.body],
      );
    },

    async forget(merchantId, id) {
      await database.query('delete from idempotency_keys where merchant_id = $1 and id = $2', [merchantId, id]);
    },

    async leaveOpen(merchantId, id) {
      await database.query(
        `update idempotency_keys set running_until = ${databaseTimeSql('$3')} where merchant_id = $1 and id = $2`,
        [merchantId, id, leases.until(0)],
      );
    },

    async removeExpired(stopping, removed) {
      while (!stopping?.aborted) {
        const rows = await database.query(removeExpiredSql, [clock.now()]);
        removed?.(rows.length);
        if (rows.length < removedAtOnce) return;
      }
    },
  };
}

/**
 * Where a sandbox holds a merchant's clock, only a request can tell that a key has expired. What somebody has in hand just now is left to
 * them, or to the next time.
 */
const removeExpiredSql = `
with old as materialized (
  select e.merchant_id, e.id from idempotency_keys e
  where e.expires_at <= $1 and e.merchant_id not in (select merchant_id from sandbox_clocks)
    and not exists (
      select from operations o
      where o.merchant_id = e.merchant_id and o.idempotency_id = e.id and o.state in ${openStatesSql}
    )
  order by e.expires_at limit ${removedAtOnce}
  for update of e skip locked
)
delete from idempotency_keys k using old
where k.merchant_id = old.merchant_id and k.id = old.id
returning 1`;

/** Two requests are the same if method, path and parameters are; the order of the parameters does not matter. */
function textOf({ method, path, parameters }: IdempotentRequest): string {
  return `${method} ${path}\n${canonicalJson(parameters)}`;
}

function hashOf(request: string): string {
  return createHash('sha256').update(request).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
