import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createInvitations } from '../../../src/core/members/invitations.ts';
import type { Member } from '../../../src/core/members/member.ts';
import { createMemberAudit } from '../../../src/core/members/member-audit.ts';
import { memberRoles } from '../../../src/core/members/permissions.ts';
import { systemClock } from '../../../src/platform/clock/clock.ts';
import { observe, recordOf } from '../../contract/observed.ts';
import { type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { type ConsoleClient, clientOf, demoSession, goodPassword, join, pathOfLink } from '../../kit/console-client.ts';
import { goodCard, newOrder, payByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Awaited<ReturnType<typeof observe>>;
/** The shop's program of a merchant, and its first owner. */
let shop: ApiClient;
let owner: ConsoleClient & { readonly email: string };
/** The same browser, unobserved: i'mport's contract is about programs, which are never told that they may not. */
let ownerAtImport: ApiClient;
let anybody: ApiClient;
let offsetMs = 0;
before(async () => {
  sandbox = await startSandbox({ clock: { ...systemClock, now: () => new Date(Date.now() + offsetMs) } });
  observer = await observe(sandbox.url, record);
  shop = observer.watch(await sandbox.newMerchant());
  anybody = observer.watch(createApiClient(sandbox.url));
  owner = await join(shop, 'owner');
  ownerAtImport = owner;
  owner = { ...owner, ...observer.watch(owner) };
});
after(() => sandbox?.close());

const signIn = (email: string, password: string) => anybody.post('/console/api/sign-in', { email, password });
const idOf = (client: ConsoleClient): string => client.session.member.member_id;
async function auditOf(client: ApiClient, query = ''): Promise<Record<string, unknown>[]> {
  return (await client.get(`/member-audit${query}`)).response.list;
}

test('a member signs in and out; the cookie is for this host, unread by scripts, and leads nowhere afterwards', async () => {
  const opened = await signIn(owner.email.toUpperCase(), goodPassword);
  assert.match(
    String(opened.headers['set-cookie']),
    /^hwanbul_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/,
  );
  const browser = clientOf(sandbox.url, opened);
  const known = await observer.watch(browser).get('/console/api/session');
  assert.deepEqual(known.response, { ...opened.response });
  assert.equal(known.response.member.email, owner.email);
  assert.deepEqual(known.response.member.permissions.includes('members'), true);
  assert.equal((await browser.get('/payments/status/all')).code, 0);
  const out = await observer.watch(browser).post('/console/api/sign-out');
  assert.equal(out.code, 0, out.text);
  assert.match(String(out.headers['set-cookie']), /^hwanbul_session=; .*Max-Age=0/);
  assert.equal((await browser.get('/payments/status/all')).error, 'unauthorized');
  assert.equal((await browser.get('/console/api/session')).response.member, null);
});

test('a stolen cookie changes nothing without the value that only our pages see, nor from a page of another address', async () => {
  const { cookie, csrf } = owner;
  for (const headers of [
    { cookie },
    { cookie, 'x-hwanbul-csrf': '' },
    { cookie, 'x-hwanbul-csrf': `${csrf.slice(0, -1)}${csrf.endsWith('A') ? 'B' : 'A'}` },
    { cookie, 'x-hwanbul-csrf': csrf, 'sec-fetch-site': 'same-site' },
    { cookie, 'x-hwanbul-csrf': csrf, origin: 'http://localhost:1' },
  ]) {
    const refused = await anybody.post('/members/invitations', { email: 'thief@example.com', role: 'owner' }, headers);
    assert.deepEqual([refused.status, refused.error], [403, 'csrf_wrong'], JSON.stringify(headers));
  }
  // Two cookies of the name: one of them is somebody else's.
  const two = await anybody.get('/members', { cookie: `${cookie}; hwanbul_session=${'x'.repeat(43)}` });
  assert.equal(two.error, 'unauthorized');
  const invitations = (await owner.get('/members/invitations')).response.list;
  assert.ok(!JSON.stringify(invitations).includes('thief'));
  const [newest] = await auditOf(owner);
  assert.deepEqual([newest?.operation, newest?.outcome, newest?.error_code], ['inviteMember', 'refused', 'csrf_wrong']);
});

test('a page of another port of this machine signs nobody in', async () => {
  const from = { 'sec-fetch-site': 'same-site' };
  const refused = await anybody.post('/console/api/sign-in', { email: owner.email, password: goodPassword }, from);
  assert.equal(refused.error, 'csrf_wrong');
  assert.equal(refused.headers['set-cookie'], undefined);
});

test('a token wins over the cookie, and needs none of this', async () => {
  const other = await sandbox.newMerchant();
  const impUid = await payByCard(other, 1000);
  const headers = { cookie: owner.cookie, authorization: String(other.token) };
  const cancelled = await createApiClient(sandbox.url).post('/payments/cancel', { imp_uid: impUid }, headers);
  assert.equal(cancelled.code, 0, cancelled.text);
});

test('a session that is revoked, expired or unused for long opens nothing', async () => {
  const one = clientOf(sandbox.url, await signIn(owner.email, goodPassword));
  const two = clientOf(sandbox.url, await signIn(owner.email, goodPassword));
  const listed = (await observer.watch(one).get('/console/api/sessions')).response.list;
  assert.ok(listed.length >= 3);
  assert.deepEqual(listed.filter(({ is_current }: { is_current: boolean }) => is_current).length, 1);
  // `two` is the newest.
  const ended = await observer.watch(one).delete(`/console/api/sessions/${listed[0].session_id}`);
  assert.deepEqual(ended.response, { ended: 1 });
  assert.equal((await two.get('/payments/status/all')).error, 'unauthorized');
  const again = await observer.watch(one).delete(`/console/api/sessions/${listed[0].session_id}`);
  assert.equal(again.error, 'session_not_found');
  offsetMs = 2 * 3_600_000 + 1000;
  assert.equal((await one.get('/payments/status/all')).error, 'unauthorized');
  offsetMs = 90 * 60_000;
  assert.equal((await one.get('/payments/status/all')).code, 0);
  // Used all the time, it ends all the same.
  for (let hours = 2; hours < 12; hours += 1) {
    offsetMs = hours * 3_600_000;
    assert.equal((await one.get('/payments/status/all')).code, 0);
  }
  offsetMs = 12 * 3_600_000 + 60_000;
  assert.equal((await one.get('/payments/status/all')).error, 'unauthorized');
  offsetMs = 0;
});

test('what a role has no permission for is refused, on whichever operation, and written down', async () => {
  const manager = await join(shop, 'manager');
  const operator = await join(shop, 'operator');
  const readOnly = await join(shop, 'read_only');
  const impUid = await payByCard(shop, 1000);
  for (const [client, method, path, body] of [
    [readOnly, 'POST', '/payments/cancel', { imp_uid: impUid }],
    [operator, 'POST', '/doubts/x/resolve', { outcome: 'refused', reason: 'x' }],
    [operator, 'POST', '/members/invitations', { email: 'a@example.com', role: 'owner' }],
    [manager, 'POST', '/members/invitations', { email: 'a@example.com', role: 'read_only' }],
    [manager, 'PUT', `/members/${idOf(manager)}`, { role: 'owner' }],
    [operator, 'DELETE', `/members/${idOf(owner)}`, undefined],
    [manager, 'PUT', '/console-settings', { approval_above: {} }],
    [operator, 'GET', '/members', undefined],
    [operator, 'GET', '/member-audit', undefined],
    [operator, 'POST', '/sandbox/reset', {}],
    // A payment is made by a shop's program, whoever the member is.
    [
      ownerAtImport,
      'POST',
      '/subscribe/payments/again',
      { customer_uid: 'x', merchant_uid: 'x', amount: 1, name: 'x' },
    ],
  ] as const) {
    const refused = await client.call(method, path, body);
    assert.deepEqual([refused.status, refused.error], [403, 'member_not_allowed'], `${method} ${path}`);
  }
  const [tried] = await auditOf(owner, `?email=${encodeURIComponent(readOnly.email)}`);
  assert.deepEqual([tried?.operation, tried?.outcome, tried?.role], ['cancelPayment', 'refused', 'read_only']);
  const cancelled = await operator.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(cancelled.code, 0, cancelled.text);
  const [done] = await auditOf(owner, `?subject=${impUid}`);
  assert.deepEqual(
    [done?.email, done?.operation, done?.outcome, done?.ids],
    [operator.email, 'cancelPayment', 'done', { imp_uid: impUid }],
  );
  const tooMuch = await operator.post('/payments/cancel', { imp_uid: impUid, amount: 4000 });
  const [refused] = await auditOf(owner, `?subject=${impUid}&limit=1`);
  assert.deepEqual([refused?.outcome, refused?.error_code], ['refused', tooMuch.error]);
});

test('nobody changes what they may do themselves, and a store keeps an owner, whatever two owners do at once', async () => {
  const client = await sandbox.newMerchant();
  const first = await join(client, 'owner');
  const watched = observer.watch(first);
  assert.equal((await watched.put(`/members/${idOf(first)}`, { role: 'manager' })).error, 'member_own_rights');
  assert.equal((await watched.put(`/members/${idOf(first)}`, { name: '김환불' })).response.name, '김환불');
  for (const refused of [
    await watched.delete(`/members/${idOf(first)}`),
    await client.put(`/members/${idOf(first)}`, { role: 'operator' }),
    await client.delete(`/members/${idOf(first)}`),
  ]) {
    assert.deepEqual([refused.status, refused.error], [409, 'last_owner']);
  }
  const second = await join(client, 'owner');
  const both = await Promise.all([
    first.put(`/members/${idOf(second)}`, { role: 'read_only' }),
    second.delete(`/members/${idOf(first)}`),
  ]);
  const members = (await client.get('/members')).response.list;
  const owners = members.filter(({ role }: { role: string }) => role === 'owner');
  assert.equal(owners.length, 1, both.map(({ text }) => text).join());
  assert.equal(both.filter(({ code }) => code === 0).length, 1);
});

test('what a member may do, and who it is, counts from the next request on', async () => {
  const operator = await join(shop, 'operator');
  const id = idOf(operator);
  assert.equal((await owner.get(`/members/${id}`)).response.email, operator.email);
  const firstPage = (await owner.get('/members?limit=1')).response;
  assert.equal(firstPage.list[0].email, owner.email);
  const others = (await owner.get(`/members?after=${firstPage.next}`)).response.list;
  assert.ok(others.some(({ email }: { email: string }) => email === operator.email));
  const changed = await owner.put(`/members/${id}`, { role: 'read_only', extra_rights: ['export'] });
  assert.deepEqual(changed.response.permissions, ['read', 'export']);
  const [entry] = await auditOf(owner, `?subject=${encodeURIComponent(operator.email)}&limit=1`);
  assert.deepEqual(
    [entry?.before, entry?.after].map((each) => (each as { role: string }).role),
    ['operator', 'read_only'],
  );
  assert.equal((await operator.post('/webhooks/test')).error, 'member_not_allowed');
  assert.equal((await operator.get('/members')).error, 'member_not_allowed');
  assert.deepEqual((await owner.delete(`/members/${id}/sessions`)).response, { ended: 1 });
  assert.equal((await operator.get('/console-settings')).error, 'unauthorized');
  assert.equal((await owner.delete(`/members/${id}`)).response.email, operator.email);
  assert.equal((await owner.get(`/members/${id}`)).error, 'member_not_found');
  assert.equal((await signIn(operator.email, goodPassword)).error, 'sign_in_wrong');
});

test('of another merchant nothing is shown and nothing done, whatever number is written into an address', async () => {
  const theirs = await join(await sandbox.newMerchant(), 'owner');
  const member = await join(shop, 'operator');
  const { invitation_id } = (await owner.post('/members/invitations', { email: 'i@example.com', role: 'operator' }))
    .response;
  const { session_id } = (await owner.get('/console/api/sessions')).response.list[0];
  for (const [method, path, error] of [
    ['GET', `/members/${idOf(member)}`, 'member_not_found'],
    ['PUT', `/members/${idOf(member)}`, 'member_not_found'],
    ['DELETE', `/members/${idOf(member)}`, 'member_not_found'],
    ['DELETE', `/members/${idOf(member)}/sessions`, 'member_not_found'],
    ['POST', `/members/${idOf(member)}/password-link`, 'member_not_found'],
    ['DELETE', `/members/invitations/${invitation_id}`, 'invitation_not_found'],
    ['DELETE', `/console/api/sessions/${session_id}`, 'session_not_found'],
    ['DELETE', '/members/no-number', 'member_not_found'],
  ] as const) {
    const body = method === 'PUT' ? { role: 'owner' } : method === 'POST' ? {} : undefined;
    const refused = await observer.watch(theirs).call(method, path, body);
    assert.deepEqual([refused.status, refused.error], [404, error], `${method} ${path}`);
  }
  assert.equal((await theirs.get(`/member-audit?email=${encodeURIComponent(owner.email)}`)).response.list.length, 0);
  assert.ok(!(await theirs.get('/members')).text.includes(member.email));
  assert.equal((await member.get('/payments/status/all')).code, 0);
});

test('a member of some sub-stores is let into those alone, and not into the main store', async () => {
  const client = await sandbox.newMerchant();
  for (const code of ['001', '002']) await client.put(`/sandbox/tiers/${code}`, { tier_name: code });
  const unknown = await observer.watch(client).post('/members/invitations', {
    ...{ email: 'x@example.com', role: 'manager', tiers: ['ZZZ'] },
  });
  assert.equal(unknown.error, 'tier_not_found');
  const member = await join(client, 'manager', { tiers: ['001'] });
  assert.deepEqual(member.session.merchant.sub_stores, [{ code: '001', name: '001' }]);
  assert.equal((await member.get('/payments/status/all', { tier: '001' })).code, 0);
  for (const [path, headers] of [
    ['/payments/status/all', {}],
    ['/payments/status/all', { tier: '002' }],
    ['/payments/status/all', { tier: 'ZZZ' }],
    ['/member-audit', {}],
    // What leaves the header aside is the main store's.
    ['/tiers/002', { tier: '001' }],
  ] as const) {
    const refused = await member.get(path, headers);
    assert.deepEqual([refused.status, refused.error], [403, 'member_tier_not_allowed'], path);
  }
  const impUid = await payByCard(client, 1000);
  assert.equal((await member.post('/payments/cancel', { imp_uid: impUid })).error, 'member_tier_not_allowed');
  assert.equal(
    (await member.post('/payments/cancel', { imp_uid: impUid }, { tier: '001' })).error,
    'cancel_target_not_found',
  );
  const own = await auditOf(member, '').catch(() => []);
  assert.equal(own?.length ?? 0, 0);
  const ofTier = (await member.get('/member-audit', { tier: '001' })).response.list;
  assert.deepEqual([...new Set(ofTier.map(({ tier }: { tier: string }) => tier))], ['001']);
});

test('passwords are guessed at ten times, then not even the right one is looked at; each address has its own count', async () => {
  const member = await join(shop, 'read_only');
  for (let tries = 0; tries < 10; tries += 1) {
    const wrong = await signIn(member.email, `wrong ${tries}`);
    assert.deepEqual([wrong.status, wrong.error], [401, 'sign_in_wrong']);
  }
  const tooMany = await signIn(member.email, goodPassword);
  assert.deepEqual([tooMany.status, tooMany.error], [429, 'too_many_sign_ins']);
  assert.equal((await signIn(owner.email, goodPassword)).code, 0);
  offsetMs = 16 * 60_000;
  assert.equal((await signIn(member.email, goodPassword)).code, 0);
  offsetMs = 0;
  const nobody = await signIn('nobody@example.com', goodPassword);
  assert.deepEqual([nobody.status, nobody.error], [401, 'sign_in_wrong']);
});

test('guesses at the same time are counted one by one', async () => {
  const member = await join(shop, 'read_only');
  const answers = await Promise.all(Array.from({ length: 14 }, (_, at) => signIn(member.email, `wrong ${at}`)));
  const looked = answers.filter(({ error }) => error === 'sign_in_wrong');
  assert.equal(looked.length, 10);
});

test('an invitation makes one member, used twice or by two at once, and none when it is taken back or too old', async () => {
  const invite = async (email: string) =>
    (await owner.post('/members/invitations', { email, role: 'operator' })).response;
  const accept = (link: string) => anybody.post(pathOfLink(link), { name: '이환불', password: goodPassword });
  const { link, invitation_id } = await invite('two@example.com');
  assert.deepEqual((await anybody.get(pathOfLink(link))).response.email, 'two@example.com');
  const weak = await anybody.post(pathOfLink(link), { name: 'x', password: 'short' });
  assert.deepEqual([weak.status, weak.error], [400, 'password_weak']);
  const both = await Promise.all([accept(link), accept(link)]);
  assert.deepEqual(both.map(({ error }) => error).sort(), ['invitation_not_found', undefined]);
  assert.equal((await accept(link)).error, 'invitation_not_found');
  assert.equal((await anybody.get(pathOfLink(link))).error, 'invitation_not_found');
  assert.equal((await owner.delete(`/members/invitations/${invitation_id}`)).error, 'invitation_not_found');
  const taken = await owner.post('/members/invitations', { email: 'TWO@example.com', role: 'operator' });
  assert.deepEqual([taken.status, taken.error], [409, 'member_email_taken']);

  // Two links for one address: whoever comes second finds it taken.
  const [one, other] = [await invite('same@example.com'), await invite('Same@example.com')];
  const answers = await Promise.all([accept(one.link), accept(other.link)]);
  assert.deepEqual(answers.map(({ error }) => error).sort(), ['member_email_taken', undefined]);

  const back = await invite('back@example.com');
  assert.equal((await owner.delete(`/members/invitations/${back.invitation_id}`)).response.email, 'back@example.com');
  assert.equal((await accept(back.link)).error, 'invitation_not_found');
  const late = await invite('late@example.com');
  offsetMs = 73 * 3_600_000;
  assert.equal((await accept(late.link)).error, 'invitation_not_found');
  offsetMs = 0;
});

test('the first owner is made once, however many links there are', async () => {
  const { id } = (await sandbox.database.query<{ id: bigint }>('select max(id) as id from merchants'))[0] ?? {};
  const fresh = await sandbox.newMerchant();
  const invitations = createInvitations({ database: sandbox.database, clock: systemClock });
  const wanted = { email: null, role: 'owner', extraRights: [], tiers: null, invitedBy: 'start' } as const;
  const links = await Promise.all([1, 2].map(() => invitations.make((id ?? 0n) + 1n, wanted)));
  const paths = links.map(({ token }) => `/console/api/invitations/${token}`);
  const nameless = await anybody.post(String(paths[0]), { name: 'x', password: goodPassword });
  assert.equal(nameless.error, 'parameter_missing');
  const accept = (path: string, at: number) =>
    anybody.post(path, { name: '박환불', email: `first-${at}@example.com`, password: goodPassword });
  const both = await Promise.all(paths.map(accept));
  assert.deepEqual(both.map(({ error }) => error).sort(), ['invitation_not_found', undefined]);
  assert.equal((await fresh.get('/members')).response.list.length, 1);
});

test('whoever forgets the password gets a new one by a link, which ends what was open', async () => {
  const member = await join(shop, 'operator');
  const made = (await owner.post(`/members/${idOf(member)}/password-link`)).response;
  assert.equal(made.is_new_password, true);
  const again = await anybody.post(pathOfLink(made.link), { password: 'another good phrase' });
  assert.equal(again.response.member.email, member.email);
  assert.equal((await member.get('/payments/status/all')).error, 'unauthorized');
  assert.equal((await signIn(member.email, goodPassword)).error, 'sign_in_wrong');

  const browser = observer.watch(clientOf(sandbox.url, again));
  const change = (password: string, new_password: string) =>
    browser.put('/console/api/password', { password, new_password });
  assert.equal((await change('wrong', 'one more good phrase')).error, 'sign_in_wrong');
  assert.equal((await change('another good phrase', `${member.email} x`)).error, 'password_weak');
  assert.equal((await change('another good phrase', 'one more good phrase')).code, 0);
  assert.equal((await signIn(member.email, 'one more good phrase')).code, 0);
  const listed = await browser.delete('/console/api/sessions');
  assert.deepEqual(listed.response, { ended: 1 });
});

test('an owner sets above what a second person is asked, and what refunds are for', async () => {
  const before = (await owner.get('/console-settings')).response;
  assert.equal(before.approval_above, null);
  assert.ok(before.reasons.length > 3);
  const wanted = {
    approval_above: { KRW: 100_000, USD: 99.5 },
    ceilings: { operator: { KRW: 5000 } },
    reasons: ['오배송'],
    second_factor_required: false,
    step_up: false,
  };
  assert.deepEqual((await owner.put('/console-settings', wanted)).response, wanted);
  const [entry] = await auditOf(owner, '?limit=1');
  assert.deepEqual([entry?.before, entry?.after], [before, wanted]);
  for (const [body, error] of [
    [{ approval_above: { XXX: 1 } }, 'parameter_invalid'],
    [{ approval_above: { KRW: 1.5 } }, 'amount_invalid'],
    [{ ceilings: { king: { KRW: 1 } } }, 'parameter_invalid'],
    [{ reasons: Array.from({ length: 51 }, (_, at) => `reason ${at}`) }, 'parameter_invalid'],
  ] as const) {
    assert.equal((await owner.put('/console-settings', body)).error, error, JSON.stringify(body));
  }
  assert.equal((await owner.put('/console-settings', { approval_above: {} })).response.approval_above, null);
});

test('how webhooks are sent, and a channel, are changed by whoever may set things; secrets go in and never come out', async () => {
  const developer = observer.watch(await join(shop, 'developer'));
  const wanted = { webhook_url: 'https://shop.example/webhook', webhook_format: 'form', webhook_retry: true };
  const changed = (await developer.put('/webhook-settings', { ...wanted, webhook_signing: true })).response;
  assert.match(changed.webhook_secret, /^whsec_/);
  const shown = await developer.get('/webhook-settings');
  assert.deepEqual(shown.response, { ...wanted, webhook_signing: true, webhook_secret: null, is_read_only: false });
  assert.equal((await developer.put('/webhook-settings', { webhook_url: 'ftp://x' })).error, 'parameter_invalid');

  assert.equal((await shop.put('/sandbox/tiers/007', { channels: ['tosspayments'] })).code, 0);
  const [channel] = (await developer.get('/channels')).response.list;
  assert.deepEqual([channel.pg_provider, channel.is_default], ['tosspayments', true]);
  const path = `/channels/${channel.channel_key}`;
  const secret = 'test_sk_hunter2_hunter2';
  const renamed = await developer.put(path, { channel_name: '카드', credentials: { secretKey: secret } });
  assert.equal(renamed.response.channel_name, '카드');
  for (const credentials of [{ unknown: 'x' }, { secretKey: '' }, { secretKey: 7 }]) {
    assert.equal((await developer.put(path, { credentials })).error, 'parameter_invalid');
  }
  // The sub-store has what the main store has; the gateway does not know the new key any more.
  for (const tier of [{}, { tier: '007' }]) {
    const paid = await shop.post(
      '/subscribe/payments/onetime',
      { merchant_uid: newOrder(), amount: 1000, ...goodCard },
      tier,
    );
    assert.notEqual(paid.code, 0, paid.text);
  }
  const other = await join(await sandbox.newMerchant(), 'owner');
  assert.equal((await other.put(path, { channel_name: 'x' })).error, 'channel_not_found');
  assert.equal((await (await join(shop, 'operator')).put(path, { channel_name: 'x' })).error, 'member_not_allowed');
  for (const text of [await auditOf(owner), await developer.get('/channels')].map((each) => JSON.stringify(each))) {
    assert.ok(!text.includes('hunter2') && !text.includes(changed.webhook_secret));
  }
});

test('what members did is read page by page, and nobody changes it', async () => {
  const first = (await owner.get('/member-audit?limit=2')).response;
  const second = (await owner.get(`/member-audit?limit=2&before=${first.next}`)).response;
  const ids = [...first.list, ...second.list].map(({ audit_id }) => Number(audit_id));
  assert.deepEqual(
    ids,
    [...ids].sort((one, other) => other - one),
  );
  assert.equal(new Set(ids).size, 4);
  for (const statement of [
    `update member_audit set email = 'x'`,
    `update member_audit set outcome = 'begun'`,
    'delete from member_audit',
    'truncate member_audit',
  ]) {
    await assert.rejects(sandbox.database.query(statement), /only added to/, statement);
  }
});

test('an act of which nobody wrote what came of it stays as begun, and its end is written once', async () => {
  const audit = createMemberAudit({ database: sandbox.database, clock: systemClock });
  const { session } = owner;
  const [row] = await sandbox.database.query<{ merchant_id: bigint }>('select merchant_id from members where id = $1', [
    session.member.member_id,
  ]);
  const member = {
    id: BigInt(session.member.member_id),
    merchantId: row?.merchant_id,
    email: 'x',
    role: 'owner',
  } as Member;
  const beginning = { member, tierCode: null, operation: 'x', subject: 's', ids: {}, address: '::1' };
  const id = await audit.begin(beginning);
  assert.equal((await auditOf(owner, '?limit=1'))[0]?.outcome, 'begun');
  await audit.end(member, id, { outcome: 'in_doubt' });
  await assert.rejects(audit.end(member, id, { outcome: 'done' }), /only added to/);
});

test('on its own machine a sandbox lets anybody into the demo merchant, as any role, and nowhere else', async () => {
  for (const role of memberRoles) {
    const demo = await demoSession(sandbox.url, role);
    assert.equal(demo.session.member.role, role);
    assert.deepEqual([demo.session.mode, demo.session.demo], ['sandbox', true]);
  }
  const opened = await anybody.post('/console/api/demo-session', {});
  assert.equal(opened.response.member.role, 'owner');
  const demo = observer.watch(clientOf(sandbox.url, opened));
  // What a member does in the control plane is the demo merchant's alone.
  const fault = await demo.post('/sandbox/faults', {
    pg_provider: 'tosspayments',
    operation: 'cancel',
    kind: 'lost_answer',
  });
  assert.equal(fault.code, 0, fault.text);
  for (const headers of [
    { 'x-forwarded-for': '203.0.113.7' },
    { host: '203.0.113.7' },
    { 'sec-fetch-site': 'cross-site' },
  ] as const) {
    const refused = await anybody.post('/console/api/demo-session', {}, headers as Record<string, string>);
    assert.equal(refused.status, 403, JSON.stringify(headers));
    assert.equal(refused.headers['set-cookie'], undefined);
  }
});

test('record', (context) => record.hold(context));
