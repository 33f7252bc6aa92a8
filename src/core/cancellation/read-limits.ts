import { Refusal } from '../../platform/errors/refusal.ts';
import { readEscrow } from '../escrow/find-shipping.ts';
import type { Channel } from '../merchants/channels.ts';
import { refusalByTurn, turnsOfPayments } from '../operations/take-turn.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation } from '../records/operation.ts';
import { openStatesSql } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import { type CancelPaymentParts, refuseWhatIsOnItsWay } from './cancel-payment.ts';
import { type CancelLimits, cancelLimits } from './limits.ts';
import { openRequestOf } from './open-request.ts';

/** What a person has to know before cancelling a payment. */
export interface PaymentLimits {
  readonly payment: Payment;
  readonly channel: Channel;
  readonly limits: CancelLimits;
  /** Why nothing of it can be cancelled now by anybody; `null`: something can. */
  readonly refusal: Refusal | null;
  /** What keeps amounts of it back. */
  readonly reservedBy: readonly ReservingOperation[];
  /** A refund request that stands in the way of members. */
  readonly openRequestId: string | null;
  /** By the merchant's clock. */
  readonly now: Date;
}

export type ReservingOperation = Pick<Operation, 'id' | 'kind' | 'state' | 'amount_minor' | 'requested_at'>;

/** The same decisions as of a cancellation, made on no request. */
export async function readPaymentLimits(
  parts: CancelPaymentParts,
  merchantId: bigint,
  impUid: string,
): Promise<PaymentLimits> {
  const payment = await findPayment(parts.database, merchantId, impUid);
  const channel = await parts.channels.byId(payment.channel_id);
  const limits = cancelLimits(payment, channel, payment.escrow ? await readEscrow(parts.database, payment) : undefined);
  const reservedBy = await parts.database.query<ReservingOperation>(
    `select id, kind, state, amount_minor, requested_at from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'cancel' and state in ${openStatesSql} and not shown_at_once order by id`,
    [merchantId, payment.id],
  );
  return {
    payment,
    channel,
    limits,
    refusal: await refusalOf(parts, payment, limits),
    reservedBy,
    openRequestId: (await openRequestOf(parts.database, payment)) ?? null,
    now: parts.clocks.of(merchantId).now(),
  };
}

async function refusalOf(parts: CancelPaymentParts, payment: Payment, limits: CancelLimits): Promise<Refusal | null> {
  const onItsWay = await refuseWhatIsOnItsWay(parts, payment).catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
  const { balanceMinor } = limits;
  return (
    onItsWay ??
    limits.stateRefusal ??
    (payment.turn_of === null ? null : await refusalByTurn(parts, turnsOfPayments, payment)) ??
    limits.supportRefusal ??
    (balanceMinor === payment.amount_minor ? null : limits.partRefusal) ??
    limits.escrowRefusal(true)
  );
}
