import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { cancelPayment } from '../cancellation/cancel-payment.ts';
import { carryOutOnce, refusalsInDoubt } from '../idempotency/carry-out-once.ts';
import type { Caller } from '../operations/carry-out.ts';
import type { OperationReport } from '../operations/report.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';
import { decryptBody, digestOf } from './body.ts';
import type { RefundRequestParts } from './parts.ts';

/** It was not decided, or nobody knows: it is tried again under its key, unless its operation turns out to have begun. */
const leftOpen: ReadonlySet<ErrorCode> = new Set([
  ...refusalsInDoubt,
  'database_unavailable',
  'shutting_down',
  'idempotent_request_running',
]);

/**
 * Carries out an approved request: exactly what is kept of it, under an idempotency key of its own, so that it begins one operation
 * however often this is tried and by however many. The reservation looks once more, in its statement, that the request is
 * approved and that this key is its own.
 */
export async function carryOutRefundRequest(parts: RefundRequestParts, row: RefundRequestRow): Promise<void> {
  // A key is forgotten after some days; what it began is not.
  if (await endIfBegun(parts, row)) return;
  try {
    await carryOutOnce(parts, {
      merchantId: row.merchant_id,
      key: `refund-request ${row.id}`,
      request: { method: 'POST', path: '/payments/cancel', parameters: { digest: row.digest } },
      deadline: parts.requestDeadline(),
      begin: (caller) => begin(parts, row, caller),
      answer({ operationId: id, state }) {
        // Perhaps not even reserved: nothing is an answer that its operation does not tell.
        if (state === 'in_doubt') throw new Refusal('cancellation_in_doubt', { id }, null, { id, state });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!leftOpen.has(error.errorCode)) return refuse(parts, row, error);
  }
  await endIfBegun(parts, row);
}

async function begin(parts: RefundRequestParts, row: RefundRequestRow, caller: Caller): Promise<OperationReport> {
  const { id, requested_by_name: asker, decided_by_name: approver } = row;
  const kept = decryptBody(parts.encryption, row);
  if (digestOf(kept) !== row.digest) throw new Error('a refund request is not what was approved');
  const [taken] = await parts.database.query(
    `update refund_requests set idempotency_id = $3 where merchant_id = $1 and id = $2 and state = 'approved' returning id`,
    [row.merchant_id, id, caller.idempotencyId],
  );
  // Somebody else has ended it meanwhile.
  if (!taken) throw new Refusal('refund_request_not_waiting', { state: row.state });
  return cancelPayment(parts, caller, {
    ...kept.body,
    merchantUid: undefined,
    member: {
      by: `member:${approver}`,
      why: `refund request ${id}, asked for by ${asker}, approved by ${approver}`,
      refundRequestId: id,
      needsApproval: () => false,
    },
  });
}

/** From here on its operation says how it stands. */
async function endIfBegun({ database }: RefundRequestParts, { merchant_id, id }: RefundRequestRow): Promise<boolean> {
  const ended = await database.query(
    `update refund_requests r set state = 'carried_out' from operations o
     where r.merchant_id = $1 and r.id = $2 and r.state = 'approved' and o.merchant_id = r.merchant_id and o.idempotency_id = r.idempotency_id
     returning r.id`,
    [merchant_id, id],
  );
  return ended.length > 0;
}

/** Nothing of it was begun that could still move money, and nothing is going to be: the reservation wants an approved request. */
async function refuse(
  { database, clocks }: RefundRequestParts,
  { merchant_id: merchantId, id }: RefundRequestRow,
  { errorCode, message }: Refusal,
): Promise<void> {
  await database.query(
    `update refund_requests r set state = 'refused', error_code = $3, error_message = $4, ended_at = $5
     where r.merchant_id = $1 and r.id = $2 and r.state = 'approved' and not exists (
       select from operations o
       where o.merchant_id = r.merchant_id and o.idempotency_id = r.idempotency_id and o.state <> 'unsent')`,
    [merchantId, id, errorCode, message, clocks.of(merchantId).now()],
  );
}
