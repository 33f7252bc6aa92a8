import type { Database } from '../../platform/database/pool.ts';
import type { Operation } from '../records/operation.ts';

/**
 * By the database's time, which wrote down when it was begun: neither a sandbox that moves its clock nor a server whose clock is
 * wrong may end the doubt of a request that is still on its way. `null`: begun before there was the column.
 */
export async function msSinceBegun(
  database: Database,
  { merchant_id, id }: Pick<Operation, 'merchant_id' | 'id'>,
): Promise<number | null> {
  const [begun] = await database.query<{ ms_ago: number | null }>(
    `select (extract(epoch from clock_timestamp() - written_at) * 1000)::float8 as ms_ago from operation_audit
     where merchant_id = $1 and operation_id = $2 and to_state = 'requested'`,
    [merchant_id, id],
  );
  return begun?.ms_ago ?? null;
}
