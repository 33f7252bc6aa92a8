import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { kiwoomErrorOf } from '../wire/errors.ts';
import { asciiJson } from '../wire/text.ts';
import { paths, readAnswer } from '../wire/wire.ts';
import type { CancelBody } from './requests.ts';

/** The answer to the second step, or what came of it before that was sent. */
export type TwoSteps =
  | { readonly kind: 'sent'; readonly result: Exclude<GatewayHttpResult, { kind: 'never_sent' }> }
  | { readonly kind: 'ended'; readonly outcome: Outcome<never> };

/**
 * Kiwoom Pay cancels in two steps: `/pay/ready` gives out a token and the address of the second one, which cancels. The
 * first moves nothing: whatever becomes of it, the cancel itself has then not been sent, and that is no doubt.
 */
export async function sendInTwoSteps(call: GatewayCall, body: CancelBody): Promise<TwoSteps> {
  const startedMs = performance.now();
  const { baseUrl, credentials } = call.channel;
  const headers = { authorization: credentials.authKey ?? '', 'content-type': 'application/json;charset=EUC-KR' };
  const text = asciiJson(body);
  const post = (url: string, more: Readonly<Record<string, string>>, timeLimitMs: number) =>
    call.http.send({
      method: 'POST',
      url,
      headers: { ...headers, ...more },
      body: text,
      charset: 'euc-kr',
      timeLimitMs,
    });

  // The second step is the one whose answer must not be lost: it has at least half of the time.
  const ready = readReady(call, await post(baseUrl + paths.ready, {}, Math.floor(call.timeLimitMs / 2)));
  if ('kind' in ready) return { kind: 'ended', outcome: ready };
  const leftMs = Math.floor(call.timeLimitMs - (performance.now() - startedMs));
  if (leftMs < 1) return { kind: 'ended', outcome: notSent('no time was left for it') };
  const result = await post(ready.returnUrl, { TOKEN: ready.token }, leftMs);
  return result.kind === 'never_sent' ? { kind: 'ended', outcome: result } : { kind: 'sent', result };
}

function readReady(
  call: GatewayCall,
  result: GatewayHttpResult,
): { readonly returnUrl: string; readonly token: string } | Outcome<never> {
  if (result.kind !== 'answered') return notSent(`the first step failed: ${result.why}`);
  const answer = readAnswer(result.text);
  const code = answer?.field('RESULTCODE') ?? '';
  if (answer && result.status === 200 && code !== '' && code !== '0000') {
    return refusalOfReady(call, code, answer.field('ERRORMESSAGE'));
  }
  const token = answer?.field('TOKEN') ?? '';
  if (!answer || result.status !== 200 || !/^[!-~]{1,2000}$/.test(token)) {
    return notSent(`the first step gave no token (HTTP ${result.status})`);
  }
  const returnUrl = answer.field('RETURNURL');
  // The key of the merchant goes there next: to nobody but the gateway.
  if (!isAtGateway(returnUrl, call.channel.baseUrl)) {
    return notSent('the first step named an address that is not the gateway');
  }
  return { returnUrl, token };
}

/** A clear no, since nothing was cancelled yet. To a repeat it says nothing of the first request. */
function refusalOfReady({ isRepeat }: GatewayCall, code: string, text: string): Outcome<never> {
  const message = text || (kiwoomErrorOf(code)?.message ?? code);
  if (isRepeat) return { kind: 'unclear', why: `the repeat was refused (${code})`, code, message };
  const meaning = kiwoomErrorOf(code)?.meaning ?? 'other';
  const category = meaning === 'in_doubt' ? 'temporarily_unavailable' : meaning === 'read_text' ? 'other' : meaning;
  return { kind: 'refused', code, message, category };
}

function notSent(why: string): Outcome<never> {
  return { kind: 'never_sent', why: `the cancel was not sent: ${why}` };
}

/** The same scheme, host and port, and no name or password in the address. */
function isAtGateway(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(baseUrl)) return false;
  const [given, gateway] = [new URL(url), new URL(baseUrl)];
  return given.origin === gateway.origin && given.username === '' && given.password === '';
}
