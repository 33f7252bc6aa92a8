import assert from 'node:assert/strict';
import type { MemberRole } from '../../src/core/members/permissions.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from './api-client.ts';

/** A browser of a member's: it keeps the cookie, and shows the CSRF value as the console's pages do. */
export interface ConsoleClient extends ApiClient {
  readonly cookie: string;
  readonly csrf: string;
  /** What the answer that has opened the session says. */
  readonly session: ApiAnswer['response'];
}

export const goodPassword = 'correct horse 배터리';

/** The session that an answer has opened. */
export function clientOf(url: string, opened: ApiAnswer): ConsoleClient {
  assert.equal(opened.code, 0, opened.text);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const { csrf } = opened.response;
  const base = createApiClient(url);
  const call: ApiClient['call'] = (method, path, body, headers) =>
    base.call(method, path, body, { cookie, ...(method === 'GET' ? {} : { 'x-hwanbul-csrf': csrf }), ...headers });
  return {
    ...base,
    cookie,
    csrf,
    session: opened.response,
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body = {}, headers) => call('POST', path, body, headers),
    put: (path, body = {}, headers) => call('PUT', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

/** Signed in to the demo merchant, as whoever has the role there. */
export async function demoSession(url: string, role: MemberRole = 'owner'): Promise<ConsoleClient> {
  return clientOf(url, await createApiClient(url).post('/console/api/demo-session', { role }));
}

/** The path of the API that the link of an invitation stands for. */
export function pathOfLink(link: string): string {
  return `/console/api/invitations/${link.split('/').at(-1)}`;
}

let people = 0;

/** Invites somebody, who accepts at once and is signed in. `by`: with a token, or an owner. */
export async function join(
  by: ApiClient,
  role: MemberRole,
  more: { readonly tiers?: readonly string[]; readonly email?: string; readonly extra_rights?: readonly string[] } = {},
): Promise<ConsoleClient & { readonly email: string }> {
  const email = more.email ?? `person-${++people}@example.com`;
  const invited = await by.post('/members/invitations', { role, email, ...more });
  assert.equal(invited.code, 0, invited.text);
  const accepted = await createApiClient(by.url).post(pathOfLink(invited.response.link), {
    name: `person ${people}`,
    password: goodPassword,
  });
  return { ...clientOf(by.url, accepted), email };
}
