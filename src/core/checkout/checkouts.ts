import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Channel } from '../merchants/channels.ts';
import { type CheckoutRequest, type CheckoutRow, type CheckoutWay, checkoutColumns } from '../records/checkout.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';
import { newCheckoutToken, readCheckoutToken } from './checkout-token.ts';

export interface CheckoutParts {
  readonly database: Database;
  readonly clock: Clock;
}

export interface NewCheckout {
  readonly kind: CheckoutRow['kind'];
  readonly channel: Channel;
  readonly impUid: string;
  readonly way: CheckoutWay;
  readonly request: CheckoutRequest;
}

/** How long a buyer may take. The real gateways' windows differ, and no source gives one number. */
export const checkoutMs = 30 * 60_000;

/** A window from now on, and the token that opens it. */
export async function insertCheckout(
  { database, clock }: CheckoutParts,
  { kind, channel, impUid, way, request }: NewCheckout,
): Promise<{ readonly token: string; readonly checkout: CheckoutRow }> {
  const { token, hash } = newCheckoutToken(channel.merchantId);
  const now = clock.now();
  const [checkout] = await database.query<CheckoutRow>(
    `insert into checkouts (merchant_id, token_hash, kind, imp_uid, channel_id, way, request, opened_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${checkoutColumns()}`,
    [
      channel.merchantId,
      hash,
      kind,
      impUid,
      channel.id,
      way,
      JSON.stringify(request),
      now,
      new Date(now.getTime() + checkoutMs),
    ],
    'insert_checkout',
  );
  if (!checkout) throw new Error('a checkout was not written');
  return { token, checkout };
}

/** Throws a refusal for a token that opens nothing. */
export async function findCheckout({ database }: CheckoutParts, token: string): Promise<CheckoutRow> {
  const read = readCheckoutToken(token);
  const [checkout] = read
    ? await database.query<CheckoutRow>(
        `select ${checkoutColumns()} from checkouts where merchant_id = $1 and token_hash = $2`,
        [read.merchantId, read.hash],
        'checkout_of_token',
      )
    : [];
  if (!checkout) throw new Refusal('checkout_not_found');
  return checkout;
}

export async function paymentOfCheckout(
  { database }: Pick<CheckoutParts, 'database'>,
  { merchant_id, imp_uid }: Pick<CheckoutRow, 'merchant_id' | 'imp_uid'>,
): Promise<Payment> {
  const [payment] = await database.query<Payment>(
    `select ${paymentColumns()} from payments where merchant_id = $1 and imp_uid = $2`,
    [merchant_id, imp_uid],
    'payment_of_checkout',
  );
  if (!payment) throw new Error('a checkout has no payment');
  return payment;
}

/**
 * `open`: it can be paid in, or left. `working`: it is not known yet what becomes of it, and nothing can be done in it.
 * `ended`: paid, an account issued, or failed; the payment says which.
 */
export type CheckoutState = 'open' | 'working' | 'ended';

export function checkoutState(
  { busy_until: busyUntil }: Pick<CheckoutRow, 'busy_until'>,
  payment: Payment,
  now: Date,
): CheckoutState {
  if (payment.status !== 'ready' || payment.pg_tid !== null) return 'ended';
  return payment.turn_of !== null || (busyUntil !== null && busyUntil > now) ? 'working' : 'open';
}

/** Has the window ended with what it was opened for? A payment that was given back later had been paid. */
export function hasSucceeded({ status }: Payment): boolean {
  return status !== 'failed';
}
