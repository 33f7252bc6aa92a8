import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { cancelKind } from '../cancellation/cancel-kind.ts';
import { type CancelPaymentParts, cancelPayment } from '../cancellation/cancel-payment.ts';
import { carryOutOnce, type OnceParts, refusalsInDoubt, refusalsNotKept } from '../idempotency/carry-out-once.ts';
import type { Deadline } from '../operations/deadline.ts';
import { paymentOfReport } from '../operations/report.ts';
import type { BulkRefundRowState, SendableRow } from '../records/bulk-refund.ts';
import type { Operation } from '../records/operation.ts';
import { requestOfRow, rowName } from './row-request.ts';

export interface CarryOutRowParts extends CancelPaymentParts, OnceParts {
  readonly requestDeadline: () => Deadline;
}

/** What came of one try of a row. `waiting`: nothing moved, and it may be tried again. */
export interface RowEnd {
  readonly state: Exclude<BulkRefundRowState, 'invalid' | 'not_done'>;
  readonly operationId: string | null;
  readonly error: ErrorCode | null;
  readonly message: string | null;
}

/** Besides those that no key keeps: the first request with the key is under way, or its process has just died. */
const triedAgain: ReadonlySet<ErrorCode> = new Set([...refusalsNotKept, 'idempotent_request_running']);

/**
 * Brings one row as far as it goes now. Any process may do it, any number of times: the key and the cancellation's own details say
 * which request it was, the balance of the plan goes along as its checksum.
 */
export async function carryOutRow(parts: CarryOutRowParts, row: SendableRow): Promise<RowEnd> {
  // A key is forgotten after some days; what it began is not.
  const begun = await begunBefore(parts, row);
  if (begun) return endOf(begun);
  const request = requestOfRow(parts.encryption, row);
  try {
    const { operation } = await carryOutOnce(parts, {
      merchantId: row.merchant_id,
      key: `bulk-refund-${rowName(row)}`,
      request: { method: 'POST', path: '/payments/cancel', parameters: request },
      deadline: parts.requestDeadline(),
      begin: (caller) => cancelPayment(parts, caller, request),
      answer: (report) => {
        paymentOfReport(report, cancelKind);
        return null;
      },
    });
    return {
      state: operation?.state === 'accepted' ? 'accepted' : 'confirmed',
      operationId: operation?.id ?? null,
      error: null,
      message: null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { errorCode, message, operation } = error;
    if (refusalsInDoubt.has(errorCode)) {
      return { state: 'in_doubt', operationId: operation?.id ?? null, error: errorCode, message };
    }
    if (triedAgain.has(errorCode)) return { state: 'waiting', operationId: null, error: errorCode, message };
    // Of another cancellation of the payment that stands in the way, the row is not told as its own.
    const isOwn = errorCode === 'cancellation_refused';
    return { state: 'refused', operationId: isOwn ? (operation?.id ?? null) : null, error: errorCode, message };
  }
}

type Begun = Pick<Operation, 'id' | 'state' | 'gateway_code' | 'gateway_message'>;

async function begunBefore({ database }: CarryOutRowParts, row: SendableRow): Promise<Begun | undefined> {
  const [operation] = await database.query<Begun>(
    `select id, state, gateway_code, gateway_message from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'cancel' and details ->> 'bulk_refund_row' = $3 and state <> 'unsent'
     order by id desc limit 1`,
    [row.merchant_id, row.payment_id, rowName(row)],
  );
  return operation;
}

/** One whose process has died is taken for sent, as recovery does. */
function endOf({ id, state, gateway_code, gateway_message }: Begun): RowEnd {
  const message = [gateway_code, gateway_message].filter(Boolean).join(' ') || null;
  switch (state) {
    case 'confirmed':
    case 'accepted':
      return { state, operationId: id, error: null, message: null };
    case 'refused':
      return { state, operationId: id, error: 'cancellation_refused', message };
    default:
      return { state: 'in_doubt', operationId: id, error: 'cancellation_in_doubt', message };
  }
}
