import { Type } from 'typebox';
import type { AuditEntry, CancellationRecord } from '../../core/cancellation/records.ts';
import type { CancellationKind } from '../../core/records/operation.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { RefusalCategory } from '../../port/outcome.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { LookedUntilField, TextOrNull, TotalField, UnixTime, WordOf } from './fields.ts';

/** A cancellation of any of the four kinds, as a list shows it. */
export const CancellationSummaryView = Type.Object({
  cancellation_id: Type.String(),
  kind: WordOf<CancellationKind>({ description: '`cancel`, `revoke_vbank`, `revoke_barcode` or `revoke_receipt`.' }),
  state: ChoiceField(operationStates),
  imp_uid: Type.Union([Type.String(), Type.Null()], {
    description: 'Null for a receipt of cash that was taken elsewhere.',
  }),
  merchant_uid: Type.String(),
  pg_provider: Type.String(),
  currency: Type.String(),
  amount: Type.Number(),
  reserved: Type.Boolean({
    description: "Its amount is kept back: neither free, nor in the payment's `cancel_amount` yet.",
  }),
  tax_free: Type.Number(),
  vat_amount: Type.Number(),
  reason: Type.String(),
  refund_bank: TextOrNull,
  refund_account: Type.Union([Type.String(), Type.Null()], { description: 'All but its last four digits are hidden.' }),
  pg_tid: TextOrNull,
  gateway_code: TextOrNull,
  gateway_message: TextOrNull,
  gateway_category: Type.Union([WordOf<RefusalCategory>(), Type.Null()], {
    description: 'Why the gateway refused: one of the words in docs/errors.md, the same for every gateway.',
  }),
  requested_at: UnixTime,
  sent_at: UnixTime,
  accepted_at: Type.Integer({
    description:
      'When the gateway took it, to finish it later; 0 when it finished it at once. Refused after that, its payout failed.',
  }),
  ended_at: UnixTime,
  inquiries: Type.Integer({ description: 'How often recovery has asked the gateway.' }),
  next_inquiry_at: UnixTime,
});

/** The life of an operation. */
export const HistoryView = Type.Array(
  Type.Object({ from: Type.String(), to: Type.String(), at: UnixTime, by: Type.String(), why: Type.String() }),
  { description: 'Every change of state, oldest first.' },
);

export const CancellationView = Type.Object({ ...CancellationSummaryView.properties, history: HistoryView });

export const CancellationListView = Type.Object({
  list: Type.Array(CancellationSummaryView),
  total: TotalField,
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `before`; null: there are no more.' }),
  looked_until: LookedUntilField,
});

export type CancellationSummaryAnswer = Answer<typeof CancellationSummaryView>;
export type CancellationAnswer = Answer<typeof CancellationView>;
export type CancellationListAnswer = Answer<typeof CancellationListView>;

export function viewCancellationSummary(record: CancellationRecord): CancellationSummaryAnswer {
  const { currency } = record;
  const open = record.ended_at === null;
  return {
    cancellation_id: record.id,
    kind: record.kind,
    state: record.state,
    imp_uid: record.imp_uid,
    merchant_uid: record.merchant_uid,
    pg_provider: record.provider,
    currency,
    amount: amountNumber(record.amount_minor, currency),
    reserved: open && !record.shown_at_once,
    tax_free: amountNumber(record.tax_free_minor, currency),
    vat_amount: amountNumber(record.vat_minor, currency),
    reason: record.reason,
    refund_bank: record.details.refund_bank ?? null,
    refund_account: record.details.refund_account_masked ?? null,
    // Empty: a person has ended it who did not know the gateway's id.
    pg_tid: record.gateway_tid || null,
    gateway_code: record.gateway_code,
    gateway_message: record.gateway_message,
    gateway_category: record.gateway_category,
    requested_at: unixSeconds(record.requested_at),
    sent_at: unixSeconds(record.sent_at),
    accepted_at: unixSeconds(record.accepted_at),
    ended_at: unixSeconds(record.ended_at),
    inquiries: record.inquiries,
    next_inquiry_at: open ? unixSeconds(record.next_inquiry_at) : 0,
  };
}

export function viewCancellation({
  record,
  audit,
}: {
  readonly record: CancellationRecord;
  readonly audit: readonly AuditEntry[];
}): CancellationAnswer {
  return { ...viewCancellationSummary(record), history: viewHistory(audit) };
}

export function viewHistory(audit: readonly AuditEntry[]): Answer<typeof HistoryView> {
  return audit.map((entry) => ({
    from: entry.from_state,
    to: entry.to_state,
    at: unixSeconds(entry.at),
    by: entry.by,
    why: entry.why,
  }));
}
