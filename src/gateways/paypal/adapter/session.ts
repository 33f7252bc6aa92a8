import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { postForm } from '../../../port/post.ts';
import { paths } from '../wire/paths.ts';
import { readToken } from '../wire/wire.ts';
import { refusalOf } from './answers.ts';

/** Sends requests with one access token. */
export interface Session {
  get(path: string): Promise<GatewayHttpResult>;
  post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<GatewayHttpResult>;
}

/**
 * Every call asks for a token of its own: an adapter keeps nothing. Without one, what it was wanted for was never sent; that
 * the credentials are wrong is PayPal's no. Both requests share the time that the call has.
 */
export async function openSession(
  call: GatewayCall,
): Promise<{ readonly session: Session } | { readonly outcome: Outcome<never> }> {
  const until = performance.now() + call.timeLimitMs;
  const { clientId = '', clientSecret = '' } = call.channel.credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const result = await postForm(
    call,
    paths.token,
    { grant_type: 'client_credentials' },
    { authorization: `Basic ${basic}`, accept: 'application/json' },
  );
  if (result.kind === 'never_sent') return { outcome: result };
  if (result.kind === 'no_answer') return { outcome: neverSent(result.why) };
  const token = result.status === 200 ? readToken(result.text) : undefined;
  if (token === undefined) {
    return { outcome: result.status === 401 ? refusalOf(call, result) : neverSent(`HTTP ${result.status}`) };
  }
  const send = (method: 'GET' | 'POST', path: string, body: string | null, headers: Readonly<Record<string, string>>) =>
    call.http.send({
      method,
      url: call.channel.baseUrl + path,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...headers },
      body,
      charset: 'utf-8',
      timeLimitMs: Math.max(1, Math.round(until - performance.now())),
    });
  return {
    session: {
      get: (path) => send('GET', path, null, {}),
      post: (path, body, headers) =>
        send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    },
  };
}

function neverSent(why: string): Outcome<never> {
  return { kind: 'never_sent', why: `no access token (${why})` };
}
