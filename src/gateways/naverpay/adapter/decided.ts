import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { isNaverResultCode, naverResults } from '../wire/codes.ts';
import { type NaverAnswer, readAnswer } from '../wire/wire.ts';

export type Answered = Exclude<GatewayHttpResult, { kind: 'never_sent' }>;

/** What Naver Pay says, with its text; or the outcome where it has decided nothing. */
export function decide(result: Answered): NaverAnswer | { readonly outcome: Outcome<never> } {
  if (result.kind === 'no_answer') return { outcome: { kind: 'unclear', why: result.why } };
  const { status, text } = result;
  const answer = readAnswer(text);
  // Naver's front door turns strangers away in a form of its own.
  if (!answer && (status === 401 || status === 403)) {
    const code = `HTTP_${status}`;
    return { outcome: { kind: 'refused', code, message: `HTTP ${status}`, category: 'bad_credentials' } };
  }
  if (!answer) return { outcome: { kind: 'unclear', why: `HTTP ${status} without a readable answer` } };
  const { code } = answer;
  const known = isNaverResultCode(code) ? naverResults[code] : undefined;
  const message = answer.message || known?.message || code;
  if (known?.category === 'in_progress' || status >= 500) {
    return { outcome: { kind: 'unclear', why: `HTTP ${status} ${code}`, code, message } };
  }
  return { code, message, body: answer.body };
}

/** To a repeat a no says nothing of the first request. */
export function refusalOf({ isRepeat }: GatewayCall, { code, message }: NaverAnswer): Outcome<never> {
  if (isRepeat) return { kind: 'unclear', why: `the repeat was refused (${code})`, code, message };
  const category = isNaverResultCode(code) ? naverResults[code].category : 'other';
  const isDecided = category !== 'success' && category !== 'in_progress';
  return { kind: 'refused', code, message, category: isDecided ? category : 'other' };
}
