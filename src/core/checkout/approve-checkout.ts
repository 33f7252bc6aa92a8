import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { keyRow } from '../billing/issue-key.ts';
import type { Channel } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { encryptSecrets, type OperationSecrets } from '../operations/context.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { OperationReport } from '../operations/report.ts';
import { ReservationUnknown, reserveOnce } from '../operations/reserve-once.ts';
import { refuseTakenOrder } from '../payments/insert-payment.ts';
import { type MakePaymentParts, refuseImpossible } from '../payments/make-payment.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import { type Operation, type OperationDetails, operationColumns } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';

export interface ApproveCheckout {
  readonly checkout: CheckoutRow;
  readonly payment: Payment;
  readonly channel: Channel;
  /** What the browser brought back from the gateway's window. */
  readonly token: string;
  /** What the buyer has chosen there. */
  readonly chosen: {
    readonly card_quota: number;
    readonly vbank_code: string | null;
    readonly vbank_due_at: Date | null;
  };
  /** Of a window that issues a key: what the gateway knows the customer by. */
  readonly customerId: string;
  readonly deadline: Deadline;
}

/**
 * Takes the payment's turn, which no window and no tab has yet, and claims its order; by one statement, so that of two that pay at once
 * one goes on, and of two windows of one order as well. An account claims nothing, as one that the API issues does not: its order is not
 * paid, and its buyer may yet pay in another way.
 */
const beginSql = `
with payment as (
  update payments p set turn_of = $3, claims_order = p.pay_method <> 'vbank', card_quota = $4, vbank_code = coalesce($5, p.vbank_code),
    vbank_due_at = coalesce($11, p.vbank_due_at), updated_at = $6
  where p.merchant_id = $1 and p.id = $2 and p.status = 'ready' and p.turn_of is null and p.pg_tid is null
    and not exists (
      select from payments o where o.merchant_id = $1 and o.merchant_uid = p.merchant_uid and o.id <> p.id
        and (o.status = 'paid' or (o.status = 'cancelled' and o.cancelled_minor < o.amount_minor)))
  returning *
), begun as (
  ${beginOperationsSql('payment', {
    id: '$3',
    merchant_id: 'merchant_id',
    channel_id: 'channel_id',
    payment_id: 'id',
    kind: "'approve_window'",
    amount_minor: 'amount_minor',
    tax_free_minor: 'tax_free_minor',
    vat_minor: 'vat_minor',
    balance_before_minor: 'amount_minor',
    reason: "'approve_window'",
    details: '$7::jsonb',
    secrets: '$8::bytea',
    requested_at: '$6::timestamptz',
    lease_of: '$9',
    lease_until: '$10',
  })}
  returning *
)
select ${operationColumns()} from begun`;

/**
 * What the buyer has agreed on is asked for at the gateway. `undefined`: somebody else was quicker, in another tab for instance, and what
 * becomes of that counts. Throws a refusal where nothing was begun.
 */
export async function approveCheckout(
  parts: MakePaymentParts & { readonly clocks: MerchantClocks },
  { checkout, payment, channel, token, chosen, customerId, deadline }: ApproveCheckout,
): Promise<OperationReport | undefined> {
  const { database, clock, clocks, encryption, leases, leaseMs, crashPoints, runner } = parts;
  const { key, customer } = checkout.request.payment ?? { key: null };
  refuseImpossible({
    channel,
    payMethod: payment.pay_method,
    kind: 'approve_window',
    currency: payment.currency,
    instalments: chosen.card_quota,
    details: {},
  });
  const named = key && (await keyRow(parts, channel.merchantId, key.customer_uid, channel));
  const details: OperationDetails = named
    ? {
        customer_uid: named.customer_uid,
        customer_id: customerId,
        billing_key_id: String(named.id),
        ...(customer ? { customer } : {}),
      }
    : {};
  const secrets: OperationSecrets = { windowToken: token };
  await crashPoints.reach('before_reservation');
  const operationId = newOperationId(clock.now());
  const begin = async (): Promise<Operation | undefined> => {
    const [begun] = await database.query<Operation>(
      beginSql,
      [
        channel.merchantId,
        payment.id,
        operationId,
        chosen.card_quota,
        chosen.vbank_code,
        clocks.of(channel.merchantId).now(),
        JSON.stringify(details),
        encryptSecrets(encryption, { merchant_id: channel.merchantId, id: operationId }, secrets),
        leases.owner,
        leases.until(leaseMs),
        chosen.vbank_due_at,
      ],
      'begin_approve_window',
    );
    return begun;
  };
  const operation = await reserveOnce(
    parts,
    deadline,
    { merchantId: channel.merchantId, operationId },
    begin,
    (made) => made,
  ).catch((error: unknown) => {
    if (isTakenClaim(error)) throw new Refusal('order_already_paid');
    throw error instanceof ReservationUnknown ? error.refusal('outcome_in_doubt') : error;
  });
  if (!operation) {
    await refuseOtherPayment(parts, payment);
    return undefined;
  }
  await crashPoints.reach('after_reservation');
  return runner.run({ operation, subject: { type: 'payment', payment }, channel, secrets, card: null }, deadline);
}

/** Another payment of the order is being made just now: the partial index lets one of them claim it. */
function isTakenClaim(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'payments_one_claim_per_order';
}

/** Was it the order that stood in the way, paid meanwhile by another payment, or this payment itself? */
async function refuseOtherPayment(
  { database }: MakePaymentParts,
  { merchant_id: merchantId, id, merchant_uid: merchantUid }: Payment,
): Promise<void> {
  const [row] = await database.query(
    `select from payments where merchant_id = $1 and id = $2 and status = 'ready' and turn_of is null and pg_tid is null`,
    [merchantId, id],
  );
  if (row) await refuseTakenOrder(database, merchantId, merchantUid);
}
