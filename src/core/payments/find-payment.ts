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

/** Finds a payment by its `imp_uid`, whoever's it is; lookups that come together share a statement. */
export type FindByImpUid = (impUid: string) => Promise<Payment | undefined>;

export function createFindByImpUid(database: Database): FindByImpUid {
  const group = createStatementGroup<string, { payment: Payment | undefined }>({
    async execute(impUids) {
      const payments = await database.query<Payment>(
        'select * from payments where imp_uid = any($1)',
        [impUids],
        'payments_by_imp_uid',
      );
      const byImpUid = new Map(payments.map((payment) => [payment.imp_uid, payment]));
      return impUids.map((impUid) => ({ payment: byImpUid.get(impUid) }));
    },
    entriesMax: 128,
    statementsMax: 2,
  });
  return async (impUid) => (await group.run(impUid)).payment;
}
