import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demoKeyPair } from '../../../src/core/merchants/demo-key-pair.ts';
import { movingClock } from '../../gateways/kit/moving-clock.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const clock = movingClock('2030-01-01T00:00:00Z');
const began = clock.now().getTime() / 1000;
let sandbox: Sandbox;
let anybody: ApiClient;
before(async () => {
  sandbox = await startSandbox({ clock });
  anybody = createApiClient(sandbox.url);
});
after(() => sandbox?.close());

function moveTo(secondsAfterStart: number): void {
  clock.set(new Date((began + secondsAfterStart) * 1000).toISOString());
}

async function freshKeys(): Promise<{ imp_key: string; imp_secret: string }> {
  const { imp_key, imp_secret } = (await anybody.post('/sandbox/merchants')).response;
  return { imp_key, imp_secret };
}

function withHeaders(headers: Record<string, string>, path = '/users/pg'): Promise<Response> {
  return fetch(sandbox.url + path, { headers });
}

test('a token is 40 hexadecimal digits, lives 1,800 seconds, and stays the same until it expires', async () => {
  moveTo(0);
  const keys = await freshKeys();
  const first = (await anybody.post('/users/getToken', keys)).response;
  assert.match(first.access_token, /^[0-9a-f]{40}$/);
  assert.deepEqual([first.now, first.expired_at], [began, began + 1_800]);
  moveTo(900);
  const second = (await anybody.post('/users/getToken', keys)).response;
  assert.deepEqual(second, { access_token: first.access_token, now: began + 900, expired_at: began + 1_800 });
});

test('a token that is asked for in its last minute lives five minutes longer, and only then', async () => {
  moveTo(0);
  const keys = await freshKeys();
  const { access_token } = (await anybody.post('/users/getToken', keys)).response;
  const client = createApiClient(sandbox.url, access_token);
  moveTo(1_740);
  assert.equal((await anybody.post('/users/getToken', keys)).response.expired_at, began + 1_800);
  assert.equal((await client.get('/users/pg')).code, 0);
  moveTo(1_741);
  const extended = (await anybody.post('/users/getToken', keys)).response;
  assert.deepEqual([extended.access_token, extended.expired_at], [access_token, began + 2_100]);
  moveTo(1_801);
  assert.equal((await client.get('/users/pg')).code, 0, 'the longer life counts at once');
});

test('a token that is kept alive by asking in its last minute is followed by another one in the end', async () => {
  moveTo(0);
  const keys = await freshKeys();
  const first = (await anybody.post('/users/getToken', keys)).response;
  let now = 0;
  let current = first;
  for (let asked = 0; current.access_token === first.access_token; asked++) {
    assert.ok(asked < 100, 'it lives for ever');
    now = current.expired_at - began - 30;
    moveTo(now);
    current = (await anybody.post('/users/getToken', keys)).response;
  }
  assert.deepEqual([current.now, current.expired_at], [began + now, began + now + 1_800]);
  assert.ok(now > 4 * 3_600 && now < 4.2 * 3_600, String(now));
  // Whoever holds the old one is not cut off.
  assert.equal((await createApiClient(sandbox.url, first.access_token).get('/users/pg')).code, 0);
  moveTo(now + 31);
  assert.equal((await createApiClient(sandbox.url, first.access_token).get('/users/pg')).error, 'unauthorized');
  assert.equal((await createApiClient(sandbox.url, current.access_token).get('/users/pg')).code, 0);
});

test('433 wrong secrets for one key are slowed down and told of, and the right one is taken meanwhile', async () => {
  moveTo(0);
  const keys = await freshKeys();
  const guesses = await Promise.all(
    Array.from({ length: 433 }, (_, n) => anybody.post('/users/getToken', { ...keys, imp_secret: `guess-${n}` })),
  );
  const limited = guesses.filter(({ status }) => status === 429);
  assert.equal(limited.length, 413);
  assert.deepEqual(
    [limited[0]?.error, limited[0]?.code, limited[0]?.headers['retry-after']],
    ['too_many_wrong_secrets', -1, '60'],
  );
  assert.equal((await anybody.post('/users/getToken', keys)).code, 0);
});

test('an expired token opens nothing, and the next one is another', async () => {
  moveTo(0);
  const keys = await freshKeys();
  const first = (await anybody.post('/users/getToken', keys)).response;
  const client = createApiClient(sandbox.url, first.access_token);
  moveTo(1_799);
  assert.equal((await client.get('/users/pg')).code, 0);
  moveTo(1_800);
  const refused = await client.get('/users/pg');
  assert.deepEqual([refused.status, refused.code, refused.message], [401, -1, 'Unauthorized']);
  assert.equal(refused.headers['www-authorize'], 'iamport');
  const second = (await anybody.post('/users/getToken', keys)).response;
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.expired_at, began + 3_600);
  moveTo(0);
});

test('the key is compared without regard to case, the secret is not', async () => {
  const { impKey, impSecret } = demoKeyPair;
  const tokenOf = (imp_key: string, imp_secret = impSecret) => anybody.post('/users/getToken', { imp_key, imp_secret });
  const tokens = await Promise.all([impKey, 'imp_apiKey', impKey.toUpperCase()].map((key) => tokenOf(key)));
  assert.equal(new Set(tokens.map(({ response }) => response.access_token)).size, 1);
  assert.equal((await tokenOf(impKey, impSecret.toLowerCase())).status, 401);
});

test('wrong credentials and missing ones are told apart, in the words of the real server', async () => {
  const seen = ({ status, code, message, response }: ApiAnswer) => [status, code, message, response];
  const wrong = [401, -1, '인증에 실패하였습니다. API키와 secret을 확인하세요.', null];
  const missing = [400, -1, 'imp_key, imp_secret 파라메터가 누락되었습니다.', null];
  const keys = await freshKeys();
  assert.deepEqual(seen(await anybody.post('/users/getToken', { ...keys, imp_secret: 'x' })), wrong);
  assert.deepEqual(seen(await anybody.post('/users/getToken', { ...keys, imp_key: 'x' })), wrong);
  assert.deepEqual(seen(await anybody.post('/users/getToken', { imp_key: keys.imp_key })), missing);
  assert.deepEqual(seen(await anybody.post('/users/getToken', { ...keys, imp_secret: null })), missing);
});

test('the token is taken in each of the four places, and Authorization wins', async () => {
  const token = (await anybody.post('/users/getToken', await freshKeys())).response.access_token as string;
  const places: [Record<string, string>, string][] = [
    [{ authorization: token }, '/users/pg'],
    [{ authorization: `Bearer ${token}` }, '/users/pg'],
    [{ 'x-imptokenheader': token }, '/users/pg'],
    [{}, `/users/pg?_token=${token}`],
    [{ authorization: token, 'x-imptokenheader': 'wrong' }, '/users/pg'],
  ];
  for (const [headers, path] of places) assert.equal((await withHeaders(headers, path)).status, 200);
  assert.equal((await withHeaders({ authorization: 'wrong', 'x-imptokenheader': token })).status, 401);
  assert.equal((await withHeaders({})).status, 401);
  const posted = await fetch(`${sandbox.url}/payments/cancel?_token=${token}`, { method: 'POST' });
  assert.equal(posted.headers.get('x-hwanbul-error'), 'cancel_target_missing');
});

test('neither tokens nor secrets can be read from the database', async () => {
  const keys = await freshKeys();
  const { access_token } = (await anybody.post('/users/getToken', keys)).response;
  const rows = await sandbox.database.query<{ text: string }>(
    `select row_to_json(t)::text as text from access_tokens t union all select row_to_json(m)::text from merchants m`,
  );
  assert.ok(rows.some(({ text }) => text.includes(keys.imp_key)));
  for (const { text } of rows) {
    for (const secret of [access_token, keys.imp_secret]) {
      assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')));
    }
  }
});
