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
  let held = new Date(clock.now().getTime() + busyMs);
  const [claimed] = await database.query(
    `update checkouts set busy_until = $3
     where merchant_id = $1 and id = $2 and (busy_until is null or busy_until <= $4) returning id`,
    [merchantId, id, held, clock.now()],
  );
  if (!claimed) return undefined;

  /** It may have taken too long, and be somebody else's by now. */
  async function change(busyUntil: Date | null): Promise<void> {
    const [changed] = await database.query(
      'update checkouts set busy_until = $3 where merchant_id = $1 and id = $2 and busy_until = $4 returning id',
      [merchantId, id, busyUntil, held],
    );
    if (changed && busyUntil) held = busyUntil;
  }
  // What fails of these is made up for by the next one, or by time.
  let renewal = Promise.resolve();
  const renewing = setInterval(() => {
    renewal = change(new Date(clock.now().getTime() + busyMs)).catch(() => {});
  }, renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await renewal;
    await change(null).catch(() => {});
  }
}
