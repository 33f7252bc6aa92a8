import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, goodCard, newOrder, refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type ClientPayment, fail, Iamport, Request, type RestClient, succeed } from './rest-client-nodejs.ts';

const { Payments, Subscribe, Vbanks, Receipts } = Request;

let sandbox: Sandbox;
let client: RestClient;
/** What a buyer or a bank does has no place in an i'mport client. */
let world: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = newClient();
  world = await sandbox.demo();
});
after(() => sandbox?.close());

function newClient(apiSecret = demoKeyPair.impSecret): RestClient {
  return new Iamport({ apiKey: demoKeyPair.impKey, apiSecret, baseUrl: sandbox.url });
}

function pay(amount: number): Promise<ClientPayment> {
  const order = { merchant_uid: newOrder(), amount, name: '당근 10kg' };
  return succeed(client, Subscribe.onetime({ ...order, ...goodCard }));
}

function issueVbank(amount: number): Promise<ClientPayment> {
  const vbank_due = Math.floor(Date.now() / 1000) + 3_600;
  const order = { merchant_uid: newOrder(), amount, vbank_code: '004', vbank_due, vbank_holder: '홍길동' };
  return succeed(client, Vbanks.post(order));
}

test('iamport-rest-client-nodejs gets a token that it can use until it expires', async () => {
  const { data } = await client.getToken();
  assert.equal(data.code, 0);
  assert.deepEqual(Object.keys(data.response), ['access_token', 'now', 'expired_at']);
  const paid = await pay(1000);
  assert.equal(client.token?.access_token, data.response.access_token);
  assert.equal(paid.status, 'paid');
});

test('iamport-rest-client-nodejs pays by card, and finds the payment in every way it knows', async () => {
  const paid = await pay(1500);
  const { imp_uid, merchant_uid } = paid;
  assert.match(imp_uid, /^imps_\d{12}$/);
  assert.equal((await succeed(client, Payments.getByImpUid({ imp_uid }))).amount, 1500);
  assert.equal((await succeed(client, Payments.getByMerchantUid({ merchant_uid }))).imp_uid, imp_uid);
  assert.equal((await succeed(client, Payments.getByMerchantUid({ merchant_uid, status: 'paid' }))).imp_uid, imp_uid);
  const ofOrder = await succeed<{ list: ClientPayment[] }>(
    client,
    Payments.getByMerchantUids({ merchant_uid, status: 'paid' }),
  );
  assert.deepEqual(
    ofOrder.list.map((payment) => payment.imp_uid),
    [imp_uid],
  );
  const listed = await succeed<{ total: number; list: ClientPayment[] }>(
    client,
    Payments.getByStatus({ status: 'paid', limit: 5, sorting: '-started' }),
  );
  assert.equal(listed.list[0]?.imp_uid, imp_uid);
  assert.ok(listed.total >= 1);
  const byIds = await succeed<ClientPayment[]>(client, Payments.getByImpUids({ imp_uid: [imp_uid] }));
  assert.equal(byIds[0]?.merchant_uid, merchant_uid);
});

test('iamport-rest-client-nodejs cancels a payment in parts until nothing is left', async () => {
  const { imp_uid } = await pay(1000);
  const part = await succeed(client, Payments.cancel({ imp_uid, amount: 300, checksum: 1000, reason: '부분 환불' }));
  assert.deepEqual([part.status, part.cancel_amount], ['cancelled', 300]);
  const rest = await succeed(client, Payments.cancel({ imp_uid }));
  assert.equal(rest.cancel_amount, 1000);
  assert.deepEqual(
    rest.cancel_history.map(({ amount, reason }) => [amount, reason]),
    [
      [300, '부분 환불'],
      [700, '취소요청api'],
    ],
  );
  await assertBooksAgree(world, imp_uid);
  const again = await fail(client, Payments.cancel({ imp_uid }));
  assert.deepEqual([again.code, again.message, again.response], [1, '이미 전액취소된 주문입니다.', null]);
});

test('iamport-rest-client-nodejs may send custom_data as an object, and has a card kept', async () => {
  const order = { merchant_uid: newOrder(), amount: 1000, ...goodCard };
  const kept = { ...order, merchant_uid: newOrder(), customer_uid: 'customer_7' };
  assert.equal((await succeed(client, Subscribe.onetime(kept))).customer_uid, 'customer_7');
  const paid = await succeed(client, Subscribe.onetime({ ...order, custom_data: { user: 399, tags: ['a'] } }));
  assert.equal(paid.custom_data, '{"user":399,"tags":["a"]}');
  const again = await fail(client, Subscribe.onetime(order));
  assert.match(again.message, /^이미 주문이 이루어진 건입니다\. /);
});

test('iamport-rest-client-nodejs issues a virtual account and refunds it after the deposit', async () => {
  const issued = await issueVbank(2000);
  assert.equal(issued.status, 'ready');
  assert.match(issued.vbank_num ?? '', /^X?\d+$/);
  const { imp_uid } = issued;
  assert.equal((await fail(client, Payments.cancel({ imp_uid }))).code, -1);
  await world.post(`/sandbox/vbanks/${imp_uid}/deposit`);
  assert.equal((await succeed(client, Payments.getByImpUid({ imp_uid }))).status, 'paid');
  const written = { ...refundAccount, refund_account: '056-076923-01-017' };
  const refunded = await succeed(client, Payments.cancel({ imp_uid, ...written }));
  assert.deepEqual([refunded.status, refunded.cancel_amount], ['cancelled', 2000]);
  await assertBooksAgree(world, imp_uid);
});

test('iamport-rest-client-nodejs revokes a virtual account that nobody has paid into', async () => {
  const { imp_uid } = await issueVbank(2000);
  const revoked = await succeed(client, Vbanks.delete({ imp_uid }));
  assert.deepEqual([revoked.status, revoked.fail_reason], ['failed', '계좌말소']);
  const again = await fail(client, Vbanks.delete({ imp_uid }));
  assert.deepEqual([again.status, again.code], [400, -1]);
  const unchangeable = await fail(client, Vbanks.put({ imp_uid, amount: 5 }));
  assert.equal(unchangeable.status, 400);
});

test('iamport-rest-client-nodejs issues, reads and revokes a cash receipt', async () => {
  const { imp_uid } = await issueVbank(1100);
  await world.post(`/sandbox/vbanks/${imp_uid}/deposit`);
  const missing = await fail(client, Receipts.getReceipt({ imp_uid }));
  assert.equal(missing.status, 404);
  const issued = await succeed<Record<string, unknown>>(
    client,
    Receipts.postReceipt({ imp_uid, identifier: '010-1234-5678', identifier_type: 'phone', type: 'person' }),
  );
  assert.deepEqual([issued.imp_uid, issued.amount, issued.vat], [imp_uid, 1100, 100]);
  assert.equal((await succeed(client, Payments.getByImpUid({ imp_uid }))).cash_receipt_issued, true);
  const read = await succeed<Record<string, unknown>>(client, Receipts.getReceipt({ imp_uid }));
  assert.equal(read.receipt_tid, issued.receipt_tid);
  const revoked = await succeed<Record<string, unknown>>(client, Receipts.deleteReceipt({ imp_uid }));
  assert.ok(revoked.cancelled_at instanceof Date);
  assert.equal((await succeed(client, Payments.getByImpUid({ imp_uid }))).cash_receipt_issued, false);
});

test('iamport-rest-client-nodejs shows its caller each kind of failure as the real server sends it', async () => {
  const wrongSecret = await fail(newClient('wrong'), Payments.getByImpUid({ imp_uid: 'imp_000000000000' }));
  assert.deepEqual(
    [wrongSecret.status, wrongSecret.code, wrongSecret.message],
    [401, -1, '인증에 실패하였습니다. API키와 secret을 확인하세요.'],
  );
  const unknown = await fail(client, Payments.getByImpUid({ imp_uid: 'imp_000000000000' }));
  assert.deepEqual([unknown.status, unknown.code, unknown.message], [404, -1, '존재하지 않는 결제정보입니다.']);
  const unknownOrder = await fail(client, Payments.getByMerchantUid({ merchant_uid: 'nothing' }));
  assert.equal(unknownOrder.status, 404);
  const unknownStatus = await fail(client, Payments.getByStatus({ status: 'nothing' }));
  assert.deepEqual([unknownStatus.status, unknownStatus.message], [400, '지원되지 않는 상태값입니다.']);
  const notThere = await fail(client, Payments.cancel({ imp_uid: 'imp_000000000000' }));
  assert.deepEqual([notThere.code, notThere.message], [1, '취소할 결제건이 존재하지 않습니다.']);
  const badCard = await fail(
    client,
    Subscribe.onetime({ merchant_uid: newOrder(), amount: 1000, ...goodCard, card_number: '1234-1234-1234-1234' }),
  );
  assert.equal(badCard.code, -1);
  assert.match(badCard.message, /유효하지않은 카드번호를 입력하셨습니다\./);
});
