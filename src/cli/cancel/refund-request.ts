import type { PaymentAnswer } from '../../api/views/payment.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { text, type Words } from '../../platform/language/text.ts';
import { type Api, type ApiAnswer, Unanswered } from '../api.ts';
import { CliFailure } from '../failure.ts';

/** The body of `POST /payments/cancel`. A repeat must be the same to the letter, or the server refuses its key. */
export interface RefundBody {
  readonly imp_uid?: string;
  readonly merchant_uid?: string;
  readonly amount?: number | string;
  readonly checksum?: number | string;
  readonly reason?: string;
  readonly tax_free?: number | string;
  readonly vat_amount?: number | string;
  readonly refund_holder?: string;
  readonly refund_bank?: string;
  readonly refund_account?: string;
  readonly refund_tel?: string;
}

export type RefundAnswer =
  /** The server took it: confirmed, or accepted by a gateway that finishes later. */
  | { readonly kind: 'taken'; readonly payment: PaymentAnswer; readonly cancellation: ApiAnswer['cancellation'] }
  | { readonly kind: 'in_doubt'; readonly cancellationId: string | undefined }
  /** A clear no. */
  | { readonly kind: 'refused'; readonly error: string; readonly message: string }
  /** Nothing was done, and the same may be asked again. */
  | { readonly kind: 'not_done'; readonly error: string; readonly message: string }
  /** The server still works on the first request, or waits until it may take it for dead; a repeat with the same key tells. */
  | { readonly kind: 'running'; readonly why: Words }
  /** No answer: it may or may not have been done; a repeat with the same key tells. */
  | { readonly kind: 'unanswered'; readonly why: Words };

/** The server says of these itself that nothing was done and that the key stays fresh. */
const notDone: ReadonlySet<string> = new Set<ErrorCode>([
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'gateway_unreachable',
  'database_unavailable',
  'shutting_down',
  'server_busy',
  'too_many_requests',
]);
/** After these nobody can say whether the first request was carried out. */
const notClear: ReadonlySet<string> = new Set<ErrorCode>(['internal_error', 'request_timeout']);

export async function sendRefund(api: Api, body: RefundBody, idempotencyKey: string): Promise<RefundAnswer> {
  let answer: ApiAnswer<PaymentAnswer>;
  try {
    answer = await api.ask<PaymentAnswer>('POST', '/payments/cancel', { body, idempotencyKey });
  } catch (error) {
    if (error instanceof Unanswered) return { kind: 'unanswered', why: error.words };
    throw error;
  }
  const { error, message, status, cancellation } = answer;
  if (error === undefined) return { kind: 'taken', payment: answer.response, cancellation };
  if (error === 'cancellation_in_doubt') return { kind: 'in_doubt', cancellationId: cancellationIdIn(message) };
  if (error === 'idempotent_request_running') return { kind: 'running', why: error };
  if (notDone.has(error)) return { kind: 'not_done', error, message };
  if (notClear.has(error) || status >= 500) return { kind: 'unanswered', why: error };
  return { kind: 'refused', error, message };
}

/** The server names the cancellation at the end of its message. */
function cancellationIdIn(message: string): string | undefined {
  return /cancellation_id: ([0-9A-Z]{20})\)/.exec(message)?.[1];
}

const sentBefore: RefundAnswer = {
  kind: 'unanswered',
  why: text('the request that went out before had no answer', '이전에 보낸 요청의 응답이 없습니다'),
};

const repeatable: ReadonlySet<RefundAnswer['kind']> = new Set(['unanswered', 'not_done']);

/** Repeats until there is an answer that stands, or the time is up; the key makes each repeat harmless. */
export async function sendRefundPatiently(
  api: Api,
  body: RefundBody,
  idempotencyKey: string,
  patience: {
    readonly retryForMs: number;
    readonly waitForRunning: boolean;
    readonly signal: AbortSignal;
    /** It went out before, by another run, and had no answer. */
    readonly isRepeat?: boolean;
  },
): Promise<RefundAnswer> {
  const end = performance.now() + patience.retryForMs;
  let unanswered: RefundAnswer | undefined = patience.isRepeat ? sentBefore : undefined;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 3_000)) {
    const answer = await repeatOf(unanswered, sendRefund(api, body, idempotencyKey));
    const ends = answer.kind === 'running' ? !patience.waitForRunning : !repeatable.has(answer.kind);
    if (ends) return answer;
    // That a repeat was turned away at the door says nothing about the request before it.
    if (answer.kind !== 'not_done') unanswered = answer;
    if (performance.now() + pauseMs > end || patience.signal.aborted) return unanswered ?? answer;
    await pause(pauseMs, patience.signal);
  }
}

/** Whoever is not even let in any more, their key withdrawn meanwhile, is not told that the request before it was refused. */
async function repeatOf(unanswered: RefundAnswer | undefined, repeat: Promise<RefundAnswer>): Promise<RefundAnswer> {
  if (!unanswered) return repeat;
  try {
    const answer = await repeat;
    return answer.kind === 'refused' && answer.error === 'unauthorized' ? unanswered : answer;
  } catch (error) {
    if (error instanceof CliFailure) return unanswered;
    throw error;
  }
}

/** Ends early when the signal comes. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}
