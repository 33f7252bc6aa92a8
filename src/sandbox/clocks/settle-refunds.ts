import { databaseTimeSql } from '../../core/operations/leases.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { withSimulator } from '../simulators.ts';
import type { SimulatedMerchant } from './at-simulators.ts';

const limitMs = 15_000;

/**
 * Refunds that the gateway has just paid out are ended in our book, too. Its notice has been sent once by now; what that did
 * not bring is asked for. A refund that is in doubt is not waited for: it has other ways to end.
 */
export async function settleRefunds(
  services: Services,
  place: SimulatedMerchant,
  orderIds: readonly string[],
  keepClock: () => Promise<void>,
): Promise<void> {
  if (orderIds.length === 0) return;
  const end = performance.now() + limitMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    const waiting = await waitingOf(services, place, [...new Set(orderIds)]);
    if (waiting.length === 0) return;
    if (performance.now() >= end) throw new Refusal('sandbox_clock_unfinished');
    await keepClock();
    await services.database.query(
      `update operations set next_inquiry_at = ${databaseTimeSql('$2')} where merchant_id = $3 and id = any($1) and state = 'accepted'`,
      [waiting, services.leases.until(0), place.merchantId],
    );
    await services.notices.round.runOnce();
    await services.recovery.runOnce();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Operations that our book has as taken, and the gateway's as paid out. */
async function waitingOf(
  { database }: Services,
  { simulator, mid, merchantId }: SimulatedMerchant,
  impUids: readonly string[],
): Promise<readonly string[]> {
  const open = await database.query<{ id: string; imp_uid: string; gateway_tid: string | null }>(
    `select o.id, p.imp_uid, o.gateway_tid
     from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where o.merchant_id = $2 and p.imp_uid = any($1) and o.kind = 'cancel' and o.state = 'accepted'`,
    [impUids, merchantId],
  );
  const waiting: string[] = [];
  for (const { id, imp_uid: orderId, gateway_tid: tid } of open) {
    const book = await withSimulator(simulator, (control) => control.book({ mid, orderId }));
    const cancels = book.transactions.flatMap((transaction) => transaction.cancels);
    if (cancels.some((cancel) => cancel.id === tid && cancel.isPaidOut)) waiting.push(id);
  }
  return waiting;
}
