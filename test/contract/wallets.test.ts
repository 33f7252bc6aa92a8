import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { depositedVbank, newOrder, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

/** What gateways do besides payments of their own: receipts for cash, sub-merchants on slips, points, KCP Quick Pay. */
const record = recordOf(import.meta.url);

let sandbox: Sandbox;
let client: ApiClient;
let noBenepia: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  const observer = await observe(sandbox.url, record);
  client = observer.watch(await sandbox.newMerchant());
  noBenepia = observer.watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const fault = (operation: string, kind: string, pg_provider: string) =>
  client.post('/sandbox/faults', { operation, kind, pg_provider });

test('receipts for cash answer as the contract says', async () => {
  const path = `/receipts/external/${newOrder('cash')}`;
  const sale = { name: '현금 판매', amount: 11_000, identifier: '010-0000-1234' };
  assert.equal((await client.get(path)).error, 'external_receipt_not_found');
  assert.equal((await client.delete(path)).error, 'external_receipt_not_found');
  assert.equal((await client.post(path, { ...sale, amount: null })).error, 'parameter_missing');
  assert.equal((await client.post(path, { ...sale, pg: 'galaxia' })).error, 'receipt_not_supported');
  await fault('issue_receipt', 'reject', 'tosspayments');
  assert.equal((await client.post(path, sale)).error, 'receipt_issue_refused');
  assert.equal((await client.post(path, sale)).response.vat, 1000);
  assert.equal((await client.post(path, sale)).error, 'external_receipt_already_issued');
  assert.equal((await client.get(path)).response.amount, 11_000);
  await fault('revoke_receipt', 'reject', 'tosspayments');
  assert.equal((await client.delete(path)).error, 'receipt_revocation_refused');
  assert.ok((await client.delete(path)).response.cancelled_at > 0);
  assert.equal((await client.delete(path)).error, 'receipt_already_revoked');
  const atKicc = `/receipts/external/${newOrder('cash')}`;
  assert.equal((await client.post(atKicc, { ...sale, pg: 'kicc', identifier_type: 'phone' })).code, 0);
  assert.equal((await client.delete(atKicc)).error, 'receipt_not_supported');
});

test('sub-merchants on the slip answer as the contract says', async () => {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: 'html5_inicis',
    pay_method: 'card',
    amount: 10_000,
  });
  const { imp_uid: impUid, receipt_url } = paid.response;
  const path = `/partners/receipts/${impUid}`;
  const one = { business_registration_number: '123-45-67890', company_name: '가게1', amount: 6000 };
  const two = { business_registration_number: '2345678901', company_name: '가게2', amount: 4000 };
  assert.deepEqual((await client.post(path, { data: [one, two] })).response, { receipt_url });
  // Again, with other parts, also over a payment that was cancelled in part.
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid, amount: 1000 })).code, 0);
  const replaced = { ...two, amount: 10_000, tax_free: 10_000, vat_amount: 0 };
  assert.equal((await client.post(path, { data: [replaced] })).code, 0);
  const mismatch = await client.post(path, { data: [one] });
  assert.deepEqual([mismatch.status, mismatch.error], [400, 'partner_receipt_refused']);
  assert.match(mismatch.message ?? '', /합계/);
  for (const [data, expected] of [
    [null, 'parameter_missing'],
    [[], 'parameter_missing'],
    [[{ ...one, company_name: null }], 'parameter_missing'],
    [[{ ...one, business_registration_number: '123' }], 'parameter_invalid'],
    [[{ ...one, amount: 'x' }], 'amount_invalid'],
    [[{ ...one, tax_free: 6001 }], 'tax_free_exceeds_amount'],
  ] as const) {
    assert.equal((await client.post(path, { data })).error, expected);
  }
  await fault('inquire', 'reject', 'html5_inicis');
  const unclear = await client.post(path, { data: [replaced] });
  assert.deepEqual([unclear.status, unclear.error], [400, 'partner_receipt_refused']);
  await fault('inquire', 'disconnect', 'html5_inicis');
  const lost = await client.post(path, { data: [replaced] });
  assert.deepEqual([lost.status, lost.error], [500, 'gateway_unclear']);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).code, 0);
  assert.equal((await client.post(path, { data: [replaced] })).error, 'partner_receipt_not_paid');
  const elsewhere = await client.post(`/partners/receipts/${await payByCard(client)}`, { data: [one] });
  assert.deepEqual([elsewhere.status, elsewhere.error], [501, 'partner_receipt_not_supported']);
  assert.equal((await client.post('/partners/receipts/imp_000000000000', { data: [one] })).status, 404);
  await depositedVbank(client);
});

test("Benepia's points answer as the contract says", async () => {
  const login = { benepia_user: 'user01', benepia_password: 'password' };
  const order = { ...login, merchant_uid: newOrder(), name: '당근 10kg', amount: 3000 };
  assert.deepEqual((await client.post('/benepia/point', login)).response, { point: 100_000 });
  assert.deepEqual((await client.put('/sandbox/benepia/points/user01', { point: 5000 })).response, {
    benepia_user: 'user01',
    point: 5000,
  });
  for (const wrong of [{ benepia_user: 'nobody' }, { benepia_password: 'wrong' }]) {
    const answer = await client.post('/benepia/point', { ...login, ...wrong });
    assert.deepEqual([answer.status, answer.error], [500, 'benepia_failed']);
    assert.equal((await client.post('/benepia/payment', { ...order, ...wrong })).error, 'benepia_failed');
  }
  assert.equal((await client.post('/benepia/point', { ...login, benepia_user: null })).error, 'parameter_missing');
  assert.equal((await client.post('/benepia/point', { ...login, channel_key: 'x' })).error, 'channel_not_found');
  assert.equal((await client.post('/benepia/point', { ...login, pg: 'galaxia' })).error, 'not_supported_by_gateway');
  await fault('inquire', 'disconnect', 'kcp');
  assert.equal((await client.post('/benepia/point', login)).error, 'gateway_unclear');

  const paid = await client.post('/benepia/payment', {
    ...order,
    benepia_member_code: 'company01',
    notice_url: ['http://127.0.0.1:9/'],
    custom_data: { a: 1 },
    buyer_name: '홍길동',
  });
  const { pay_method, pg_provider, emb_pg_provider, channel, status, custom_data, imp_uid } = paid.response;
  assert.deepEqual(
    [pay_method, pg_provider, emb_pg_provider, channel, status, custom_data],
    ['point', 'kcp', 'benepia', 'api', 'paid', '{"a":1}'],
  );
  assert.match(imp_uid, /^imps_/);
  assert.equal((await client.post('/benepia/payment', order)).error, 'order_already_paid');
  const tooMuch = await client.post('/benepia/payment', { ...order, merchant_uid: newOrder(), amount: 2001 });
  assert.deepEqual([tooMuch.status, tooMuch.error], [500, 'benepia_failed']);
  assert.match(tooMuch.message ?? '', /잔액/);
  for (const [change, expected] of [
    [{ name: null }, 'parameter_missing'],
    [{ amount: 0 }, 'amount_invalid'],
    [{ merchant_uid: 'x'.repeat(41) }, 'parameter_too_long'],
    [{ pg: 'tosspayments' }, 'not_supported_by_gateway'],
  ] as const) {
    assert.equal(
      (await client.post('/benepia/payment', { ...order, merchant_uid: newOrder(), ...change })).error,
      expected,
    );
  }
  assert.equal((await noBenepia.post('/benepia/point', login)).response.point, 100_000, 'books are per merchant');
});

test('KCP Quick Pay answers as the contract says', async () => {
  const member = `/sandbox/kcpquick/members/m0001`;
  const channels: { pg_provider: string; channel_key: string; pg_id: string }[] = (
    await client.get('/sandbox/channels')
  ).response;
  const channel_key = channels.find(({ pg_provider }) => pg_provider === 'kcp_quick')?.channel_key;
  const other = channels.find(({ pg_provider }) => pg_provider === 'kcp')?.channel_key;

  const preparation = {
    btid: 'BT0001',
    cust_ip: '192.0.2.10',
    code_verifier: 'f3',
    prepaid_auth_yn: 'Y',
    prepaid_amount: 7000,
  };
  const prepare = `/kcpquick/prepare/${newOrder('q')}`;
  assert.deepEqual(
    [(await client.put(prepare, preparation)).status, (await client.post(prepare, preparation)).response],
    [404, null],
  );
  const again = await client.post(prepare, preparation);
  assert.deepEqual([again.status, again.error], [409, 'kcpquick_already_prepared']);
  assert.equal((await client.put(prepare, { ...preparation, prepaid_amount: 6000 })).code, 0);
  for (const [change, expected] of [
    [{ btid: null }, 'parameter_missing'],
    [{ btid: 'x'.repeat(21) }, 'parameter_too_long'],
    [{ cust_ip: '2001:db8::1' }, 'parameter_invalid'],
    [{ prepaid_auth_yn: 'X' }, 'parameter_invalid'],
    [{ prepaid_amount: null }, 'parameter_missing'],
    [{ prepaid_amount: 1_000_000_000 }, 'parameter_invalid'],
  ] as const) {
    for (const method of ['post', 'put'] as const) {
      const refused = await client[method](`/kcpquick/prepare/${newOrder('q')}`, { ...preparation, ...change });
      assert.deepEqual([refused.status, refused.error], [400, expected]);
    }
  }

  assert.equal((await client.get(member)).error, 'sandbox_buyer_refused');
  assert.equal((await client.put(member)).response.money, 0);
  const order = prepare.split('/').at(-1);
  assert.equal(
    (await client.post(`${member}/charge`, { merchant_uid: order, amount: 7000 })).error,
    'sandbox_buyer_refused',
  );
  assert.equal((await client.post(`${member}/charge`, { merchant_uid: order, amount: 6000 })).response.money, 6000);
  assert.equal(
    (await client.post(`${member}/charge`, { merchant_uid: order, amount: 6000 })).error,
    'sandbox_buyer_refused',
  );
  const pinCheck = async () => (await client.post(`${member}/pin-check`)).response.imp_uid;

  const money = { member_id: 'm0001', channel_key, name: '충전금 결제', amount: 5000 };
  const checked = await pinCheck();
  const pay = (change: object) =>
    client.post('/kcpquick/payment/money', { ...money, merchant_uid: newOrder('q'), imp_uid: checked, ...change });
  assert.equal((await pay({ member_id: 'nobody' })).error, 'wallet_payment_refused');
  assert.equal((await pay({ imp_uid: 'imp_000000000000' })).error, 'wallet_payment_refused');
  assert.equal((await pay({ channel_key: other })).error, 'kcpquick_channel_missing');
  assert.equal((await pay({ amount: null })).error, 'parameter_missing');
  const declined = await pay({ amount: 6001 });
  assert.deepEqual([declined.code, declined.response.status], [0, 'failed']);
  assert.match(declined.response.fail_reason, /잔액/);
  const done = await pay({ merchant_uid: 'q_done', notice_url: 'http://127.0.0.1:9/' });
  const { pay_method, pg_provider, channel, status } = done.response;
  assert.deepEqual([pay_method, pg_provider, channel, status], ['point', 'kcp_quick', 'api', 'paid']);
  assert.equal((await pay({})).error, 'wallet_payment_refused', 'a check of the PIN is good for one payment');
  assert.equal((await pay({ merchant_uid: 'q_done', imp_uid: await pinCheck() })).error, 'order_already_paid');
  assert.equal((await client.get(member)).response.money, 1000);
  assert.equal((await client.post('/payments/cancel', { merchant_uid: 'q_done', amount: 2000 })).code, 0);
  assert.equal((await client.get(member)).response.money, 3000);

  const autopay = { customer_uid: 'quick-card', name: '자동결제', buyer_name: '홍길동', amount: 5000 };
  const charge = (change: object = {}) =>
    client.post('/kcpquick/payment/autopay', { ...autopay, merchant_uid: newOrder('q'), ...change });
  assert.equal((await charge()).error, 'wallet_payment_refused');
  assert.equal((await charge({ buyer_name: null })).error, 'parameter_missing');
  assert.deepEqual((await client.post(`${member}/autopay`, { customer_uid: 'quick-card' })).response.customer_uids, [
    'quick-card',
  ]);
  const charged = await charge();
  assert.deepEqual(
    [
      charged.response.status,
      charged.response.pay_method,
      charged.response.customer_uid,
      charged.response.customer_uid_usage,
    ],
    ['paid', 'card', 'quick-card', 'payment'],
  );
  await client.post('/sandbox/faults', { operation: 'pay_from_wallet', kind: 'reject', pg_provider: 'kcp_quick' });
  assert.equal((await charge()).response.status, 'failed');
  await fault('inquire', 'disconnect', 'kcp_quick');
  assert.equal((await client.delete('/kcpquick/autopay/quick-card')).status, 500);
  const deleted = await client.delete('/kcpquick/autopay/quick-card');
  assert.deepEqual(
    [deleted.message, deleted.response],
    ['자동결제 키가 정상적으로 삭제되었습니다.', { customer_uid: 'quick-card' }],
  );
  assert.equal((await client.delete('/kcpquick/autopay/quick-card')).error, 'kcpquick_autopay_key_not_found');
  assert.equal((await charge()).error, 'wallet_payment_refused');

  const release = (body: object = { channel_key }) => client.post('/kcpquick/members/m0001/fido/release', body);
  const unregistered = await release();
  assert.equal(
    unregistered.text,
    '{"code":-1,"message":"\\uc0dd\\uccb4\\uc778\\uc99d \\uc0ac\\uc6a9 \\ud574\\uc81c\\uc5d0 \\uc2e4\\ud328\\ud558\\uc600\\uc2b5\\ub2c8\\ub2e4. \\ub4f1\\ub85d\\ub41c \\uac70\\ub798\\uac00 \\uc5c6\\uc2b5\\ub2c8\\ub2e4.","error":{"code":"C210","message":"\\ub4f1\\ub85d\\ub41c \\uac70\\ub798\\uac00 \\uc5c6\\uc2b5\\ub2c8\\ub2e4."}}',
  );
  assert.equal(unregistered.status, 200);
  assert.equal((await client.post(`${member}/fido`)).response.fido, true);
  assert.equal((await release({})).error, 'parameter_missing');
  assert.deepEqual(
    [(await release({ channel_key: other })).status, (await release({ channel_key: 'x' })).status],
    [400, 400],
  );
  await fault('inquire', 'disconnect', 'kcp_quick');
  assert.equal((await release()).status, 500);
  const released = await release();
  assert.deepEqual(
    [released.message, released.response],
    ['생체인증 사용이 정상적으로 해제되었습니다.', { member_id: 'm0001' }],
  );

  const siteCode = channels.find(({ pg_provider }) => pg_provider === 'kcp_quick')?.pg_id;
  const query = `?site_code=${siteCode}&partner_type=IX99&partner_subtype=99IX`;
  assert.equal((await client.delete('/kcpquick/members/m0001?site_code=XXXXX')).error, 'kcpquick_channel_missing');
  const gone = await client.delete(`/kcpquick/members/m0001${query}`);
  assert.deepEqual(
    [gone.response.member_id, gone.response.pg_provider, gone.response.pg_id],
    ['m0001', 'kcp_quick', siteCode],
  );
  assert.ok(gone.response.inserted > 0 && gone.response.updated >= gone.response.inserted);
  const twice = await client.delete('/kcpquick/members/m0001');
  assert.deepEqual([twice.status, twice.error], [404, 'kcpquick_member_not_found']);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
