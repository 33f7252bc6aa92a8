import { Type } from 'typebox';
import type { AuditEntry } from '../../core/cancellation/records.ts';
import type { Doubt } from '../../core/doubts/list-doubts.ts';
import { type FoundName, toldByPerson } from '../../core/doubts/told-by-person.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { HistoryView, viewHistory } from './cancellation.ts';
import { TotalField, UnixTime, WordOf } from './fields.ts';

/** An operation of which no gateway has given a clear answer. */
export const DoubtSummaryView = Type.Object({
  doubt_id: Type.String(),
  kind: WordOf<GatewayOperation>({
    description:
      '`approve`, `approve_window`, `pay_from_wallet`, `issue_vbank`, `issue_barcode`, `issue_receipt`, or a cancellation: `cancel`, `revoke_vbank`, ' +
      '`revoke_barcode`, `revoke_receipt`.',
  }),
  state: ChoiceField(operationStates),
  imp_uid: Type.Union([Type.String(), Type.Null()], {
    description: 'Null for a receipt of cash that was taken elsewhere.',
  }),
  merchant_uid: Type.String(),
  pg_provider: Type.String(),
  pg_id: Type.String({ description: 'The MID at the gateway.' }),
  pg_order: Type.String({ description: 'The number of the order at the gateway.' }),
  pg_tid: Type.Union([Type.String(), Type.Null()], { description: 'Of the payment, if the gateway has told it.' }),
  currency: Type.String(),
  amount: Type.Number(),
  reserved: Type.Number({
    description:
      'How much of the payment can not be cancelled because of it, and does not count as cancelled either. 0 where no money is given back.',
  }),
  why: Type.String({ description: 'What is known of it.' }),
  requested_at: UnixTime,
  sent_at: UnixTime,
  inquiries: Type.Integer({ description: 'How often recovery has asked the gateway.' }),
  next_inquiry_at: UnixTime,
});

export const DoubtView = Type.Object({
  ...DoubtSummaryView.properties,
  found_at_gateway: Type.Array(Type.Object({ name: WordOf<FoundName>(), needed: Type.Boolean() }), {
    description: 'What to look for in the books of the gateway, and whether `confirmed` can do without.',
  }),
  history: HistoryView,
});

export const DoubtListView = Type.Object({ list: Type.Array(DoubtSummaryView), total: TotalField });

export type DoubtSummaryAnswer = Answer<typeof DoubtSummaryView>;
export type DoubtAnswer = Answer<typeof DoubtView>;
export type DoubtListAnswer = Answer<typeof DoubtListView>;

export function viewDoubtSummary(doubt: Doubt): DoubtSummaryAnswer {
  const { currency } = doubt;
  return {
    doubt_id: doubt.id,
    kind: doubt.kind,
    state: doubt.state,
    imp_uid: doubt.imp_uid,
    merchant_uid: doubt.merchant_uid,
    pg_provider: doubt.provider,
    pg_id: doubt.mid,
    pg_order: doubt.gateway_order,
    pg_tid: doubt.pg_tid,
    currency,
    amount: amountNumber(doubt.amount_minor, currency),
    reserved: amountNumber(doubt.held_minor, currency),
    why: doubt.changed_why,
    requested_at: unixSeconds(doubt.requested_at),
    sent_at: unixSeconds(doubt.sent_at),
    inquiries: doubt.inquiries,
    next_inquiry_at: doubt.ended_at === null ? unixSeconds(doubt.next_inquiry_at) : 0,
  };
}

export function viewDoubt({
  doubt,
  audit,
}: {
  readonly doubt: Doubt;
  readonly audit: readonly AuditEntry[];
}): DoubtAnswer {
  return {
    ...viewDoubtSummary(doubt),
    found_at_gateway: toldByPerson(doubt.kind, doubt.has_barcode).map(({ name, isNeeded }) => ({
      name,
      needed: isNeeded,
    })),
    history: viewHistory(audit),
  };
}
