import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Gateways } from '../../port/gateway.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { EscrowRow } from '../records/escrow.ts';
import type { Payment } from '../records/payment.ts';

/** `undefined`: nothing is registered. */
export async function readEscrow(
  database: Database,
  { merchant_id, id }: Pick<Payment, 'merchant_id' | 'id'>,
): Promise<EscrowRow | undefined> {
  const [row] = await database.query<EscrowRow>('select * from escrows where merchant_id = $1 and payment_id = $2', [
    merchant_id,
    id,
  ]);
  return row;
}

/** GET /escrows/logis/{imp_uid}. What was registered stays to be seen after a cancel. */
export async function findShipping(
  { database, gateways }: { readonly database: Database; readonly gateways: Gateways },
  merchantId: bigint,
  impUid: string,
): Promise<EscrowRow> {
  const payment = await findPayment(database, merchantId, impUid);
  if (!gateways.get(payment.provider)?.capabilities.escrow) throw new Refusal('escrow_not_supported');
  const row = await readEscrow(database, payment);
  if (!row) throw new Refusal('shipping_not_registered');
  return row;
}
