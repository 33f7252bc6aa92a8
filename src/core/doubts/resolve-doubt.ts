import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { bankName } from '../../platform/codes/banks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Channels } from '../merchants/channels.ts';
import { loadContext, type OperationContext } from '../operations/context.ts';
import type { EndingOutcome, OperationResult } from '../operations/ending.ts';
import type { Settle } from '../operations/settlement.ts';

export interface Resolution {
  readonly outcome: 'confirmed' | 'refused';
  readonly reason: string;
  /** The person who decided it. */
  readonly actor: string;
  /** What the person found at the gateway. */
  readonly found: FoundAtGateway;
}

/** Empty where the person has found nothing of the kind. */
export interface FoundAtGateway {
  /** The gateway's id: of the cancellation, of the payment that was made, or of the receipt. */
  readonly gatewayTid?: string | undefined;
  /** Of the card company, or of the National Tax Service. */
  readonly approvalNumber?: string | undefined;
  readonly accountNumber?: string | undefined;
  readonly barcode?: string | undefined;
}

/**
 * A person ends a doubt, after having looked into the gateway's own books. It calls no gateway; the audit keeps who said
 * so and why. Conditional on the doubt still being open: an answer of the gateway's that comes first wins. Answers false
 * when it was not open (any more).
 */
export async function resolveDoubt(
  parts: {
    readonly database: Database;
    readonly clocks: MerchantClocks;
    readonly encryption: Encryption;
    readonly channels: Channels;
    readonly settle: Settle;
  },
  operationId: string,
  resolution: Resolution,
): Promise<boolean> {
  const context = await loadContext(parts, operationId);
  const state = context?.operation.state;
  if (!context || (state !== 'in_doubt' && state !== 'accepted')) return false;
  const { operation } = context;
  const now = parts.clocks.of(operation.merchant_id).now();
  const outcome: EndingOutcome =
    resolution.outcome === 'confirmed'
      ? { kind: 'confirmed', result: resultOf(context, resolution.found, now) }
      : { kind: 'refused', code: 'resolved_by_person', message: resolution.reason, category: 'other' };
  const settled = await parts.settle({
    operationId,
    paymentId: operation.payment_id,
    kind: operation.kind,
    outcome,
    sentAt: operation.sent_at ?? operation.requested_at,
    endedAt: now,
    by: resolution.actor,
    why: resolution.reason,
    receiptFollowUpId: null,
    announcedAlways: true,
  });
  return settled !== undefined;
}

/** What the gateway would have answered, as far as the person knows. What can't be done without is asked for. */
function resultOf({ operation, payment }: OperationContext, found: FoundAtGateway, now: Date): OperationResult {
  const knownTid = found.gatewayTid ?? payment.pg_tid ?? '';
  switch (operation.kind) {
    case 'cancel':
      return { gatewayTid: knownTid, amountMinor: operation.amount_minor, cancelledAt: now, receiptUrl: null };
    case 'revoke_vbank':
    case 'revoke_barcode':
    case 'revoke_receipt':
      return { gatewayTid: knownTid, revokedAt: now };
    case 'approve':
      return {
        gatewayTid: needed(found.gatewayTid, 'pg_tid'),
        approvalNumber: found.approvalNumber ?? null,
        approvedAt: operation.sent_at ?? operation.requested_at,
        receiptUrl: null,
        card: null,
        bank: null,
      };
    case 'issue_vbank':
      return {
        gatewayTid: needed(found.gatewayTid, 'pg_tid'),
        bankCode: payment.vbank_code ?? '',
        bankName: payment.vbank_name ?? bankName(payment.vbank_code ?? '') ?? '',
        accountNumber: needed(found.accountNumber, 'vbank_num'),
        holder: payment.vbank_holder,
        dueAt: payment.vbank_due_at ?? now,
        issuedAt: operation.sent_at ?? operation.requested_at,
        noticeSecret: null,
      };
    case 'issue_barcode':
      return {
        gatewayTid: needed(found.gatewayTid, 'pg_tid'),
        barcode: found.barcode ?? needed(payment.barcode ?? undefined, 'barcode'),
        expiresAt: payment.barcode_expires_at ?? now,
        issuedAt: operation.sent_at ?? operation.requested_at,
      };
    case 'issue_receipt':
      return {
        receiptTid: needed(found.gatewayTid, 'pg_tid'),
        approvalNumber: needed(found.approvalNumber, 'apply_num'),
        receiptUrl: null,
        issuedAt: operation.sent_at ?? operation.requested_at,
      };
  }
}

function needed(value: string | undefined, name: string): string {
  if (!value) throw new Refusal('parameter_missing', { name });
  return value;
}
