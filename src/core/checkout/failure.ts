import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';

/** Why a window's payment has failed: in the gateway's own code and words where a gateway said no, else in ours. */
export interface CheckoutFailure {
  readonly code: string;
  readonly message: string;
}

export async function failureOfCheckout(
  { database }: { readonly database: Database },
  checkout: CheckoutRow,
  { merchant_id: merchantId, id, fail_reason: reason }: Payment,
): Promise<CheckoutFailure> {
  const message = reason ?? '';
  if (checkout.end_code !== null) return { code: checkout.end_code, message };
  const [operation] = await database.query<{ gateway_code: string | null; state: OperationState }>(
    `select gateway_code, state from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'approve_window' order by id desc limit 1`,
    [merchantId, id],
  );
  // Why nothing was sent is for the log; a buyer is told what it means.
  if (operation?.state === 'unsent') {
    return { code: 'GATEWAY_UNREACHABLE', message: new Refusal('gateway_unreachable').message };
  }
  return { code: operation?.gateway_code ?? 'FAILED', message };
}
