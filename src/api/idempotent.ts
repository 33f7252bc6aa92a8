import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { carryOutOnce } from '../core/idempotency/carry-out-once.ts';
import { idempotencyKeyLengthMax } from '../core/idempotency/idempotency.ts';
import type { Merchant } from '../core/merchants/merchants.ts';
import type { Caller } from '../core/operations/carry-out.ts';
import type { OperationReport } from '../core/operations/report.ts';
import type { Services } from '../core/services.ts';
import type { RefusedOperation } from '../platform/errors/refusal.ts';
import type { ErrorCode } from '../platform/errors/registry.ts';
import { cancellationHeaders } from './foundation/envelope.ts';
import { askerOf } from './foundation/member-entrance.ts';
import type { AnswerWithStatus } from './foundation/route.ts';

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

/** What `decideCancel` and finding the payment can refuse: nothing was sent. */
export const decisionRefusals = [
  'cancel_target_missing',
  'cancel_target_not_found',
  'already_cancelled',
  'cancellation_on_its_way',
  'amount_invalid',
  'cancel_amount_exceeds_balance',
  'cancel_tax_free_exceeds_balance',
  'tax_free_exceeds_amount',
  'checksum_mismatch',
  'cancel_vbank_not_deposited',
  'cancel_barcode_not_paid',
  'cancel_not_paid',
  'refund_account_missing',
  'refund_account_invalid',
  'partial_cancel_not_supported',
  'cancel_escrow_not_possible',
  'not_supported_by_gateway',
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
] as const satisfies readonly ErrorCode[];

/** For the description of every operation that is answered by `answerOnce`. */
export const idempotencyHeaders = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      maxLength: idempotencyKeyLengthMax,
      description:
        'Makes the request safe to repeat: with the same key it is carried out once, and a repeat gets the first answer (docs/cancellation.md).',
    }),
  ),
});

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
export async function answerOnce<Answer>(
  services: Services,
  work: IdempotentWork<Answer>,
): Promise<AnswerWithStatus<Answer>> {
  const { request, merchant, path, parameters } = work;
  const asker = request.member && askerOf(request.member);
  const caller = { merchantId: merchant.id, deadline: services.requestDeadline(), asker };
  const key = idempotencyKeyOf(request);
  if (key === undefined) {
    const report = await work.begin({ ...caller, idempotencyId: null });
    return answerAbout(operationOf(report), await work.answer(report));
  }

  const once = await carryOutOnce(services, {
    merchantId: merchant.id,
    key,
    request: { method: request.method, path, parameters },
    deadline: caller.deadline,
    begin: (first) => work.begin({ ...first, asker }),
    answer: work.answer,
  });
  return answerAbout(once.operation, once.answer);
}

function operationOf({ operationId: id, state }: OperationReport): RefusedOperation {
  return { id, state };
}

function answerAbout<Answer>(operation: RefusedOperation | null, response: Answer): AnswerWithStatus<Answer> {
  return { status: 200, headers: operation ? cancellationHeaders(operation) : {}, response };
}

/** The `Idempotency-Key` of a request; its bytes are read as UTF-8. How long it may be, `admit` says. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = Array.isArray(header) ? header.join(', ') : header;
  return Buffer.from(key, 'latin1').toString('utf8').trim();
}
