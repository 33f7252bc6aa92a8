import type { Database } from '../../platform/database/pool.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { Payment } from '../records/payment.ts';

/** Why a window's payment has failed: the gateway's own code where a gateway said no, else ours. */
export async function failureCodeOf(
  { database }: { readonly database: Database },
  checkout: CheckoutRow,
  { merchant_id: merchantId, id }: Payment,
): Promise<string> {
  if (checkout.end_code !== null) return checkout.end_code;
  const [operation] = await database.query<{ gateway_code: string | null }>(
    `select gateway_code from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'approve_window' order by id desc limit 1`,
    [merchantId, id],
  );
  return operation?.gateway_code ?? 'GATEWAY_UNREACHABLE';
}
