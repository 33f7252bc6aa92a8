import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: { ...briefLimits, turnWaitMs: 1_000 } });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const person = { name: '홍길동', phone: '010-1234-5678', birth: '900101', gender_digit: '1', carrier: 'SKT' };
/** The one code that a sandbox sends; docs/sandbox.md tells it. */
const otp = '123456';

const ask = (change: object = {}, by = client): Promise<ApiAnswer> =>
  by.post('/certifications/otp/request', { ...person, ...change });
const confirm = (impUid: string, code: string | null = otp, by = client): Promise<ApiAnswer> =>
  by.post(`/certifications/otp/confirm/${impUid}`, { otp: code });
const look = (impUid: string, by = client): Promise<ApiAnswer> => by.get(`/certifications/${impUid}`);

async function requested(change: object = {}, by = client): Promise<string> {
  const answer = await ask(change, by);
  assert.equal(answer.code, 0, answer.text);
  assert.deepEqual(Object.keys(answer.response), ['imp_uid']);
  assert.match(answer.response.imp_uid, /^imp_\d{12}$/);
  return answer.response.imp_uid;
}

async function fault(operation: string, kind: string, more: object = {}): Promise<void> {
  const answer = await client.post('/sandbox/faults', { pg_provider: 'danal', operation, kind, ...more });
  assert.equal(answer.code, 0, answer.text);
}

/** What the carriers have of it. */
async function bookOf(
  impUid: string,
  provider = 'danal',
): Promise<{ tries: number; is_certified: boolean } | undefined> {
  const { certifications } = (await client.get(`/sandbox/books/${provider}?imp_uid=${impUid}`)).response;
  return certifications[0];
}

test('a person is asked, confirms, is shown, and is deleted for good', async () => {
  const before = Math.floor(Date.now() / 1000);
  const impUid = await requested({ merchant_uid: 'cert_1' });
  const waiting = (await look(impUid)).response;
  assert.deepEqual(
    [waiting.certified, waiting.certified_at, waiting.birth, waiting.name, waiting.birthday, waiting.unique_key],
    [false, 0, 0, null, null, null],
  );
  assert.equal('phone' in waiting, false);
  const confirmed = await confirm(impUid);
  const { certified_at, pg_tid, unique_key, unique_in_site, ...rest } = confirmed.response;
  assert.deepEqual(rest, {
    birth: 631119600,
    birthday: '1990-01-01',
    certified: true,
    foreigner: false,
    foreigner_v2: null,
    gender: 'male',
    imp_uid: impUid,
    merchant_uid: 'cert_1',
    name: '홍길동',
    origin: null,
    pg_provider: 'danal',
  });
  assert.ok(certified_at >= before && pg_tid.length > 0);
  assert.deepEqual([unique_key.length, unique_in_site.length], [88, 64]);
  assert.deepEqual(Object.keys(confirmed.response), Object.keys(confirmed.response).sort());
  assert.deepEqual((await look(impUid)).response, confirmed.response);
  assert.equal((await client.get(`/payments/${impUid}`)).error, 'payment_not_found');
  const deleted = await client.delete(`/certifications/${impUid}`);
  assert.deepEqual(deleted.response, confirmed.response);
  for (const answer of [await look(impUid), await client.delete(`/certifications/${impUid}`), await confirm(impUid)]) {
    assert.deepEqual(
      [answer.status, answer.code, answer.message, answer.response],
      [404, -1, '인증결과가 존재하지 않습니다.', null],
    );
  }
});

test('the same person has the same CI everywhere and another DI at another MID; another person has neither', async () => {
  const uniqueOf = async (by: ApiClient, change: object = {}) => {
    const { unique_key: ci, unique_in_site: di } = (await confirm(await requested(change, by), otp, by)).response;
    return [ci, di];
  };
  const other = await sandbox.newMerchant();
  const [ci, di] = await uniqueOf(client);
  assert.deepEqual(await uniqueOf(client), [ci, di]);
  const [ciThere, diThere] = await uniqueOf(other);
  assert.equal(ciThere, ci);
  assert.notEqual(diThere, di);
  const [ciOfAnother, diOfAnother] = await uniqueOf(client, { gender_digit: '2' });
  assert.ok(ciOfAnother !== ci && diOfAnother !== di);
});

test('the seventh digit tells century, gender and nationality; carriers are told to whom they gave leave', async () => {
  const merchant = await sandbox.newMerchant();
  const channels = (await merchant.get('/sandbox/channels')).response;
  const { simulator_url, pg_id } = channels.find(({ pg_provider }: { pg_provider: string }) => pg_provider === 'danal');
  const settings = { carriersLeave: 'yes', foreignerOption: 'yes' };
  const set = await fetch(`${simulator_url}/_simulator/merchant-settings`, {
    method: 'PUT',
    body: JSON.stringify({ mid: pg_id, settings }),
  });
  assert.equal(set.status, 200);
  for (const [change, expected] of [
    [{ gender_digit: '4', birth: '050302' }, ['2005-03-02', 'female', false, false, 'SKT', '01012345678']],
    [
      { gender_digit: 7, birth: '2005-03-02', is_mvno: 'true' },
      ['2005-03-02', 'male', true, true, 'SKT_MVNO', '01012345678'],
    ],
    [{ gender_digit: '6', birth: 19850101, carrier: 'KT' }, ['1985-01-01', 'female', true, true, 'KT', '01012345678']],
  ] as const) {
    const { response } = await confirm(await requested(change, merchant), otp, merchant);
    const { birthday, gender, foreigner, foreigner_v2, carrier, phone } = response;
    assert.deepEqual([birthday, gender, foreigner, foreigner_v2, carrier, phone], expected);
    assert.deepEqual(Object.keys(response), Object.keys(response).sort());
  }
});

test('wrong or missing data of a person is refused before anybody is asked, a person who is not found after', async () => {
  for (const [change, status, error] of [
    [{ name: '' }, 400, 'parameter_missing'],
    [{ phone: null }, 400, 'parameter_missing'],
    [{ phone: '02-123-4567' }, 400, 'parameter_invalid'],
    [{ birth: '901301' }, 400, 'parameter_invalid'],
    [{ birth: '9001' }, 400, 'parameter_invalid'],
    [{ gender_digit: '9' }, 400, 'parameter_invalid'],
    [{ carrier: 'LGU' }, 400, 'parameter_invalid'],
    [{ phone: '010-1234-0404' }, 400, 'certification_person_not_found'],
    [{ phone: '010-1234-0403' }, 400, 'certification_person_not_found'],
    [{ channel_key: 'channel-key-none' }, 400, 'certification_channel_not_found'],
    [{ pg: 'tosspayments' }, 400, 'certification_channel_not_found'],
    [{ pg: 'inicis_unified' }, 400, 'certification_not_supported'],
    [{ verification_method: 'APP' }, 400, 'parameter_invalid'],
    [{ pg: 'kcp_v2' }, 400, 'parameter_missing'],
    [{ pg: 'kcp_v2', merchant_uid: 'a_b', bypass: { kcpV2: { media_type: 'MC01' } } }, 400, 'parameter_invalid'],
  ] as const) {
    const answer = await ask(change);
    assert.deepEqual(
      [answer.status, answer.code, answer.error, answer.response],
      [status, -1, error, null],
      answer.text,
    );
  }
  const rows = await sandbox.database.query(`select from certifications where state = 'requested'`);
  assert.deepEqual(rows, [], 'what was refused leaves nothing');
});

test('a channel is named in each spelling, and a channel for certifications takes no payment', async () => {
  const channels = (await client.get('/users/pg')).response;
  const of = (provider: string) =>
    channels.find(({ pg_provider }: { pg_provider: string }) => pg_provider === provider);
  assert.deepEqual(
    channels
      .filter(({ type }: { type: string }) => type === 'certification')
      .map((each: { pg_provider: string }) => each.pg_provider),
    ['danal', 'inicis_unified', 'kcp_v2'],
  );
  for (const choice of [
    { channel_key: of('danal').channel_key },
    { channelKey: of('danal').channel_key },
    { pg: `danal.${of('danal').pg_id}` },
  ]) {
    await requested(choice);
  }
  const paid = await client.post('/subscribe/payments/onetime', {
    channel_key: of('danal').channel_key,
    merchant_uid: 'none',
    amount: 1,
    card_number: '5570420000007221',
    expiry: '2039-12',
  });
  assert.equal(paid.error, 'channel_not_found');
});

test('a wrong code leaves the next try open, five end it, and a confirmed one is not confirmed again', async () => {
  const impUid = await requested();
  assert.equal((await confirm(impUid, null)).error, 'parameter_missing');
  const wrong = await confirm(impUid, '000000');
  assert.deepEqual([wrong.status, wrong.code, wrong.error], [400, -1, 'certification_code_wrong']);
  assert.equal((await confirm(impUid)).response.certified, true);
  const again = await confirm(impUid);
  assert.deepEqual([again.status, again.code, again.error], [400, -1, 'certification_done_before']);

  const tried = await requested();
  for (let i = 1; i < 5; i++) assert.equal((await confirm(tried, '000000')).error, 'certification_code_wrong');
  assert.equal((await confirm(tried, '000000')).error, 'certification_over');
  assert.equal((await confirm(tried)).error, 'certification_over', 'the right code comes too late');
  assert.equal((await bookOf(tried))?.tries, 5);
  assert.equal((await look(tried)).response.certified, false);
});

test('a code lives three minutes by the clock of the merchant', async () => {
  const merchant = await sandbox.newMerchant();
  // Held before both: how long this machine takes between them is no part of the three minutes.
  await merchant.post('/sandbox/clock', { advance_seconds: 0 });
  const early = await requested({}, merchant);
  const late = await requested({}, merchant);
  await merchant.post('/sandbox/clock', { advance_seconds: 179 });
  assert.equal((await confirm(early, otp, merchant)).response.certified, true);
  await merchant.post('/sandbox/clock', { advance_seconds: 2 });
  const expired = await confirm(late, otp, merchant);
  assert.deepEqual([expired.status, expired.error], [400, 'certification_over']);
});

test('in the app the person says yes first, and then no code is wanted', async () => {
  const bypass = JSON.stringify({ kcpV2: { media_type: 'MC02' } });
  const impUid = await requested({ pg: 'kcp_v2', verification_method: 'APP', bypass });
  assert.equal((await confirm(impUid, null)).error, 'certification_not_confirmed_in_app');
  assert.equal((await client.post(`/sandbox/certifications/${impUid}/app-confirmation`)).code, 0);
  assert.equal((await confirm(impUid, null)).response.certified, true);
  assert.equal(
    (await client.post(`/sandbox/certifications/${impUid}/app-confirmation`)).error,
    'sandbox_certification_refused',
  );
  assert.equal((await client.post('/sandbox/certifications/imp_0/app-confirmation')).error, 'certification_not_found');
});

test("a provider's window makes a certification that can be looked up, and one that is left is not certified", async () => {
  const window = await client.post('/sandbox/certifications', {
    pg_provider: 'inicis_unified',
    merchant_uid: 'join-1',
    name: '김영희',
    birthday: '2001-12-31',
    gender: 'female',
    origin: 'https://shop.example/join',
  });
  const { response } = await look(window.response.imp_uid);
  assert.deepEqual(response, window.response);
  // Only who it is: neither gender, nor DI.
  assert.deepEqual(
    [response.birth, response.gender, response.unique_in_site, response.origin, response.name],
    [1009724400, null, null, 'https://shop.example/join', '김영희'],
  );
  assert.ok(window.text.includes('https:\\/\\/shop.example\\/join'));
  const left = await client.post('/sandbox/certifications', { name: '김영희', is_left: true });
  assert.equal((await look(left.response.imp_uid)).response.certified, false);
  assert.equal((await confirm(left.response.imp_uid)).error, 'certification_over');
  for (const [body, error] of [
    [{ name: '김영희', birthday: '2001-02-30' }, 'parameter_invalid'],
    [{ name: '김영희', phone: '01012340404' }, 'sandbox_certification_refused'],
    [{ name: '김영희', pg_provider: 'nobody' }, 'certification_channel_not_found'],
  ] as const) {
    assert.equal((await client.post('/sandbox/certifications', body)).error, error);
  }
});

test('of two confirmations at once one certifies, and the other is told that it is done; wrong ones use a try each', async () => {
  const impUid = await requested();
  await fault('confirm_certification', 'slow', { delay_ms: 100 });
  const answers = await Promise.all([confirm(impUid), confirm(impUid), confirm(impUid)]);
  assert.deepEqual(answers.map(({ error }) => error ?? 'certified').sort(), [
    'certification_done_before',
    'certification_done_before',
    'certified',
  ]);
  const tried = await requested();
  const wrong = await Promise.all(Array.from({ length: 7 }, () => confirm(tried, '000000')));
  const count = (error: string) => wrong.filter((answer) => answer.error === error).length;
  assert.deepEqual([count('certification_code_wrong'), count('certification_over')], [4, 3]);
  assert.equal((await bookOf(tried))?.tries, 5);
});

test('a lost answer to a request is asked for again under the same key: one code was sent', async () => {
  await fault('request_certification', 'lost_answer');
  const impUid = await requested();
  assert.equal((await confirm(impUid)).response.certified, true);
  await fault('request_certification', 'timeout', { delay_ms: 20 });
  assert.equal((await confirm(await requested())).response.certified, true);
});

test('a request that stays without an answer is told as that, and nothing of it can be confirmed', async () => {
  await fault('request_certification', 'http_500', { count: 1_000 });
  const unclear = await ask();
  assert.deepEqual([unclear.status, unclear.code, unclear.error], [500, -1, 'certification_in_doubt']);
  await client.delete('/sandbox/faults');
});

test('a lost answer to a confirmation is cleared up by asking the provider, at once or by whoever looks', async () => {
  const atOnce = await requested();
  await fault('confirm_certification', 'lost_answer');
  assert.equal((await confirm(atOnce)).response.certified, true);

  const later = await requested();
  await fault('confirm_certification', 'garbage');
  await fault('inquire', 'http_500', { count: 1_000 });
  const doubtful = await confirm(later);
  assert.deepEqual([doubtful.status, doubtful.error], [500, 'certification_in_doubt']);
  assert.equal((await look(later)).response.certified, false, 'nobody can be asked');
  await client.delete('/sandbox/faults');
  assert.equal((await look(later)).response.certified, true);

  const repeated = await requested();
  await fault('confirm_certification', 'lost_answer');
  await fault('inquire', 'http_500', { count: 1_000 });
  assert.equal((await confirm(repeated)).error, 'certification_in_doubt');
  await client.delete('/sandbox/faults');
  assert.equal((await confirm(repeated)).response.certified, true, 'the end of the doubt is the answer');

  const never = await requested();
  await fault('confirm_certification', 'disconnect');
  assert.equal((await confirm(never)).error, 'certification_in_doubt');
  assert.equal((await confirm(never)).response.certified, true);
});

test("a provider's own refusals are passed on with its text", async () => {
  await fault('request_certification', 'reject', { code: '0086', message: '[0086] 이용이 중지된 IP입니다.' });
  const refused = await ask();
  assert.deepEqual([refused.status, refused.code, refused.error], [500, -1, 'certification_refused']);
  assert.match(refused.message ?? '', /\[0086\] 이용이 중지된 IP입니다\./);
  const impUid = await requested();
  await fault('confirm_certification', 'reject');
  assert.equal((await confirm(impUid)).error, 'certification_refused');
  assert.equal((await confirm(impUid)).response.certified, true);
});

test('another merchant sees, confirms and deletes nothing', async () => {
  const other = await sandbox.newMerchant();
  const impUid = await requested();
  for (const answer of [
    await look(impUid, other),
    await confirm(impUid, otp, other),
    await other.delete(`/certifications/${impUid}`),
    await other.post(`/sandbox/certifications/${impUid}/app-confirmation`),
  ]) {
    assert.equal(answer.error, 'certification_not_found');
  }
  assert.equal((await confirm(impUid)).response.certified, true);
});

test('deleting ends a confirmation that is on its way', async () => {
  const impUid = await requested();
  await fault('confirm_certification', 'slow', { delay_ms: 200 });
  const confirming = confirm(impUid);
  await eventually(async () => {
    const rows = await sandbox.database.query(
      `select from certifications where imp_uid = $1 and state = 'confirming'`,
      [impUid],
    );
    assert.equal(rows.length, 1);
  });
  assert.equal((await client.delete(`/certifications/${impUid}`)).response.certified, false);
  assert.equal((await confirming).error, 'certification_not_found');
});

test('nothing of a person, and no code, lies open in the database', async () => {
  const secretive = { name: '남궁비밀', phone: '01098761234', birth: '870605' };
  const impUid = await requested(secretive);
  const before = await everythingStored(sandbox.database);
  const [row] = await sandbox.database.query('select person from certifications where imp_uid = $1', [impUid]);
  assert.deepEqual(row, { person: null }, 'before the certification not even encrypted');
  const { unique_key, unique_in_site } = (await confirm(impUid)).response;
  const stored = await everythingStored(sandbox.database);
  for (const text of ['남궁비밀', '01098761234', '870605', '1987-06-05', unique_key, unique_in_site]) {
    for (const form of formsOf(text)) {
      assert.ok(!before.includes(form) && !stored.includes(form), text);
    }
  }
});
