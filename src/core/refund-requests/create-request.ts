import { Refusal } from '../../platform/errors/refusal.ts';
import { refuseWhatIsOnItsWay } from '../cancellation/cancel-payment.ts';
import { decideCancel } from '../cancellation/decide.ts';
import { findCancellable } from '../cancellation/find-cancellable.ts';
import { openRequestOf } from '../cancellation/open-request.ts';
import type { CancelRequest } from '../cancellation/request.ts';
import { readEscrow } from '../escrow/find-shipping.ts';
import { idempotencyKeyLengthMax } from '../idempotency/idempotency.ts';
import { newOperationId } from '../operations/identifier.ts';
import { databaseTimeSql } from '../operations/leases.ts';
import { refusalByTurn, turnsOfPayments } from '../operations/take-turn.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';
import { decryptBody, digestOf, encryptBody, keptBody } from './body.ts';
import type { Person, RefundRequestParts } from './parts.ts';

/** In real time. Whoever has not decided by then does not want it, or does not know of it any more. */
const waitsForMs = 7 * 24 * 3_600_000;

/**
 * A request is made under a lock of the payment's row and only if its book is as the member believes. A member's cancellation locks
 * the same row and then looks for open requests, so that of the two one comes first, and the other one meets it.
 */
const createSql = `
with held as (
  select merchant_id, id from payments
  where merchant_id = $1 and id = $2 and turn_of is null and status in ('paid', 'cancelled')
    and amount_minor - cancelled_minor - reserved_minor = $3
  for no key update
)
insert into refund_requests
  (merchant_id, id, payment_id, amount_minor, body, digest, requested_by, requested_by_name, requested_at, request_key, expires_at)
select merchant_id, $4, id, $5, $6, $7, $8, $9, $10, $11, ${databaseTimeSql('$12')} from held
on conflict do nothing
returning id`;

/** Nothing is sent, and nothing reserved. Answers the request's id. A repeat under the same key is answered alike. */
export async function createRefundRequest(
  parts: RefundRequestParts,
  merchantId: bigint,
  member: Person,
  asked: CancelRequest,
  requestKey: string | undefined,
): Promise<string> {
  const { database, encryption } = parts;
  if (requestKey !== undefined && (requestKey === '' || requestKey.length > idempotencyKeyLengthMax)) {
    throw new Refusal('idempotency_key_invalid');
  }
  // Each further round means that somebody else has just changed the payment; a few of them decide it.
  for (let round = 0; round < 5; round++) {
    const repeated =
      requestKey === undefined ? undefined : await madeBefore(parts, merchantId, member, asked, requestKey);
    if (repeated !== undefined) return repeated;
    const payment = await findCancellable(parts, merchantId, asked);
    const open = await openRequestOf(database, payment);
    if (open !== undefined) throw new Refusal('refund_request_open', { id: open });
    if (payment.turn_of !== null) throw await refusalByTurn(parts, turnsOfPayments, payment);
    await refuseWhatIsOnItsWay(parts, payment);
    const channel = await parts.channels.byId(payment.channel_id);
    const escrow = payment.escrow ? await readEscrow(database, payment) : undefined;
    const plan = decideCancel(payment, { ...asked, member: requesting }, channel, escrow);

    const id = newOperationId(parts.clock.now());
    const kept = keptBody(payment, asked, plan);
    const [made] = await database.query<{ id: string }>(createSql, [
      merchantId,
      payment.id,
      plan.checksumMinor,
      id,
      plan.amountMinor,
      encryptBody(encryption, { merchant_id: merchantId, id }, kept),
      digestOf(kept),
      member.id,
      member.email,
      parts.clocks.of(merchantId).now(),
      requestKey ?? null,
      parts.leases.until(waitsForMs),
    ]);
    if (made) return made.id;
  }
  throw new Refusal('cancellation_busy');
}

/** Whatever it is, another member decides on it. */
const requesting = { by: '', why: '', refundRequestId: null, needsApproval: () => false };

async function madeBefore(
  { database, encryption }: RefundRequestParts,
  merchantId: bigint,
  member: Person,
  asked: CancelRequest,
  requestKey: string,
): Promise<string | undefined> {
  const [row] = await database.query<RefundRequestRow>(
    'select * from refund_requests where merchant_id = $1 and requested_by = $2 and request_key = $3',
    [merchantId, member.id, requestKey],
  );
  if (!row) return undefined;
  if (decryptBody(encryption, row).asked !== JSON.stringify(asked)) throw new Refusal('idempotency_key_reused');
  return row.id;
}
