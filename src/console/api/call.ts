import { ApiFailure } from './failure.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface CallOptions {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** A file as the body, in the bytes that it has. */
  readonly file?: Blob | undefined;
  /** One per opened dialog that moves money. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What goes with each request: the session's CSRF value, and the sub-store that is looked at. */
const caller = { csrf: '', tier: '' };
const listeners = new Set<(failure: ApiFailure) => void>();

export function callAs(values: Partial<typeof caller>): void {
  Object.assign(caller, values);
}

/** Is told of each failure before whoever asked is. */
export function onFailure(listener: (failure: ApiFailure) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let stepUp: (() => Promise<boolean>) | undefined;

/** Who is asked when the server wants to know once more who sits there. It tells whether that has been shown. */
export function onStepUp(ask: () => Promise<boolean>): () => void {
  stepUp = ask;
  return () => {
    if (stepUp === ask) stepUp = undefined;
  };
}

/** One operation of the API: what stands in `response` of its envelope, or an `ApiFailure`. */
export async function call<Response>(method: Method, path: string, options: CallOptions = {}): Promise<Response> {
  const answer = await send(method, path, options);
  const envelope = await envelopeOf(answer);
  if (answer.ok && envelope.code === 0) return envelope.response as Response;
  const failure = failureIn(answer, envelope);
  // Nothing was done yet: the same request again, with the same key, is the first one.
  if (failure.errorCode === 'step_up_required' && (await stepUp?.())) return call(method, path, options);
  throw failed(failure);
}

/** A file: as it comes, for a download. */
export async function callForFile(path: string, query?: Query): Promise<Blob> {
  const answer = await send('GET', path, { query });
  if (!answer.ok || isJson(answer)) throw failed(failureIn(answer, await envelopeOf(answer)));
  return answer.blob().catch((cause: unknown) => {
    throw failed(lost(cause));
  });
}

async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
  const { body, file, signal, idempotencyKey } = options;
  const headers: Record<string, string> = {};
  if (caller.tier !== '') headers.tier = caller.tier;
  if (method !== 'GET') headers['x-hwanbul-csrf'] = caller.csrf;
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (file !== undefined) headers['content-type'] = 'text/csv';
  else if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(path + queryText(options.query), {
      method,
      headers,
      ...(file !== undefined ? { body: file } : body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw failed(lost(cause));
  }
}

export function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

interface Envelope {
  readonly code: number;
  readonly message: string | null;
  readonly response?: unknown;
  readonly error?: { readonly message?: string };
}

const isJson = (answer: Response): boolean => /\bjson\b/.test(answer.headers.get('content-type') ?? '');

/** A proxy answers in its own form while the server behind it is away. */
async function envelopeOf(answer: Response): Promise<Envelope> {
  if (!isJson(answer)) throw failed(lost(`HTTP ${answer.status}`));
  try {
    return (await answer.json()) as Envelope;
  } catch (cause) {
    throw failed(lost(cause));
  }
}

function failureIn(answer: Response, envelope: Envelope): ApiFailure {
  const header = (name: string) => answer.headers.get(name) ?? undefined;
  const [id, state] = [header('x-hwanbul-cancellation-id'), header('x-hwanbul-cancellation-state')];
  const retryAfter = Number(header('retry-after') ?? Number.NaN);
  return new ApiFailure(envelope.message ?? envelope.error?.message ?? `HTTP ${answer.status}`, {
    status: answer.status,
    code: envelope.code,
    errorCode: header('x-hwanbul-error') ?? 'unknown',
    meaning: header('x-hwanbul-meaning'),
    gatewayCategory: header('x-hwanbul-refusal'),
    cancellation: id === undefined || state === undefined ? undefined : { id, state },
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    response: envelope.response,
  });
}

function lost(cause: unknown): ApiFailure {
  return new ApiFailure(cause instanceof Error ? cause.message : String(cause), { errorCode: 'no_answer' });
}

function failed(failure: ApiFailure): ApiFailure {
  for (const listener of listeners) listener(failure);
  return failure;
}
