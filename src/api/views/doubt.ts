import { Type } from 'typebox';
import type { Doubt } from '../../core/doubts/list-doubts.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { UnixTime, WordOf } from './fields.ts';

/** An operation of which no gateway has given a clear answer. */
export const DoubtView = Type.Object({
  doubt_id: Type.String(),
  kind: WordOf<GatewayOperation>({
    description:
      '`approve`, `issue_vbank`, `issue_barcode`, `issue_receipt`, or a cancellation: `cancel`, `revoke_vbank`, ' +
      '`revoke_barcode`, `revoke_receipt`.',
  }),
  state: ChoiceField(operationStates),
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  pg_provider: Type.String(),
  pg_id: Type.String({ description: 'The MID at the gateway.' }),
  pg_tid: Type.Union([Type.String(), Type.Null()], { description: 'Of the payment, if the gateway has told it.' }),
  currency: Type.String(),
  amount: Type.Number(),
  why: Type.String({ description: 'What is known of it.' }),
  requested_at: UnixTime,
  sent_at: UnixTime,
  inquiries: Type.Integer({ description: 'How often recovery has asked the gateway.' }),
  next_inquiry_at: UnixTime,
});

export const DoubtListView = Type.Object({ list: Type.Array(DoubtView) });

export type DoubtAnswer = Answer<typeof DoubtView>;

export function viewDoubt(doubt: Doubt): DoubtAnswer {
  return {
    doubt_id: doubt.id,
    kind: doubt.kind,
    state: doubt.state,
    imp_uid: doubt.imp_uid,
    merchant_uid: doubt.merchant_uid,
    pg_provider: doubt.provider,
    pg_id: doubt.mid,
    pg_tid: doubt.pg_tid,
    currency: doubt.currency,
    amount: amountNumber(doubt.amount_minor, doubt.currency),
    why: doubt.changed_why,
    requested_at: unixSeconds(doubt.requested_at),
    sent_at: unixSeconds(doubt.sent_at),
    inquiries: doubt.inquiries,
    next_inquiry_at: doubt.ended_at === null ? unixSeconds(doubt.next_inquiry_at) : 0,
  };
}
