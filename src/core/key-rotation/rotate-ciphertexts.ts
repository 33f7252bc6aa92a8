import type { Database } from '../../platform/database/pool.ts';
import { DecryptionError, type Encryption, keyIdOfCiphertext } from '../../platform/encryption/encryption.ts';
import { type EncryptedColumn, encryptedColumns, placeIn, plainHashBytes } from '../records/encrypted-columns.ts';

/** What a rotation found and did in one column. */
export interface ColumnRotation {
  /** Table and column. */
  readonly column: string;
  /** Ciphertexts that were there when it was looked at for the last time. */
  readonly ciphertexts: number;
  /** Encrypted anew, bound to their rows and with the current key. */
  readonly rewritten: number;
  /** What is left, by why: bound ones of another key that is given, unbound ones, and those that no given key reads. */
  readonly ofOtherKeys: number;
  readonly unbound: number;
  readonly unreadable: number;
  /** Ids of the keys of the unreadable ones, as far as they name them. */
  readonly unreadableKeyIds: readonly string[];
}

export interface RotationOptions {
  readonly database: Database;
  readonly encryption: Encryption;
  /** Only counts. */
  readonly isDryRun: boolean;
  /** Rows that are looked at in one statement. */
  readonly rowsAtOnce?: number;
  /** After each batch; throws to stop. Whatever has been written stays, and another run goes on from there. */
  readonly onBatch?: (progress: { readonly lookedAt: number; readonly rewritten: number }) => void | Promise<void>;
}

const rowsAtOnceDefault = 1_000;
/** A further pass is made when the one before has written or met somebody else's change; these many bound a run. */
const passesMax = 10;

/**
 * Encrypts anew whatever is unbound or not under the current key. Each write is conditional on the ciphertext that was read, and
 * takes none of its rows from anybody who holds it, so that it loses nobody's change and waits in no circle; servers that have
 * all the keys go on beside it. Rows that are written meanwhile are under the current key already.
 */
export async function rotateCiphertexts(options: RotationOptions): Promise<readonly ColumnRotation[]> {
  const rotations: ColumnRotation[] = [];
  const progress = { lookedAt: 0, rewritten: 0 };
  for (const column of Object.values(encryptedColumns)) {
    let rewritten = 0;
    let pass = await passOver(options, column, progress);
    for (let passes = 1; pass.rewritten + pass.contested > 0 && passes < passesMax; passes++) {
      rewritten += pass.rewritten;
      pass = await passOver(options, column, progress);
    }
    rotations.push({
      column: `${column.table}.${column.column}`,
      ciphertexts: pass.ciphertexts,
      rewritten: rewritten + pass.rewritten,
      ofOtherKeys: pass.ofOtherKeys - pass.rewrittenOfOtherKeys,
      unbound: pass.unbound - (pass.rewritten - pass.rewrittenOfOtherKeys),
      unreadable: pass.unreadable,
      unreadableKeyIds: [...pass.unreadableKeyIds],
    });
  }
  return rotations;
}

interface Pass {
  ciphertexts: number;
  ofOtherKeys: number;
  unbound: number;
  unreadable: number;
  readonly unreadableKeyIds: Set<string>;
  rewritten: number;
  rewrittenOfOtherKeys: number;
  /** Somebody else changed it between our look and our write, or held it for longer than we wait. */
  contested: number;
}

interface Row {
  readonly [name: string]: unknown;
  /** `null`: it is as it should be. */
  readonly stale_ciphertext: Buffer | null;
  readonly is_ciphertext: boolean;
}

interface Rewrite {
  readonly row: Row;
  readonly stale: Buffer;
  readonly fresh: Buffer;
}

async function passOver(
  { database, encryption, isDryRun, rowsAtOnce = rowsAtOnceDefault, onBatch }: RotationOptions,
  column: EncryptedColumn,
  progress: { lookedAt: number; rewritten: number },
): Promise<Pass> {
  const statements = statementsFor(column);
  const pass: Pass = {
    ciphertexts: 0,
    ofOtherKeys: 0,
    unbound: 0,
    unreadable: 0,
    unreadableKeyIds: new Set(),
    rewritten: 0,
    rewrittenOfOtherKeys: 0,
    contested: 0,
  };
  let after = Object.values(column.primaryKey).map((type): unknown => (type === 'bigint' ? -(2n ** 63n) : ''));
  for (;;) {
    const rows = await database.query<Row>(statements.look, [encryption.currentHeader(), rowsAtOnce, ...after]);
    const rewrites: Rewrite[] = [];
    for (const row of rows) {
      if (row.is_ciphertext) pass.ciphertexts += 1;
      const stale = row.stale_ciphertext;
      if (stale === null) continue;
      const fresh = encryptAnew(encryption, column, row, stale);
      const keyId = keyIdOfCiphertext(stale);
      if (fresh === undefined) {
        pass.unreadable += 1;
        if (keyId !== null) pass.unreadableKeyIds.add(keyId);
        continue;
      }
      if (keyId === null) pass.unbound += 1;
      else pass.ofOtherKeys += 1;
      rewrites.push({ row, stale, fresh });
    }
    const rewrittenBefore = pass.rewritten;
    if (!isDryRun && rewrites.length > 0) await write(database, column, statements, rewrites, pass);
    progress.lookedAt += rows.length;
    progress.rewritten += pass.rewritten - rewrittenBefore;
    const last = rows.at(-1);
    if (last === undefined) return pass;
    await onBatch?.(progress);
    if (rows.length < rowsAtOnce) return pass;
    after = Object.keys(column.primaryKey).map((name) => last[name]);
  }
}

/** `undefined`: none of the keys reads it here. */
function encryptAnew(encryption: Encryption, column: EncryptedColumn, row: Row, stale: Buffer): Buffer | undefined {
  const place = placeIn(column, row);
  try {
    return encryption.encrypt(encryption.decrypt(stale, place), place);
  } catch (error) {
    if (error instanceof DecryptionError) return undefined;
    throw error;
  }
}

/** First whatever nobody holds, in one statement that waits for nobody; then the others one by one, each as soon as it is let go. */
async function write(
  database: Database,
  column: EncryptedColumn,
  statements: Statements,
  rewrites: readonly Rewrite[],
  pass: Pass,
): Promise<void> {
  const keyNames = Object.keys(column.primaryKey);
  const keyOf = (row: Readonly<Record<string, unknown>>): string => keyNames.map((name) => String(row[name])).join(' ');
  const written = new Set(
    (
      await database.query(statements.writeFree, [
        ...keyNames.map((name) => rewrites.map(({ row }) => row[name])),
        rewrites.map(({ stale }) => stale),
        rewrites.map(({ fresh }) => fresh),
      ])
    ).map(keyOf),
  );
  for (const { row, stale, fresh } of rewrites) {
    if (!written.has(keyOf(row)) && !(await writeHeld([...keyNames.map((name) => row[name]), stale, fresh]))) {
      pass.contested += 1;
      continue;
    }
    pass.rewritten += 1;
    if (keyIdOfCiphertext(stale) !== null) pass.rewrittenOfOtherKeys += 1;
  }

  async function writeHeld(values: readonly unknown[]): Promise<boolean> {
    try {
      return (await database.query(statements.writeOne, values)).length === 1;
    } catch (error) {
      // Held for longer than a statement waits (lock_not_available): a further pass comes to it again.
      if ((error as { code?: unknown }).code === '55P03') return false;
      throw error;
    }
  }
}

interface Statements {
  readonly look: string;
  readonly writeFree: string;
  readonly writeOne: string;
}

/** The names stand in the list of the columns; nothing of them comes from outside. */
function statementsFor({ table, column, bound, primaryKey }: EncryptedColumn): Statements {
  const names = Object.keys(primaryKey);
  const types = Object.values(primaryKey);
  const read = [...new Set([...names, ...bound])].map((name) => `c.${name}`).join(', ');
  const sameRow = (other: string): string => names.map((name) => `c.${name} = ${other}.${name}`).join(' and ');
  const [staleAt, freshAt] = [names.length + 1, names.length + 2];
  const isCiphertext = `octet_length(c.${column}) is distinct from ${plainHashBytes} and c.${column} is not null`;
  return {
    look: `select ${read}, (${isCiphertext}) as is_ciphertext,
  case when ${isCiphertext} and substring(c.${column} for octet_length($1::bytea)) <> $1 then c.${column} end as stale_ciphertext
from ${table} c
where (${names.map((name) => `c.${name}`).join(', ')}) > (${types.map((type, at) => `$${at + 3}::${type}`).join(', ')})
order by ${names.map((name) => `c.${name}`).join(', ')} limit $2`,
    writeFree: `with asked as (
  select * from unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')}, $${staleAt}::bytea[], $${freshAt}::bytea[])
    as a(${names.join(', ')}, stale, fresh)
), free as (
  select ${names.map((name) => `c.${name}`).join(', ')}, a.stale, a.fresh
  from asked a join ${table} c on ${sameRow('a')} and c.${column} = a.stale
  for no key update of c skip locked
)
update ${table} c set ${column} = f.fresh from free f where ${sameRow('f')} and c.${column} = f.stale
returning ${names.map((name) => `c.${name}`).join(', ')}`,
    writeOne: `update ${table} c set ${column} = $${freshAt}
where ${names.map((name, at) => `c.${name} = $${at + 1}`).join(' and ')} and c.${column} = $${staleAt}
returning 1`,
  };
}

/** Plain hashes that an older server has left, which go with their rows and may need the key of then. */
export async function lastPlainHashExpiry(database: Database): Promise<{ count: bigint; until: Date } | undefined> {
  const [row] = await database.query<{ count: bigint; until: Date | null }>(
    `select count(*), max(expires_at) as until from idempotency_keys where octet_length(request_hash) = ${plainHashBytes}`,
  );
  return row?.until ? { count: row.count, until: row.until } : undefined;
}
