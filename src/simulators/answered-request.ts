import type { SimulatorAnswer } from './definition.ts';
import type { FaultKind, FaultOperation } from './faults.ts';
import type { Exchange } from './listener.ts';

/** One request and what came of it, for a log. Nothing of it is a secret: no header, no query and no body. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `control`: of the control protocol. `null`: nobody knows the path, or who asks. */
  readonly operation: FaultOperation | 'control' | null;
  readonly mid: string | null;
  /** `null`: it was not answered. */
  readonly status: number | null;
  /** The codes of the gateway's own in the answer, where they can be read. */
  readonly result: string | null;
  /** The fault that it met. */
  readonly fault: FaultKind | null;
  /** For a request that was refused: what is wrong with its signature or its key. */
  readonly why: string | null;
  readonly durationMs: number;
}

/** What only the one who answers knows. */
export interface SeenRequest {
  operation: AnsweredRequest['operation'];
  mid: string | null;
  fault: FaultKind | null;
}

/** The same exchange; `tell` is called once it is answered, closed or given up. */
export function watched(
  exchange: Exchange,
  tell: (seen: SeenRequest, answer: SimulatorAnswer | undefined, durationMs: number) => void,
): { readonly exchange: Exchange; readonly seen: SeenRequest } {
  const startedAt = performance.now();
  const seen: SeenRequest = { operation: null, mid: null, fault: null };
  let isTold = false;
  const tellOnce = (answer: SimulatorAnswer | undefined): void => {
    if (isTold) return;
    isTold = true;
    tell(seen, answer, performance.now() - startedAt);
  };
  exchange.onGone(() => tellOnce(undefined));
  return {
    seen,
    exchange: {
      ...exchange,
      answer(answer) {
        exchange.answer(answer);
        tellOnce(answer);
      },
      drop() {
        exchange.drop();
        tellOnce(undefined);
      },
    },
  };
}

export function answeredRequest(
  { method, path }: Exchange,
  seen: SeenRequest,
  answer: SimulatorAnswer | undefined,
  durationMs: number,
): AnsweredRequest {
  const result = answer ? resultOf(answer) : null;
  return { ...seen, method, path, status: answer?.status ?? null, result, why: answer?.why ?? null, durationMs };
}

/** Under these names the gateways say what became of a request. */
const resultNames =
  /^(code|error_?code|result_?(?:code|cd)|detail_?result_?code|method_result_code|res_?cd|return_?code|out_?rslt_?cd|resp_?code|status)$/i;

/** `null`: the answer has none that can be read. An answer that is sealed says it itself. */
function resultOf({ result, body }: SimulatorAnswer): string | null {
  if (result !== undefined) return result;
  const text = body.toString('latin1');
  const found = [...new Set(codesIn(readObject(text), 2))].slice(0, 2);
  return found.length === 0 ? null : found.join(' ');
}

function readObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return /^[\w%+.&=\s-]*=/.test(text) ? Object.fromEntries(new URLSearchParams(text.trim())) : undefined;
  }
}

function codesIn(value: unknown, depth: number): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const fields = Object.entries(value);
  const own = fields.filter(([name, code]) => resultNames.test(name) && /^[\w.-]{1,60}$/.test(String(code)));
  const inner = depth > 1 ? fields.flatMap(([, field]) => codesIn(field, depth - 1)) : [];
  return [...own.map(([, code]) => String(code)), ...inner];
}
