import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { cancelPayment } from '../cancellation/cancel-payment.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';
import { decryptBody, digestOf } from './body.ts';
import type { RefundRequestParts } from './parts.ts';

/** Nothing was decided, and nothing done: it is tried again. */
const passing: ReadonlySet<ErrorCode> = new Set([
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
  const { database, idempotencyKeys: keys } = parts;
  const { merchant_id: merchantId, id } = row;
  if (await hasBegun(parts, row)) return end(parts, row, row.idempotency_id, null);
  try {
    const admission = await keys.admit(merchantId, `refund-request ${id}`, {
      method: 'POST',
      path: '/payments/cancel',
      parameters: { digest: row.digest },
    });
    if (admission.kind === 'interrupted') return await end(parts, row, admission.id, null);
    if (admission.kind === 'repeat') {
      const { errorCode, body } = admission.answer;
      const refusal = errorCode === null ? null : Refusal.again(errorCode, body, null, null);
      return await end(parts, row, row.idempotency_id, refusal);
    }
    const [taken] = await database.query(
      `update refund_requests set idempotency_id = $3 where merchant_id = $1 and id = $2 and state = 'approved' returning id`,
      [merchantId, id, admission.id],
    );
    if (!taken) return await keys.forget(merchantId, admission.id);
    await begin(parts, row, admission.id);
  } catch (error) {
    if (!(error instanceof Refusal) || !passing.has(error.errorCode)) throw error;
  }
}

async function begin(parts: RefundRequestParts, row: RefundRequestRow, idempotencyId: bigint): Promise<void> {
  const { idempotencyKeys: keys } = parts;
  const { merchant_id: merchantId, id } = row;
  const kept = decryptBody(parts.encryption, row);
  if (digestOf(kept) !== row.digest) throw new Error('a refund request is not what was approved');
  try {
    await cancelPayment(
      parts,
      { merchantId, idempotencyId, deadline: parts.requestDeadline() },
      {
        ...kept.body,
        merchantUid: undefined,
        member: {
          by: `member:${row.decided_by_name}`,
          why: `refund request ${id}, asked for by ${row.requested_by_name}, approved by ${row.decided_by_name}`,
          refundRequestId: id,
          needsApproval: () => false,
        },
      },
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (passing.has(error.errorCode)) {
      await keys.leaveOpen(merchantId, idempotencyId);
      throw error;
    }
    await end(parts, row, idempotencyId, error);
    await keys.keep(merchantId, idempotencyId, {
      errorCode: error.errorCode,
      refusalCategory: error.category,
      body: error.message,
    });
    return;
  }
  await end(parts, row, idempotencyId, null);
  await keys.keep(merchantId, idempotencyId, { errorCode: null, refusalCategory: null, body: 'null' });
}

async function hasBegun({ database }: RefundRequestParts, row: RefundRequestRow): Promise<boolean> {
  if (row.idempotency_id === null) return false;
  const [operation] = await database.query('select id from operations where merchant_id = $1 and idempotency_id = $2', [
    row.merchant_id,
    row.idempotency_id,
  ]);
  return operation !== undefined;
}

/** From here on its operation says how it stands, or, if it was refused before one began, the refusal. */
async function end(
  { database, clocks }: RefundRequestParts,
  { merchant_id: merchantId, id }: RefundRequestRow,
  idempotencyId: bigint | null,
  refusal: Refusal | null,
): Promise<void> {
  await database.query(
    `update refund_requests set state = $4, error_code = $5, error_message = $6, ended_at = $7
     where merchant_id = $1 and id = $2 and state = 'approved' and idempotency_id = $3`,
    [
      merchantId,
      id,
      idempotencyId,
      refusal ? 'refused' : 'carried_out',
      refusal?.errorCode ?? null,
      refusal?.message ?? null,
      refusal ? clocks.of(merchantId).now() : null,
    ],
  );
}
