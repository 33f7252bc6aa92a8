import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { generateSync } from 'otplib';
import { systemClock } from '../../../src/platform/clock/clock.ts';
import { observe, recordOf } from '../../contract/observed.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { createAuthenticator } from '../../kit/authenticator.ts';
import { type ConsoleClient, clientOf, goodPassword, join, pathOfLink } from '../../kit/console-client.ts';
import { payByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Awaited<ReturnType<typeof observe>>;
let url: string;
let shop: ApiClient;
let owner: ConsoleClient;
let anybody: ApiClient;
let offsetMs = 0;
before(async () => {
  sandbox = await startSandbox({ clock: { ...systemClock, now: () => new Date(Date.now() + offsetMs) } });
  // Passkeys belong to names.
  url = sandbox.url.replace('127.0.0.1', 'localhost');
  observer = await observe(sandbox.url, record);
  shop = await sandbox.newMerchant();
  anybody = observer.watchOurs(createApiClient(url));
  owner = await person('owner');
});
after(() => sandbox?.close());

const minutes = (count: number) => count * 60_000;
async function person(role: 'owner' | 'manager' | 'operator') {
  const made = await join(shop, role);
  return { ...(await signedIn(made.email)), email: made.email };
}
const passwordStep = (email: string): Promise<ApiAnswer> =>
  anybody.post('/console/api/sign-in', { email, password: goodPassword });
const signedIn = async (email: string) => observer.watchOurs(clientOf(url, await passwordStep(email)));
const codeOf = (secret: string) => generateSync({ secret, epoch: Math.floor((Date.now() + offsetMs) / 1000) });
const nextStep = () => {
  offsetMs += 60_000;
};

async function withAuthenticator(role: 'owner' | 'manager' | 'operator' = 'operator') {
  const client = await person(role);
  const begun = (await client.post('/console/api/factors/totp')).response;
  const confirmed = await client.post(`/console/api/factors/totp/${begun.factor_id}/confirm`, {
    code: codeOf(begun.secret),
    name: 'phone',
  });
  assert.equal(confirmed.code, 0, confirmed.text);
  const listed = await client.get('/console/api/factors');
  assert.ok(listed.code === 0 && listed.text.includes('phone') && !listed.text.includes(begun.secret), listed.text);
  nextStep();
  return {
    client,
    secret: begun.secret as string,
    id: begun.factor_id as string,
    codes: confirmed.response.recovery_codes as string[],
  };
}

async function withPasskey() {
  const client = await person('operator');
  const passkey = createAuthenticator();
  const { options } = (await client.post('/console/api/factors/passkey-options')).response;
  const added = await client.post('/console/api/factors/passkey', {
    name: 'laptop',
    passkey: passkey.create(options, url),
  });
  assert.equal(added.code, 0, added.text);
  return { client, passkey, id: added.response.factor.factor_id as string };
}

test('after the password comes a code, each once; the secret is encrypted, and no session is there before', async () => {
  const { client, secret } = await withAuthenticator();
  const { email } = client;
  const [row] = await sandbox.database.query<{ secret: Buffer }>(
    `select f.secret from second_factors f join members e on e.id = f.member_id where e.email = $1`,
    [email],
  );
  assert.ok(!row?.secret.toString('latin1').includes(secret));
  const first = await passwordStep(email);
  assert.equal(first.response.member, null);
  assert.equal(first.headers['set-cookie'], undefined);
  assert.deepEqual(first.response.second_factor.kinds, ['totp']);
  const { ticket } = first.response.second_factor;
  const wrong = await anybody.post('/console/api/sign-in/code', { ticket, code: '000000' });
  assert.equal(wrong.error, 'factor_wrong');
  const code = codeOf(secret);
  // Two tickets, one code, at once: one is let in.
  const other = (await passwordStep(email)).response.second_factor.ticket;
  const both = await Promise.all(
    [ticket, other].map((each) => anybody.post('/console/api/sign-in/code', { ticket: each, code })),
  );
  assert.deepEqual(both.map(({ error }) => error ?? 'in').sort(), ['factor_wrong', 'in']);
  const again = await anybody.post('/console/api/sign-in/code', {
    ticket: (await passwordStep(email)).response.second_factor.ticket,
    code,
  });
  assert.equal(again.error, 'factor_wrong');
});

test('one ticket lets one in, though two codes are right; it ends after ten minutes', async () => {
  const { client, codes } = await withAuthenticator();
  const { ticket } = (await passwordStep(client.email)).response.second_factor;
  const both = await Promise.all(
    codes.slice(0, 2).map((code) => anybody.post('/console/api/sign-in/code', { ticket, code })),
  );
  assert.deepEqual(both.map(({ error }) => error ?? 'in').sort(), ['in', 'sign_in_ended']);
  // A recovery code is used up by it, as one may write it.
  const late = (await passwordStep(client.email)).response.second_factor.ticket;
  const used = await anybody.post('/console/api/sign-in/code', { ticket: late, code: codes[0]?.toUpperCase() });
  assert.equal(used.error, 'factor_wrong');
  offsetMs += minutes(11);
  const ended = await anybody.post('/console/api/sign-in/code', { ticket: late, code: codes[2] });
  assert.equal(ended.error, 'sign_in_ended');
});

test('codes are guessed at five times, and the right password does not begin anew', async () => {
  const { client, secret } = await withAuthenticator();
  const { ticket } = (await passwordStep(client.email)).response.second_factor;
  for (let tries = 0; tries < 5; tries++) {
    assert.equal((await anybody.post('/console/api/sign-in/code', { ticket, code: '111111' })).error, 'factor_wrong');
  }
  const next = (await passwordStep(client.email)).response.second_factor.ticket;
  const right = await anybody.post('/console/api/sign-in/code', { ticket: next, code: codeOf(secret) });
  assert.deepEqual([right.status, right.error], [429, 'too_many_codes']);
});

test('a passkey is the second step or stands for the password; not twice, not late, not for another site or member', async () => {
  const one = await withPasskey();
  const two = await withPasskey();
  const alone = async (given: object, origin = url) => {
    const { options } = (await anybody.post('/console/api/sign-in/passkey-options', {})).response;
    return one.passkey.get({ ...options, ...given }, origin);
  };
  const answer = await alone({});
  const sent = await Promise.all([1, 2].map(() => anybody.post('/console/api/sign-in/passkey', { passkey: answer })));
  assert.deepEqual(sent.map(({ error }) => error ?? 'in').sort(), ['factor_wrong', 'in']);
  assert.equal(sent.find(({ code }) => code === 0)?.response.member.email, one.client.email);
  for (const forged of [
    await alone({}, 'http://evil.example'),
    await alone({ rpId: 'evil.example' }),
    await alone({ challenge: Buffer.alloc(32, 1).toString('base64url') }),
  ]) {
    assert.equal((await anybody.post('/console/api/sign-in/passkey', { passkey: forged })).error, 'factor_wrong');
  }
  const late = await alone({});
  offsetMs += minutes(6);
  assert.equal((await anybody.post('/console/api/sign-in/passkey', { passkey: late })).error, 'factor_wrong');

  // The second step takes the passkey of whoever has shown the password, and an answer to this question.
  const { ticket } = (await passwordStep(one.client.email)).response.second_factor;
  const begin = async () => (await anybody.post('/console/api/sign-in/passkey-options', { ticket })).response.options;
  const ofOther = await anybody.post('/console/api/sign-in/passkey', {
    ticket,
    passkey: two.passkey.get(await begin(), url),
  });
  assert.equal(ofOther.error, 'factor_wrong');
  const ofSignIn = await anybody.post('/console/api/sign-in/passkey', { ticket, passkey: await alone({}) });
  assert.equal(ofSignIn.error, 'factor_wrong');
  const own = await anybody.post('/console/api/sign-in/passkey', {
    ticket,
    passkey: one.passkey.get(await begin(), url),
  });
  assert.equal(own.response.member.email, one.client.email);
  // Nobody else's question for enrolling is answered, and no passkey is two people's.
  const { options } = (await two.client.post('/console/api/step-up/passkey-options')).response;
  const stepUp = await clientOf(url, own).post('/console/api/step-up', { passkey: one.passkey.get(options, url) });
  assert.equal(stepUp.error, 'factor_wrong');
  const byAddress = await createApiClient(sandbox.url).post('/console/api/sign-in/passkey-options', {});
  assert.equal(byAddress.error, 'passkeys_unavailable');
});

test('a factor is added and removed by who has just shown one; the last goes with the password', async () => {
  const { client, secret, id } = await withAuthenticator();
  offsetMs += minutes(6);
  assert.equal((await client.post('/console/api/factors/totp')).error, 'step_up_required');
  assert.equal((await client.post('/console/api/step-up', { password: goodPassword })).error, 'factor_wrong');
  assert.equal((await client.post('/console/api/step-up', { code: codeOf(secret) })).code, 0);
  assert.equal((await client.post('/console/api/factors/totp')).code, 0);
  const fresh = await client.post('/console/api/factors/recovery-codes');
  assert.equal(fresh.response.recovery_codes.length, 10);
  const remove = (password?: string, factor = id) =>
    client.post(`/console/api/factors/${factor}/remove`, password ? { password } : {});
  assert.equal((await remove()).error, 'factor_is_last');
  assert.equal((await remove('not the password')).error, 'password_wrong');
  const other = await withPasskey();
  assert.equal((await remove(goodPassword, other.id)).error, 'factor_not_found');
  assert.equal((await client.put(`/console/api/factors/${id}`, { name: 'new phone' })).response.name, 'new phone');
  assert.equal((await remove(goodPassword)).code, 0);
  assert.equal((await passwordStep(client.email)).response.member.email, client.email);
  const [left] = await sandbox.database.query<{ left: bigint }>(
    'select count(*) as left from recovery_codes where member_id = $1',
    [client.session.member.member_id],
  );
  assert.equal(Number(left?.left), 0);
});

test('where a second factor is demanded, a session without one enrols and does nothing else; an owner resets one', async () => {
  const early = await person('manager');
  const { client, secret } = await withAuthenticator();
  const boss = await withAuthenticator('owner');
  assert.equal((await boss.client.put('/console-settings', { second_factor_required: true })).code, 0);
  for (const answer of [
    await early.get('/payments/status/all'),
    await early.get('/console/api/sessions'),
    await early.post('/payments/cancel', { imp_uid: 'imp_1' }),
  ]) {
    assert.deepEqual([answer.status, answer.error], [403, 'factor_enrolment_required']);
  }
  assert.equal((await early.get('/console/api/session')).response.must_enrol, true);
  assert.equal((await client.get('/payments/status/all')).code, 0);
  assert.equal((await shop.get('/payments/status/all')).code, 0);
  const anew = await signedIn(early.email);
  const begun = (await anew.post('/console/api/factors/totp')).response;
  const confirmed = await anew.post(`/console/api/factors/totp/${begun.factor_id}/confirm`, {
    code: codeOf(begun.secret),
    name: '',
  });
  assert.equal(confirmed.code, 0, confirmed.text);
  assert.equal((await anew.get('/payments/status/all')).code, 0);
  assert.equal((await early.get('/payments/status/all')).error, 'unauthorized');

  const id = client.session.member.member_id;
  assert.equal((await anew.delete(`/members/${id}/second-factors`)).error, 'member_not_allowed');
  assert.equal((await boss.client.delete(`/members/${id}/second-factors`)).response.removed, 1);
  assert.equal((await client.get('/console/api/session')).response.member, null);
  assert.equal((await passwordStep(client.email)).response.must_enrol, true);
  const [entry] = (await boss.client.get(`/member-audit?subject=${encodeURIComponent(client.email)}`)).response.list;
  assert.deepEqual([entry.operation, entry.outcome], ['resetSecondFactors', 'done']);
  assert.ok(!JSON.stringify(entry).includes(secret));
  // A link for a new password is no way round the factor.
  const link = (await boss.client.post(`/members/${anew.session.member.member_id}/password-link`)).response.link;
  const accepted = await anybody.post(pathOfLink(link), { password: `${goodPassword}!` });
  assert.equal(accepted.response.member, null);
  assert.deepEqual(accepted.response.second_factor.kinds, ['totp']);
  assert.equal((await boss.client.put('/console-settings', { second_factor_required: false })).code, 0);
});

test('with step-up, a refund needs a proof of the last five minutes, and goes on under the same key', async () => {
  // The tokens of the one before have lived out their time.
  shop = await sandbox.newMerchant();
  owner = await person('owner');
  const { client, secret } = await withAuthenticator();
  const plain = await person('operator');
  const impUid = await payByCard(shop, 1000);
  assert.equal((await owner.put('/console-settings', { step_up: true })).code, 0);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid, amount: 100 })).code, 0);
  offsetMs += minutes(6);
  const refund = (by: ConsoleClient) =>
    by.post('/payments/cancel', { imp_uid: impUid, amount: 200 }, { 'idempotency-key': `by ${by.cookie}` });
  for (const by of [client, plain]) {
    const refused = await refund(by);
    assert.deepEqual([refused.status, refused.error], [403, 'step_up_required']);
  }
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 100);
  assert.equal((await client.post('/console/api/step-up', { code: codeOf(secret) })).code, 0);
  assert.equal((await plain.post('/console/api/step-up', { password: goodPassword })).code, 0);
  for (const by of [client, client, plain]) assert.equal((await refund(by)).code, 0);
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 500);
  assert.equal((await owner.put('/console-settings', { step_up: false })).error, 'step_up_required');
  // A shop's program is nobody who could be asked.
  assert.equal((await shop.post('/payments/cancel', { imp_uid: impUid, amount: 10 })).code, 0);
});

test('record', (context) => record.hold(context));
