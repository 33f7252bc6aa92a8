import type { Database } from '../../platform/database/pool.ts';
import { headerBytes } from '../../platform/encryption/encryption.ts';
import { encryptedColumns, plainHashBytes } from '../records/encrypted-columns.ts';

/** So many ciphertexts of one column that a key has made. */
export interface CiphertextCount {
  /** Table and column. */
  readonly column: string;
  /** `null`: unbound, and so without the name of its key. */
  readonly keyId: string | null;
  readonly count: bigint;
}

/** All ciphertexts by their key. Reads every row; of many millions, PostgreSQL may take longer than a statement may. */
export async function countCiphertexts(database: Database): Promise<readonly CiphertextCount[]> {
  const counts: CiphertextCount[] = [];
  for (const { table, column } of Object.values(encryptedColumns)) {
    const rows = await database.query<{ header: Buffer | null; count: bigint }>(
      `select case when substring(c.${column} for 1) = '\\x02' then substring(c.${column} for ${headerBytes}) end as header,
         count(*)
       from ${table} c where octet_length(c.${column}) <> ${plainHashBytes} group by 1`,
    );
    for (const { header, count } of rows) {
      counts.push({ column: `${table}.${column}`, keyId: header?.toString('hex', 1) ?? null, count });
    }
  }
  return counts;
}
