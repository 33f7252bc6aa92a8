import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import type { Database } from '../../platform/database/pool.ts';
import { createStatementGroup, groupLimits } from '../../platform/database/statement-group.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';

/** A payment of the merchant's; another merchant's is as unknown as one that does not exist. */
export async function findPayment(database: Database, merchantId: bigint, impUid: string): Promise<Payment> {
  const [payment] = await database.query<Payment>('select * from payments where imp_uid = $1 and merchant_id = $2', [
    impUid,
    merchantId,
  ]);
  if (!payment) throw new Refusal('payment_not_found');
  return payment;
}

/** Finds a merchant's payment by its `imp_uid`; lookups that come together share a statement. */
export type FindByImpUid = (merchantId: bigint, impUid: string) => Promise<Payment | undefined>;

interface Asked {
  readonly merchantId: bigint;
  readonly impUid: string;
}

export function createFindByImpUid(database: Database): FindByImpUid {
  const group = createStatementGroup<Asked, { payment: Payment | undefined }>({
    async execute(asked) {
      const payments = await database.query<Payment>(
        // Payment by payment, and by the index that has this order: while the table is small, a join could be planned that reads all
        // of it, and an equality that reads all of a merchant's.
        `select ${paymentColumns('p')} from ${listedRowsSql('$1::bigint[], $2::text[]')} as a(merchant_id, imp_uid) cross join lateral (
           select ${paymentColumns()} from payments
           where merchant_id = a.merchant_id and imp_uid >= a.imp_uid and imp_uid <= a.imp_uid order by imp_uid limit 1
         ) p`,
        [asked.map(({ merchantId }) => merchantId), asked.map(({ impUid }) => impUid)],
        'payments_by_imp_uid',
      );
      const found = new Map(payments.map((payment) => [`${payment.merchant_id} ${payment.imp_uid}`, payment]));
      return asked.map(({ merchantId, impUid }) => ({ payment: found.get(`${merchantId} ${impUid}`) }));
    },
    name: 'payments_by_imp_uid',
    ...groupLimits,
  });
  return async (merchantId, impUid) => (await group.run({ merchantId, impUid })).payment;
}
