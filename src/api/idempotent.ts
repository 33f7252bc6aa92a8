import type { FastifyRequest } from 'fastify';
import { type IdempotencyKeys, idempotencyKeyLengthMax } from '../core/idempotency/idempotency.ts';
import type { Merchant } from '../core/merchants/merchants.ts';
import type { Caller } from '../core/operations/carry-out.ts';
import type { OperationReport } from '../core/operations/report.ts';
import { reportOfOperation } from '../core/operations/report.ts';
import type { Services } from '../core/services.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import type { ErrorCode } from '../platform/errors/registry.ts';
import { refusingOutages } from '../platform/errors/unavailable.ts';

/** Refusals after which nothing has been done and the same request may well succeed: the key stays fresh. */
const notKept: ReadonlySet<ErrorCode> = new Set([
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'gateway_unreachable',
  'database_unavailable',
  'shutting_down',
]);

/** What any of the four cancellations can refuse besides what is its own. */
export const cancellationRefusals = [
  'payment_not_found',
  'not_supported_by_gateway',
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'cancellation_in_doubt',
  'gateway_unreachable',
  'database_unavailable',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'idempotent_request_running',
] as const satisfies readonly ErrorCode[];

export interface IdempotentWork<Answer> {
  readonly request: FastifyRequest;
  readonly merchant: Merchant;
  /** What a repeat has to have in common with the first request. */
  readonly path: string;
  readonly parameters: unknown;
  /** Carries the request out. */
  readonly begin: (caller: Caller) => Promise<OperationReport>;
  /** Makes the answer of what became of it, or throws the refusal. */
  readonly answer: (report: OperationReport) => Answer | Promise<Answer>;
}

/**
 * Carries a request out at most once per `Idempotency-Key`. A repeat gets the first answer; a doubt is no answer, so a
 * repeat then learns how the operation stands. Without the header nothing changes.
 */
export async function answerOnce<Answer>(services: Services, work: IdempotentWork<Answer>): Promise<Answer> {
  const { idempotencyKeys: keys } = services;
  const { request, merchant, path, parameters } = work;
  const caller = { merchantId: merchant.id, deadline: services.requestDeadline() };
  const key = idempotencyKeyOf(request);
  if (key === undefined) return work.answer(await work.begin({ ...caller, idempotencyId: null }));

  const admission = await refusingOutages(() =>
    keys.admit(merchant.id, key, { method: request.method, path, parameters }),
  );
  if (admission.kind === 'repeat') {
    const { errorCode, refusalCategory, body } = admission.answer;
    if (errorCode !== null) throw Refusal.again(errorCode, body, refusalCategory);
    return JSON.parse(body) as Answer;
  }
  const { id } = admission;
  try {
    const report =
      admission.kind === 'first'
        ? await work.begin({ ...caller, idempotencyId: id })
        : await reportOfOperation(services.database, merchant.id, admission.operationId);
    const answer = await work.answer(report);
    await unharmed(
      services,
      keys.keep(merchant.id, id, { errorCode: null, refusalCategory: null, body: JSON.stringify(answer) }),
    );
    return answer;
  } catch (error) {
    await unharmed(services, closeKey(keys, merchant.id, id, error));
    throw error;
  }
}

function closeKey(keys: IdempotencyKeys, merchantId: bigint, id: bigint, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || error.errorCode === 'cancellation_in_doubt') return keys.leaveOpen(merchantId, id);
  if (notKept.has(error.errorCode)) return keys.forget(merchantId, id);
  return keys.keep(merchantId, id, {
    errorCode: error.errorCode,
    refusalCategory: error.category,
    body: error.message,
  });
}

/** That an answer could not be kept does not change the answer: a repeat then learns it from the operation itself. */
async function unharmed(services: Services, keeping: Promise<void>): Promise<void> {
  await keeping.catch((error: unknown) => services.log.warn({ err: error }, 'an answer was not kept for its repeats'));
}

/** The `Idempotency-Key` of a request; its bytes are read as UTF-8. */
function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = Array.isArray(header) ? header.join(', ') : header;
  const decoded = Buffer.from(key, 'latin1').toString('utf8').trim();
  if (decoded.length === 0 || decoded.length > idempotencyKeyLengthMax) throw new Refusal('idempotency_key_invalid');
  return decoded;
}
