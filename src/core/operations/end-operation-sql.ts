import { openStatesSql } from '../records/operation-states.ts';
import type { Ending } from './ending.ts';
import { endingStates } from './ending.ts';

/**
 * The first step of every settlement, as a common table expression named `ended`: the operation ends, if it is still open.
 * Its parameters are $1 to $10, as `endingParameters` gives them; what follows is of the kind's own.
 */
export const endOperationSql = `
  ended as (
    update operations o set
      state = $2, gateway_tid = $3, gateway_code = $4::jsonb ->> 'code', gateway_message = $4::jsonb ->> 'message',
      gateway_category = $5, receipt_url = $6,
      sent_at = coalesce(o.sent_at, $7), ended_at = case when $2 = 'accepted' then null else $8::timestamptz end,
      changed_at = $8, changed_by = $9, changed_why = $10
    where o.id = $1 and o.state in ${openStatesSql} and o.state <> $2
    returning o.*
  )`;

export function endingParameters(ending: Ending): unknown[] {
  const { outcome } = ending;
  const result = outcome.kind === 'confirmed' || outcome.kind === 'accepted' ? outcome.result : undefined;
  const refusal = outcome.kind === 'refused' ? outcome : undefined;
  return [
    ending.operationId,
    endingStates[outcome.kind],
    result && 'gatewayTid' in result ? result.gatewayTid : null,
    refusal ? JSON.stringify({ code: refusal.code, message: refusal.message }) : null,
    refusal?.category ?? null,
    result && 'receiptUrl' in result ? result.receiptUrl : null,
    ending.sentAt,
    ending.endedAt,
    ending.by,
    ending.why,
  ];
}
