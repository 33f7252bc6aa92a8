import type { Database } from '../../platform/database/pool.ts';
import { createStatementGroup } from '../../platform/database/statement-group.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Payment } from '../records/payment.ts';

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
        `select p.* from payments p
         where (p.merchant_id, p.imp_uid) in (select * from unnest($1::bigint[], $2::text[]))`,
        [asked.map(({ merchantId }) => merchantId), asked.map(({ impUid }) => impUid)],
        'payments_by_imp_uid',
      );
      const found = new Map(payments.map((payment) => [`${payment.merchant_id} ${payment.imp_uid}`, payment]));
      return asked.map(({ merchantId, impUid }) => ({ payment: found.get(`${merchantId} ${impUid}`) }));
    },
    entriesMax: 128,
    statementsMax: 2,
  });
  return async (merchantId, impUid) => (await group.run({ merchantId, impUid })).payment;
}
