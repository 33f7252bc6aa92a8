import { type Kysely, sql } from 'kysely';
import type { Payment } from '../records/payment.ts';
import type { PaymentTables } from './payment-tables.ts';

/** A payment that a list has chosen and not read yet. */
export interface ChosenPayment {
  readonly id: bigint;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  /** About as many bytes as it takes to be read. */
  readonly weight: number;
}

/**
 * What may grow without the payment's fields growing: what the merchant keeps with it, and its histories. Lengths stand in front
 * of a value in the database, so that it need not be read for them; histories are packed, to some tenth at the best.
 */
export const weightSql = sql<number>`(
  2000 + coalesce(octet_length(custom_data), 0) + 10 * (pg_column_size(cancel_history) + pg_column_size(deposit_history))
)::float8`;

const partWeightMax = 1024 * 1024;

/** Divides a list into parts that fit into memory; a payment that is heavier than that is a part by itself. */
export function partsOf(chosen: readonly ChosenPayment[]): readonly (readonly ChosenPayment[])[] {
  const parts: ChosenPayment[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const each of chosen) {
    if (weight + each.weight > partWeightMax) {
      parts.push([]);
      weight = 0;
    }
    parts.at(-1)?.push(each);
    weight += each.weight;
  }
  return parts;
}

/** The payments in the order in which they were chosen, as they are now; one that is gone is left out. */
export async function readPayments(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  chosen: readonly ChosenPayment[],
): Promise<readonly Payment[]> {
  const ids = chosen.map(({ id }) => id);
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', sql<bigint>`any(${ids}::bigint[])`)
    .execute();
  const byId = new Map(rows.map((payment) => [payment.id, payment]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
