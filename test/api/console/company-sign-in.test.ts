import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { generateSync } from 'otplib';
import { createApiClient } from '../../kit/api-client.ts';
import { startCompany, type TestedCompany } from '../../kit/company-sign-in.ts';
import { join } from '../../kit/console-client.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let company: TestedCompany;
let sandbox: Sandbox;
before(async () => {
  company = await startCompany();
  sandbox = await startSandbox({ settings: { oidc: company.settings } });
});
after(async () => {
  await sandbox?.close();
  await company?.close();
});

async function begin() {
  const started = await fetch(`${sandbox.url}/console/api/oidc/start`, { redirect: 'manual' });
  const where = new URL(started.headers.get('location') ?? '');
  assert.equal(where.origin, company.settings.issuer);
  company.asked(where.searchParams);
  const cookie = started.headers.getSetCookie()[0] ?? '';
  assert.match(cookie, /^hwanbul_oidc=[\w-]{43}; Path=\/console\/api\/oidc; HttpOnly; SameSite=Lax/);
  return { state: where.searchParams.get('state') ?? '', cookie: cookie.split(';')[0] ?? '' };
}

async function comeBack({ state, cookie }: { state: string; cookie: string }) {
  const query = new URLSearchParams({ code: 'code', state });
  const answer = await fetch(`${sandbox.url}/console/api/oidc/callback?${query}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  const session = answer.headers.getSetCookie().find((each) => each.startsWith('hwanbul_session='));
  return { to: answer.headers.get('location') ?? '', session: session?.split(';')[0] };
}

async function signIn(claims: Record<string, unknown>) {
  company.knows(claims);
  return comeBack(await begin());
}

test('an invited member comes in by a verified address, and nobody else does', async () => {
  const member = await join(await sandbox.newMerchant(), 'operator');
  const known = await createApiClient(sandbox.url).get('/console/api/session');
  assert.equal(known.response.company_sign_in, 'Example SSO');
  const came = await signIn({ email: member.email.toUpperCase(), email_verified: true });
  assert.equal(came.to, '/console');
  const session = await createApiClient(sandbox.url).get('/console/api/session', { cookie: came.session ?? '' });
  assert.equal(session.response.member.email, member.email);
  for (const [claims, problem] of [
    [{ email: member.email, email_verified: false }, 'email_unverified'],
    [{ email: member.email }, 'email_unverified'],
    [{ email: 'stranger@example.com', email_verified: true }, 'not_invited'],
  ] as const) {
    const refused = await signIn(claims);
    assert.deepEqual(refused, { to: `/console/sign-in?problem=${problem}`, session: undefined });
  }
  assert.deepEqual(await sandbox.database.query(`select 1 from members where email = 'stranger@example.com'`), []);
});

test('a forged nonce, audience, issuer or state lets nobody in, nor does another browser or a second use', async () => {
  const { email } = await join(await sandbox.newMerchant(), 'operator');
  const good = { email, email_verified: true };
  for (const forged of [{ nonce: 'another' }, { aud: 'another' }, { iss: 'http://127.0.0.1:1' }]) {
    const refused = await signIn({ ...good, ...forged });
    assert.deepEqual(refused, { to: '/console/sign-in?problem=refused', session: undefined }, JSON.stringify(forged));
  }
  company.knows(good);
  const [one, two] = [await begin(), await begin()];
  for (const forged of [
    { ...one, state: 'x'.repeat(43) },
    { state: one.state, cookie: two.cookie },
    { state: one.state, cookie: '' },
  ]) {
    assert.equal((await comeBack(forged)).to, '/console/sign-in?problem=ended');
  }
  const twice = await Promise.all([comeBack(two), comeBack(two)]);
  assert.deepEqual(twice.map(({ to }) => to).sort(), ['/console', '/console/sign-in?problem=ended']);
});

test('a member with a second factor is asked for it after the company, too', async () => {
  const member = await join(await sandbox.newMerchant(), 'operator');
  const begun = (await member.post('/console/api/factors/totp')).response;
  const code = generateSync({ secret: begun.secret });
  const enrolled = await member.post(`/console/api/factors/totp/${begun.factor_id}/confirm`, { code });
  const came = await signIn({ email: member.email, email_verified: true });
  assert.equal(came.session, undefined);
  const [, ticket] = /^\/console\/sign-in#([\w-]+)\.totp$/.exec(came.to) ?? [];
  const [recovery] = enrolled.response.recovery_codes;
  const opened = await createApiClient(sandbox.url).post('/console/api/sign-in/code', { ticket, code: recovery });
  assert.equal(opened.response.member.email, member.email);
});
