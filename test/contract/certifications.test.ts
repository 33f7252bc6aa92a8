import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type Observer, observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Observer;
let client: ApiClient;
let otherMerchant: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  observer = await observe(sandbox.url, record);
  client = observer.watch(await sandbox.newMerchant());
  otherMerchant = observer.watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const unknownId = 'imp_000000000000';
const person = { name: '홍길동', phone: '01012345678', birth: '900101', gender_digit: '1', carrier: 'SKT' };
const ask = (change: object = {}) => client.post('/certifications/otp/request', { ...person, ...change });
const confirm = (id: string, body: object = {}) => client.post(`/certifications/otp/confirm/${id}`, body);
const fault = (operation: string, kind: string, count = 1) =>
  client.post('/sandbox/faults', { pg_provider: 'danal', operation, kind, count });

test('a code is requested, or refused, as the contract says', async () => {
  assert.equal((await ask()).code, 0);
  for (const [change, expected] of [
    [{ carrier: null }, 'parameter_missing'],
    [{ phone: '01012340404' }, 'certification_person_not_found'],
    [{ pg: 'nobody' }, 'certification_channel_not_found'],
    [{ pg: 'inicis_unified' }, 'certification_not_supported'],
  ] as const) {
    assert.equal((await ask(change)).error, expected);
  }
  await fault('request_certification', 'reject');
  assert.equal((await ask()).error, 'certification_refused');
  await fault('request_certification', 'http_500', 100);
  assert.equal((await ask()).error, 'certification_in_doubt');
  await client.delete('/sandbox/faults');
});

test('a code is confirmed, or refused, as the contract says', async () => {
  const bypass = { kcpV2: { media_type: 'MC01' } };
  const app = (await ask({ pg: 'kcp_v2', verification_method: 'APP', bypass })).response.imp_uid;
  assert.equal((await confirm(app)).error, 'certification_not_confirmed_in_app');
  const impUid = (await ask({ merchant_uid: 'cert' })).response.imp_uid;
  assert.equal((await confirm(unknownId)).error, 'certification_not_found');
  assert.equal((await confirm(impUid)).error, 'parameter_missing');
  assert.equal((await confirm(impUid, { otp: '1' })).error, 'certification_code_wrong');
  await fault('confirm_certification', 'reject');
  assert.equal((await confirm(impUid, { otp: '123456' })).error, 'certification_refused');
  assert.equal((await confirm(impUid, { otp: '123456' })).response.certified, true);
  assert.equal((await confirm(impUid, { otp: '123456' })).error, 'certification_done_before');
});

test('certifications are shown and deleted as the contract says, whether they have come about or not', async () => {
  const open = (await ask()).response.imp_uid;
  assert.equal((await client.get(`/certifications/${open}`)).response.certified, false);
  assert.equal((await client.delete(`/certifications/${open}`)).response.certified, false);
  const { imp_uid: impUid } = (await client.post('/sandbox/certifications', { name: '김영희' })).response;
  assert.equal((await otherMerchant.get(`/certifications/${impUid}`)).error, 'certification_not_found');
  assert.equal((await client.get(`/certifications/${impUid}`)).response.certified, true);
  assert.equal((await client.delete(`/certifications/${impUid}`)).response.certified, true);
  for (const answer of [
    await client.get(`/certifications/${impUid}`),
    await client.delete(`/certifications/${impUid}`),
  ]) {
    assert.deepEqual([answer.status, answer.message], [404, '인증결과가 존재하지 않습니다.']);
  }
  assert.equal((await createApiClient(sandbox.url).get(`/certifications/${impUid}`)).error, 'unauthorized');
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
