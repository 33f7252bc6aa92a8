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

/**
 * The window's own word is read again, together with the gateway's: whoever asks has read the window before its payment, and in between
 * the buyer may have left it.
 */
export async function failureOfCheckout(
  { database }: { readonly database: Database },
  { merchant_id: merchantId, id }: Pick<CheckoutRow, 'merchant_id' | 'id'>,
  { id: paymentId, fail_reason: reason }: Payment,
): Promise<CheckoutFailure> {
  const message = reason ?? '';
  const [known] = await database.query<{
    end_code: string | null;
    gateway_code: string | null;
    state: OperationState | null;
  }>(
    `select c.end_code, o.gateway_code, o.state from checkouts c left join lateral (
       select gateway_code, state from operations
       where merchant_id = $1 and payment_id = $3 and kind = 'approve_window' order by id desc limit 1) o on true
     where c.merchant_id = $1 and c.id = $2`,
    [merchantId, id, paymentId],
    'failure_of_checkout',
  );
  if (typeof known?.end_code === 'string') return { code: known.end_code, message };
  // Why nothing was sent is for the log; a buyer is told what it means.
  if (known?.state === 'unsent') {
    return { code: 'GATEWAY_UNREACHABLE', message: new Refusal('gateway_unreachable').message };
  }
  return { code: known?.gateway_code ?? 'FAILED', message };
}

/** How a window says that it ended, as it says now: it may have ended since its row was read. */
export async function endCodeOfCheckout(
  { database }: { readonly database: Database },
  { merchant_id: merchantId, id }: Pick<CheckoutRow, 'merchant_id' | 'id'>,
): Promise<string | null> {
  const [row] = await database.query<{ end_code: string | null }>(
    'select end_code from checkouts where merchant_id = $1 and id = $2',
    [merchantId, id],
  );
  return row?.end_code ?? null;
}
