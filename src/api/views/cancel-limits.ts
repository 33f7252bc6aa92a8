import { Type } from 'typebox';
import type { PaymentLimits } from '../../core/cancellation/read-limits.ts';
import type { OperationState } from '../../core/records/operation-states.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { bankName } from '../../platform/codes/banks.ts';
import { amountNumber, currencyExponent } from '../../platform/money/currency.ts';
import { cancelWindowEnd, isWithin } from '../../port/cancel-window.ts';
import type { EscrowPhase } from '../../port/escrow.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

const RefusalView = Type.Object({
  error: Type.String({ description: 'As in X-Hwanbul-Error.' }),
  message: Type.String(),
});

/** What can be cancelled of a payment, as the server and the payment's gateway would have it now. */
export const CancelLimitsView = Type.Object({
  imp_uid: Type.String(),
  pg_provider: Type.String(),
  pay_method: WordOf<PayMethod>(),
  currency: Type.String(),
  currency_decimals: Type.Integer(),
  amount: Type.Number(),
  cancelled: Type.Number(),
  reserved: Type.Number({ description: 'Neither free nor cancelled: in doubt, on its way, or being sent.' }),
  left: Type.Number({ description: 'What can still be cancelled.' }),
  tax_free: Type.Object({ amount: Type.Number(), left: Type.Number() }),
  vat: Type.Object({ amount: Type.Number(), left: Type.Number() }),
  checksum: Type.Number({ description: 'To send with the cancellation: `left`, as it is now.' }),
  least: Type.Number({ description: 'The least amount of a cancellation: one unit of the currency.' }),
  refused_because: OrNull(RefusalView),
  reserved_by: Type.Array(
    Type.Object({
      cancellation_id: Type.String(),
      kind: WordOf<GatewayOperation>(),
      state: WordOf<OperationState>(),
      amount: Type.Number(),
      requested_at: UnixTime,
    }),
  ),
  refund_request_id: Type.Union([Type.String(), Type.Null()], {
    description:
      'A request that waits for a second member, or is about to be carried out: members can not cancel beside it.',
  }),
  part: Type.Object({
    allowed: Type.Boolean(),
    more: Type.Union([Type.Integer(), Type.Null()], { description: 'How many more parts; null: any number.' }),
  }),
  approval_above: Type.Union([Type.Number(), Type.Null()], {
    description:
      'Of a member: a cancellation of more than that waits for a second one. null: none does. With a token always null.',
  }),
  closed_hours: OrNull(
    Type.Object(
      { from: Type.String(), until: Type.String(), now: Type.Boolean() },
      {
        description:
          'Hours of the day in Seoul in which the gateway takes no cancel, and whether it is one of them now.',
      },
    ),
  ),
  window_ends_at: Type.Integer({
    description: 'When the gateway takes no cancel any more, as a rule; seconds since 1970, 0: it always does.',
  }),
  refund_account: Type.Enum(['none', 'optional', 'required', 'required_with_tel']),
  banks: Type.Array(Type.Object({ code: Type.String(), name: Type.String() }), {
    description: 'Where the money can go; empty where it goes to no account.',
  }),
  escrow: OrNull(
    Type.Object({
      phase: WordOf<EscrowPhase>(),
      needs_confirmation: Type.Boolean({ description: 'Only with `escrow_confirmed`.' }),
    }),
  ),
  accepted_refund: Type.Enum(['cancelled', 'pending']),
  receipt_on_cancel: Type.Enum(['revoked_by_gateway', 'revoked_by_us', 'left_alone']),
  doubt_may_need_person: Type.Object(
    { all: Type.Boolean(), part: Type.Boolean() },
    { description: 'If the answer is lost, may only a person be able to say what became of it?' },
  ),
  paid_with: TextOrNull,
});

export type CancelLimitsAnswer = Answer<typeof CancelLimitsView>;

export function viewCancelLimits(
  { payment, channel, limits, refusal, reservedBy, openRequestId, now }: PaymentLimits,
  approvalAboveMinor: bigint | null,
): CancelLimitsAnswer {
  const { currency } = payment;
  const amount = (minor: bigint): number => amountNumber(minor, currency);
  const capabilities = channel.gateway.capabilities.payMethods[payment.pay_method];
  const windowEnd =
    capabilities && payment.paid_at ? cancelWindowEnd(payment.paid_at, capabilities.cancelWindow) : undefined;
  const closedHours = capabilities?.closedHours;
  const undecidable = capabilities?.undecidable ?? [];
  const needsAccount = limits.refundAccount !== 'none';
  return {
    imp_uid: payment.imp_uid,
    pg_provider: payment.provider,
    pay_method: payment.pay_method,
    currency,
    currency_decimals: currencyExponent(currency),
    amount: amount(payment.amount_minor),
    cancelled: amount(payment.cancelled_minor),
    reserved: amount(payment.reserved_minor),
    left: amount(limits.balanceMinor),
    tax_free: { amount: amount(payment.tax_free_minor), left: amount(limits.taxFreeLeftMinor) },
    vat: { amount: amount(payment.vat_minor), left: amount(limits.vatLeftMinor) },
    checksum: amount(limits.balanceMinor),
    least: amount(1n),
    refused_because: refusal && { error: refusal.errorCode, message: refusal.message },
    reserved_by: reservedBy.map((each) => ({
      cancellation_id: each.id,
      kind: each.kind,
      state: each.state,
      amount: amount(each.amount_minor),
      requested_at: unixSeconds(each.requested_at),
    })),
    refund_request_id: openRequestId,
    part: { allowed: limits.partRefusal === null, more: limits.partsLeft },
    approval_above: approvalAboveMinor === null ? null : amount(approvalAboveMinor),
    closed_hours: closedHours
      ? { from: closedHours.from, until: closedHours.until, now: isWithin(closedHours, now) }
      : null,
    window_ends_at: windowEnd ? unixSeconds(windowEnd) : 0,
    refund_account: limits.refundAccount,
    banks: needsAccount
      ? channel.gateway.codes.banks.map(({ kftcCode }) => ({ code: kftcCode, name: bankName(kftcCode) ?? kftcCode }))
      : [],
    escrow:
      limits.escrowPhase === null
        ? null
        : { phase: limits.escrowPhase, needs_confirmation: limits.escrowRefusal(false) !== null },
    accepted_refund: capabilities?.acceptedRefund ?? 'cancelled',
    receipt_on_cancel: capabilities?.receiptOnCancel ?? 'left_alone',
    doubt_may_need_person: {
      all: undecidable.includes('cancel'),
      part: undecidable.includes('cancel') || undecidable.includes('partial_cancel'),
    },
    paid_with: payment.card_number ? `${payment.card_name ?? ''} ${payment.card_number}`.trim() : payment.bank_name,
  };
}
