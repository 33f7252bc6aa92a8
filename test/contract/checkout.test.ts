import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

/** What the script and the page of a payment window ask for, which is described as every other operation is. */
const record = recordOf(import.meta.url);

let sandbox: Sandbox;
let client: ApiClient;
let userCode: string;
before(async () => {
  sandbox = await startSandbox();
  const observer = await observe(sandbox.url, record);
  const merchant = await sandbox.newMerchant();
  userCode = (await merchant.get('/sandbox/merchant')).response.user_code;
  client = observer.watch(merchant);
});
after(() => sandbox?.close());

const nobody = `0-${'x'.repeat(43)}`;

async function open(request: object = {}, what = 'payments'): Promise<string> {
  const opened = await client.post(`/checkout/${what}`, {
    user_code: userCode,
    request: { merchant_uid: newOrder(), amount: 1000, ...request },
  });
  assert.equal(opened.code, 0, opened.text);
  return opened.response.token;
}

test('a window for a payment answers as it is described', async () => {
  const token = await open({ amount: 60_000 });
  assert.equal((await client.get(`/checkout/${token}/window`)).response.state, 'open');
  assert.equal((await client.get(`/checkout/${token}/result?wait=0`)).response.ended, null);
  assert.equal((await client.get(`/checkout/${token}/result?wait=99`)).error, 'parameter_invalid');
  assert.equal((await client.post(`/checkout/${token}/pay`, { card: { quota: 99 } })).error, 'parameter_invalid');
  assert.equal((await client.post(`/checkout/${token}/pay`, { card: { quota: 3 } })).response.state, 'ended');
  assert.equal((await client.get(`/checkout/${token}/result`)).response.ended.landing, 'success');
  assert.equal(
    (await client.post(`/checkout/${await open()}/leave`, { why: 'closed' })).response.ended.landing,
    'fail',
  );
  for (const [method, path] of [
    ['GET', 'window'],
    ['GET', 'result'],
    ['POST', 'pay'],
    ['POST', 'leave'],
  ] as const) {
    const unknown = await client.call(method, `/checkout/${nobody}/${path}`);
    assert.deepEqual([unknown.status, unknown.error], [404, 'checkout_not_found']);
  }
});

test('a window for a certification answers as it is described', async () => {
  const token = await open({ name: '홍길동' }, 'certifications');
  assert.equal((await client.get(`/checkout/${token}/window`)).response.kind, 'certification');
  const person = { name: '홍길동', birthday: '1990-01-01', phone: '01012345678', carrier: 'SKT' };
  assert.equal((await client.post(`/checkout/${token}/pay`, person)).error, 'parameter_missing');
  const certified = await client.post(`/checkout/${token}/pay`, { ...person, otp: '123456' });
  assert.equal(certified.response.ended.result.success, true);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
