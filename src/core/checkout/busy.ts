import type { CheckoutRow } from '../records/checkout.ts';
import type { CheckoutParts } from './checkouts.ts';

/** Longer than the gateway's window and the shop may take together; should this process die meanwhile, the buyer can go on after that. */
const busyMs = 30_000;

/**
 * Somebody is about to pay in the window: `work` is done by one tab at a time, and `undefined` is the answer to all others. That a payment
 * is made once does not hang on it, but on its turn.
 */
export async function whileBusy<T>(
  { database, clock }: CheckoutParts,
  { merchant_id: merchantId, id }: CheckoutRow,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const now = clock.now();
  const until = new Date(now.getTime() + busyMs);
  const [claimed] = await database.query(
    `update checkouts set busy_until = $3
     where merchant_id = $1 and id = $2 and (busy_until is null or busy_until <= $4) returning id`,
    [merchantId, id, until, now],
  );
  if (!claimed) return undefined;
  try {
    return await work();
  } finally {
    // It may have taken longer, and be somebody else's by now.
    await database.query(
      'update checkouts set busy_until = null where merchant_id = $1 and id = $2 and busy_until = $3',
      [merchantId, id, until],
    );
  }
}
