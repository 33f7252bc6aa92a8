/**
 * Why a call did not do what was asked: the server's no, in its own words, or no answer at all. After a lost answer to anything that
 * moves money nobody knows whether it was done; a page says so, and never calls it a failure.
 */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** HTTP's status; 0 where there was no answer. */
  readonly status: number;
  /** `code` of the envelope. */
  readonly code: number;
  /** The stable name of the refusal (`X-Hwanbul-Error`), `no_answer`, or `unknown`. */
  readonly errorCode: string;
  /** What the refusal means, in English; the message is Korean. */
  readonly meaning: string | undefined;
  /** Why a gateway refused, in one of the words of docs/errors.md. */
  readonly gatewayCategory: string | undefined;
  /** The cancellation that a refusal is about, and how it stands. */
  readonly cancellation: { readonly id: string; readonly state: string } | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** `response` of the envelope, which hardly any refusal has. */
  readonly response: unknown;

  constructor(
    message: string,
    facts: Partial<Omit<ApiFailure, 'name' | 'message' | 'isLost'>> & { readonly errorCode: string },
  ) {
    super(message);
    this.status = facts.status ?? 0;
    this.code = facts.code ?? -1;
    this.errorCode = facts.errorCode;
    this.meaning = facts.meaning;
    this.gatewayCategory = facts.gatewayCategory;
    this.cancellation = facts.cancellation;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.response = facts.response;
  }

  /** The server did not answer, or something on the way did in its place. */
  get isLost(): boolean {
    return this.errorCode === 'no_answer';
  }
}

/** After these, the same request under the same key is right: nobody knows what came of it, or nothing was decided. */
export function isUnanswered({ isLost, status, errorCode }: ApiFailure): boolean {
  return (
    isLost ||
    status >= 500 ||
    status === 401 ||
    errorCode === 'idempotent_request_running' ||
    errorCode === 'csrf_wrong'
  );
}

const atTheDoor: ReadonlySet<string> = new Set([
  'too_many_requests',
  'step_up_required',
  'factor_enrolment_required',
  'member_not_allowed',
  'member_tier_not_allowed',
]);

/**
 * Said before the request was looked at: nothing was done by this one, which tells nothing of the same request that went out before and
 * has had no answer.
 */
export function isSaidAtTheDoor({ errorCode }: ApiFailure): boolean {
  return atTheDoor.has(errorCode);
}

/** How long the same request is let rest before it goes out again. */
export function repeatAfterMs(failure: ApiFailure): number {
  // Whoever has left the question who sits there is not to meet it again at once.
  return failure.errorCode === 'step_up_required' ? 15_000 : 2_000;
}

export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(error instanceof Error ? error.message : String(error), { errorCode: 'unknown' });
}
