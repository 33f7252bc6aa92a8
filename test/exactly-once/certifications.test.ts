import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import {
  neverMs,
  type SharedSimulators,
  shortLimits,
  startServerOn,
  startServerProcessOn,
  startSharedSimulators,
} from './servers.ts';

/**
 * A certification is confirmed once, and known here once it is, whichever step its server dies at. Nothing goes on with it in
 * the background: whoever looks makes the provider be asked.
 */
let simulators: SharedSimulators;
let testDatabase: TestDatabase;
let server: { readonly url: string; close(): Promise<void> };
before(async () => {
  simulators = await startSharedSimulators();
  testDatabase = await createTestDatabase({ poolSize: 4 });
  server = await startServerOn(testDatabase.url, simulators.urls, { ...shortLimits, recoveryIntervalMs: neverMs });
});
after(async () => {
  await server?.close();
  await testDatabase?.drop();
  await simulators?.close();
});

const person = { name: '홍길동', phone: '01012345678', birth: '900101', gender_digit: '1', carrier: 'SKT' };

async function newMerchant(): Promise<ApiClient> {
  const made = await createApiClient(server.url).post('/sandbox/merchants');
  return createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
}

async function bookOf(client: ApiClient): Promise<{ is_certified: boolean; tries: number }[]> {
  return (await client.get('/sandbox/books/danal')).response.certifications;
}

for (const [point, isCertified] of [
  ['before_reservation', false],
  ['after_reservation', false],
  ['after_answer', true],
  ['after_settlement', true],
] as const) {
  test(`a server that dies at ${point} of a confirmation leaves one that another server clears up`, async (t) => {
    const client = await newMerchant();
    const asked = await client.post('/certifications/otp/request', person);
    const impUid: string = asked.response.imp_uid;
    const child = await startServerProcessOn(t, testDatabase.url, simulators, { HWANBUL_CRASH_POINT: point });
    const confirm = (by: ApiClient) => by.post(`/certifications/otp/confirm/${impUid}`, { otp: '123456' });
    await assert.rejects(confirm(createApiClient(child.url, client.token)));
    assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
    assert.equal((await bookOf(client))[0]?.is_certified, isCertified);
    // Until the time of the dead one is over, nobody knows that it is dead.
    await eventually(async () => {
      const [row] = await testDatabase.database.query<{ is_busy: boolean }>(
        `select coalesce(busy_until > now(), false) as is_busy from certifications where imp_uid = $1`,
        [impUid],
      );
      assert.equal(row?.is_busy, false);
    });
    assert.equal((await client.get(`/certifications/${impUid}`)).response.certified, isCertified);
    const again = await confirm(client);
    if (isCertified) assert.equal(again.error, 'certification_done_before', again.text);
    else assert.equal(again.response.certified, true, again.text);
    assert.deepEqual(await bookOf(client), [{ ...(await bookOf(client))[0], is_certified: true, tries: 0 }]);
  });
}

for (const point of ['after_reservation', 'after_answer'] as const) {
  test(`a server that dies at ${point} of a request leaves nothing of the person, and nothing that can be found`, async (t) => {
    const client = await newMerchant();
    const child = await startServerProcessOn(t, testDatabase.url, simulators, { HWANBUL_CRASH_POINT: point });
    await assert.rejects(createApiClient(child.url, client.token).post('/certifications/otp/request', person));
    assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
    const [left] = await testDatabase.database.query<{ imp_uid: string; state: string; person: Buffer | null }>(
      'select imp_uid, state, person from certifications order by created_at desc limit 1',
    );
    assert.deepEqual([left?.state, left?.person], ['requested', null]);
    assert.equal((await client.get(`/certifications/${left?.imp_uid}`)).error, 'certification_not_found');
  });
}

test('two servers confirm the same certification once', async (t) => {
  const client = await newMerchant();
  // Nobody waits too long for a turn or an answer, however busy the machine is.
  const patience = { turnWaitMs: 10_000, gatewayTimeoutMs: 8_000, requestDeadlineMs: 20_000 };
  const limits = { ...shortLimits, ...patience, recoveryIntervalMs: neverMs };
  const servers = await Promise.all([1, 2].map(() => startServerOn(testDatabase.url, simulators.urls, limits)));
  t.after(() => Promise.all(servers.map((each) => each.close())));
  const { imp_uid: impUid } = (await client.post('/certifications/otp/request', person)).response;
  const clients = servers.map(({ url }) => createApiClient(url, client.token));
  await client.post('/sandbox/faults', {
    pg_provider: 'danal',
    operation: 'confirm_certification',
    kind: 'slow',
    delay_ms: 100,
  });
  const confirm = (each: ApiClient) => each.post(`/certifications/otp/confirm/${impUid}`, { otp: '123456' });
  const answers = await Promise.all([...clients, ...clients].map(confirm));
  assert.deepEqual(answers.map(({ error }) => error ?? 'certified').sort(), [
    'certification_done_before',
    'certification_done_before',
    'certification_done_before',
    'certified',
  ]);
});
