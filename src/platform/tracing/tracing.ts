import { currentScope, type Scope, within } from './scope.ts';
import type { Span, SpanStart } from './span.ts';

/**
 * The seam between the server's parts, which say what they do, and OpenTelemetry, which is loaded only where traces are asked for
 * (`src/tracing`). Without it there is no span, and what stands here does nothing but the work.
 */
export interface Tracing {
  /** Begins a trace, or goes on with that of the caller, by the W3C headers of its request. */
  begin(start: SpanStart, caller?: CallerTrace): Span;
}

export interface CallerTrace {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

let tracing: Tracing | undefined;

/** Once, by the program's start. Of the whole process, as what is under way is. */
export function traceWith(given: Tracing | undefined): void {
  tracing = given;
}

/** Begins what somebody asked of this server; `undefined`: nobody traces. */
export function beginTrace(start: SpanStart, caller?: CallerTrace): Span | undefined {
  return tracing?.begin(start, caller);
}

/** Work as a part of what is under way. Outside of any trace it is only done. */
export function traced<Result>(start: SpanStart, work: (span?: Span) => Promise<Result>): Promise<Result> {
  const around = currentScope();
  return around?.span === undefined ? work() : runAs(around.span.begin(start), around, work);
}

/** Work that nobody waits for, as a trace of its own. */
export function tracedAlone<Result>(start: SpanStart, work: (span?: Span) => Promise<Result>): Promise<Result> {
  return tracing === undefined ? work() : runAs(tracing.begin(start), currentScope(), work);
}

async function runAs<Result>(
  span: Span,
  around: Scope | undefined,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await within({ fields: around?.fields ?? {}, span }, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(kindOfFailure(error));
    throw error;
  }
}

/** For `error.type` of a span. Never the message, which may repeat what was sent. */
export function kindOfFailure(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : 'unknown';
}
