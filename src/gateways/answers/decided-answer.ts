import type { GatewayHttpResult } from '../../port/http-client.ts';
import type { Outcome } from '../../port/outcome.ts';

/**
 * For gateways that answer what they have decided, yes and no, with HTTP 200 and a code: the answer that was read, or the
 * outcome where nothing has been decided.
 */
export function readDecided<Answer>(
  result: GatewayHttpResult,
  read: (text: string) => Answer | undefined,
): { readonly answer: Answer } | { readonly outcome: Extract<Outcome<never>, { kind: 'never_sent' | 'unclear' }> } {
  if (result.kind === 'never_sent') return { outcome: result };
  if (result.kind === 'no_answer') return { outcome: { kind: 'unclear', why: result.why } };
  const answer = result.status === 200 ? read(result.text) : undefined;
  return answer === undefined
    ? { outcome: { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` } }
    : { answer };
}

export const notOurs = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;
