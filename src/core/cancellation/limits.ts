import { Refusal } from '../../platform/errors/refusal.ts';
import type { PayMethodCapabilities } from '../../port/capabilities.ts';
import { type EscrowPhase, escrowPhaseOf } from '../../port/escrow.ts';
import type { Channel } from '../merchants/channels.ts';
import { refusalOfUnsupported } from '../operations/support.ts';
import type { EscrowRow } from '../records/escrow.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';

/** What a payment, its gateway and its method let a cancellation be: what `decideCancel` goes by, and what a person is told before. */
export interface CancelLimits {
  /** What can still be cancelled, and the `checksum` that says so. */
  readonly balanceMinor: bigint;
  readonly taxFreeLeftMinor: bigint;
  readonly vatLeftMinor: bigint;
  /** Why the payment as it stands can't be cancelled. */
  readonly stateRefusal: Refusal | null;
  /** Why the gateway does not cancel payments of this kind. */
  readonly supportRefusal: Refusal | null;
  /** Why no part of it can be cancelled, only all that was paid. */
  readonly partRefusal: Refusal | null;
  /** How many more parts the gateway takes; `null`: it has no such limit. */
  readonly partsLeft: number | null;
  readonly refundAccount: PayMethodCapabilities['refundAccount'];
  /** What has become of the goods; `null`: it is no escrow payment. */
  readonly escrowPhase: EscrowPhase | null;
  /** `isConfirmed`: the merchant says that it knows of the buyer's decision (`escrow_confirmed`). */
  escrowRefusal(isConfirmed: boolean): Refusal | null;
}

export function cancelLimits(payment: Payment, channel: Channel, escrow: EscrowRow | undefined): CancelLimits {
  const capabilities = channel.gateway.capabilities.payMethods[payment.pay_method];
  const notSupported = (): Refusal =>
    new Refusal('not_supported_by_gateway', {
      provider: payment.provider,
      capability: `cancel(${payment.pay_method})`,
    });
  const partsMax = capabilities?.partialCancelsMax;
  const partsLeft = partsMax === undefined ? null : Math.max(0, partsMax - payment.cancel_history.length);
  const escrowPhase = payment.escrow ? escrowPhaseOf(escrow?.status ?? null) : null;
  // Escrow payments are cancelled as a whole.
  const allowsPart = capabilities?.partialCancel === true && partsLeft !== 0 && escrowPhase === null;
  return {
    balanceMinor: cancellableMinor(payment),
    taxFreeLeftMinor: payment.tax_free_minor - payment.cancelled_tax_free_minor - payment.reserved_tax_free_minor,
    vatLeftMinor: payment.vat_minor - payment.cancelled_vat_minor - payment.reserved_vat_minor,
    stateRefusal: refusalByState(payment),
    supportRefusal:
      refusalOfUnsupported(channel, payment.pay_method, 'cancel', notSupported) ??
      (capabilities ? null : notSupported()),
    partRefusal: allowsPart ? null : new Refusal('partial_cancel_not_supported'),
    partsLeft,
    refundAccount: capabilities?.refundAccount ?? 'none',
    escrowPhase,
    escrowRefusal: (isConfirmed) =>
      escrowPhase === null || escrowAllows(escrowPhase, isConfirmed, channel)
        ? null
        : new Refusal('cancel_escrow_not_possible'),
  };
}

function refusalByState(payment: Payment): Refusal | null {
  switch (payment.status) {
    case 'ready':
      if (payment.pay_method === 'vbank') return new Refusal('cancel_vbank_not_deposited');
      if (payment.pay_method === 'cvs') return new Refusal('cancel_barcode_not_paid');
      return new Refusal('cancel_not_paid');
    case 'failed':
      return new Refusal('cancel_not_paid');
    case 'paid':
    case 'cancelled':
      // Whether something is left counts before anything else that may be wrong with the request, as on the real server.
      return payment.cancelled_minor === payment.amount_minor ? new Refusal('already_cancelled') : null;
  }
}

/**
 * Only gateways that tell of the buyer's decision are known to be past it; the others answer for themselves. After the buyer has
 * taken the goods an escrow payment is cancelled only if the merchant says that it knows.
 */
function escrowAllows(phase: EscrowPhase, isConfirmed: boolean, { gateway }: Channel): boolean {
  const rules = gateway.capabilities.escrow?.cancel;
  // What was sent, the buyer may have refused since, where nobody tells us.
  const mayHaveMoved = phase === 'shipped' && gateway.capabilities.escrow?.event === undefined;
  const isTold = phase !== 'confirmed' || isConfirmed;
  return isTold && (!rules || rules[phase] || (mayHaveMoved && rules.refused));
}
