import type { CheckoutRow } from '../records/checkout.ts';
import type { CheckoutParts } from './checkouts.ts';

/** So long after its process has died, the buyer can go on. */
const busyMs = 5_000;
const renewEveryMs = 2_000;

/**
 * Somebody is about to pay in the window: `work` is done by one tab at a time, and `undefined` is the answer to all others. That a payment
 * is made once does not hang on it, but on its turn.
 */
export async function whileBusy<T>(
  { database, clock }: CheckoutParts,
  { merchant_id: merchantId, id }: CheckoutRow,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const until = () => new Date(clock.now().getTime() + busyMs);
  const [claimed] = await database.query(
    `update checkouts set busy_until = $3
     where merchant_id = $1 and id = $2 and (busy_until is null or busy_until <= $4) returning id`,
    [merchantId, id, until(), clock.now()],
  );
  if (!claimed) return undefined;
  // One that fails is made up for by the next one; one that comes late changes nothing.
  const renew = () =>
    database.query(
      'update checkouts set busy_until = $3 where merchant_id = $1 and id = $2 and busy_until is not null',
      [merchantId, id, until()],
    );
  const renewing = setInterval(() => void renew().catch(() => {}), renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await database.query('update checkouts set busy_until = null where merchant_id = $1 and id = $2', [merchantId, id]);
  }
}
