import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isDatabaseOutage, isSurelyUndone, repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal, type RefusedOperation } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Caller } from '../operations/carry-out.ts';
import { createDeadline, type Deadline } from '../operations/deadline.ts';
import { type OperationReport, reportOfOperation } from '../operations/report.ts';
import type { IdempotencyKeys, IdempotentRequest } from './idempotency.ts';

/** Refusals after which nothing has been done and the same request may well succeed: the key stays fresh. */
export const refusalsNotKept: ReadonlySet<ErrorCode> = new Set([
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'gateway_unreachable',
  'database_unavailable',
  'shutting_down',
]);

/** No answer: a repeat is told how the operation stands by then. */
export const refusalsInDoubt: ReadonlySet<ErrorCode> = new Set(['cancellation_in_doubt', 'outcome_in_doubt']);

export interface OnceParts {
  readonly database: Database;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly log: Log;
  readonly clock: Clock;
  readonly turnWaitMs: number;
}

export interface WorkOnce<Answer> {
  readonly merchantId: bigint;
  readonly key: string;
  readonly request: IdempotentRequest;
  readonly deadline: Deadline;
  /** Carries the request out. */
  readonly begin: (caller: Caller) => Promise<OperationReport>;
  /** Makes the answer of what became of it, or throws the refusal. */
  readonly answer: (report: OperationReport) => Answer | Promise<Answer>;
}

/**
 * Carries a request out at most once per key. A repeat gets the first answer; a doubt is no answer, so a repeat then learns how the
 * operation stands.
 */
export async function carryOutOnce<Answer>(
  parts: OnceParts,
  { merchantId, key, request, deadline, begin, answer }: WorkOnce<Answer>,
): Promise<{ readonly operation: RefusedOperation | null; readonly answer: Answer }> {
  const { idempotencyKeys: keys } = parts;
  const wait = createDeadline(parts.clock, Math.min(parts.turnWaitMs, deadline.leftMs()));
  const admission = await refusingOutages(() =>
    repeatDuringOutage(
      () => keys.admit(merchantId, key, request),
      wait.leftMs,
      // A key that was written, and whose answer was lost, would be taken for another request's.
      isSurelyUndone,
    ),
  );
  if (admission.kind === 'repeat') {
    const { errorCode, refusalCategory, body } = admission.answer;
    if (errorCode !== null) throw Refusal.again(errorCode, body, refusalCategory, admission.operation);
    return { operation: admission.operation, answer: JSON.parse(body) as Answer };
  }
  const { id } = admission;
  try {
    const report =
      admission.kind === 'first'
        ? await begin({ merchantId, deadline, idempotencyId: id })
        : await repeatDuringOutage(
            () => reportOfOperation(parts.database, merchantId, admission.operationId),
            deadline.leftMs,
          );
    const answered = await answer(report);
    await unharmed(
      parts,
      keys.keep(merchantId, id, { errorCode: null, refusalCategory: null, body: JSON.stringify(answered) }),
    );
    return { operation: { id: report.operationId, state: report.state }, answer: answered };
  } catch (error) {
    await unharmed(parts, closeKey(keys, merchantId, id, error));
    const isUnderWay = isBegunByAnother(error) || (admission.kind === 'interrupted' && isDatabaseOutage(error));
    throw isUnderWay ? new Refusal('idempotent_request_running') : error;
  }
}

/**
 * The statement of an earlier attempt arrived after all: at a database that nobody could ask any more, when the attempt was given up. The
 * next repeat finds what it has begun.
 */
function isBegunByAnother(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'operations_idempotency_id_key';
}

function closeKey(keys: IdempotencyKeys, merchantId: bigint, id: bigint, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || refusalsInDoubt.has(error.errorCode)) return keys.leaveOpen(merchantId, id);
  if (refusalsNotKept.has(error.errorCode)) return keys.forget(merchantId, id);
  return keys.keep(merchantId, id, {
    errorCode: error.errorCode,
    refusalCategory: error.category,
    body: error.message,
  });
}

/** That an answer could not be kept does not change the answer: a repeat then learns it from the operation itself. */
async function unharmed({ log }: OnceParts, keeping: Promise<void>): Promise<void> {
  await keeping.catch((error: unknown) => log.warn({ err: error }, 'an answer was not kept for its repeats'));
}
