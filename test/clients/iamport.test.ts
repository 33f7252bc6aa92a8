import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, goodCard, newOrder, refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type IamportClient, iamportClient } from './iamport.ts';

let sandbox: Sandbox;
let client: IamportClient;
let world: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = iamportClient(sandbox.url);
  world = await sandbox.demo();
});
after(() => sandbox?.close());

test('the npm client iamport, without any settings but the address, pays, looks up and cancels', async () => {
  const merchant_uid = newOrder();
  const paid = await client.subscribe.onetime({ merchant_uid, amount: 1000, ...goodCard });
  assert.equal(paid.status, 'paid');
  const { imp_uid } = paid;
  assert.equal((await client.payment.getByImpUid({ imp_uid })).merchant_uid, merchant_uid);
  assert.equal((await client.payment.getByMerchant({ merchant_uid })).imp_uid, imp_uid);
  const listed = await client.payment.getByStatus({ payment_status: 'paid', limit: 3 });
  assert.equal(listed.list[0]?.imp_uid, imp_uid);
  const part = await client.payment.cancel({ imp_uid, amount: 400, reason: '부분 환불' });
  assert.deepEqual([part.status, part.cancel_amount], ['cancelled', 400]);
  const rest = await client.payment.cancel({ merchant_uid, checksum: 600 });
  assert.equal(rest.cancel_amount, 1000);
  assert.equal(rest.cancel_history.length, 2);
  await assertBooksAgree(world, imp_uid);
});

test('the npm client iamport issues a virtual account and refunds it after the deposit', async () => {
  const vbank_due = Math.floor(Date.now() / 1000) + 3_600;
  const order = { merchant_uid: newOrder(), amount: 3000, vbank_code: '088', vbank_due, vbank_holder: '홍길동' };
  const { imp_uid, status } = await client.vbank.create(order);
  assert.equal(status, 'ready');
  await world.post(`/sandbox/vbanks/${imp_uid}/deposit`);
  const refunded = await client.payment.cancel({ imp_uid, ...refundAccount, refund_bank: '088' });
  assert.deepEqual([refunded.status, refunded.cancel_amount], ['cancelled', 3000]);
  await assertBooksAgree(world, imp_uid);
});

test('the npm client iamport tells its caller the HTTP status, or the code and the message, of a failure', async () => {
  await assert.rejects(async () => client.payment.getByImpUid({ imp_uid: 'imp_000000000000' }), { code: 'HTTP_404' });
  await assert.rejects(async () => client.payment.getByStatus({ payment_status: 'nothing' }), { code: 'HTTP_400' });
  await assert.rejects(async () => client.payment.cancel({ imp_uid: 'imp_000000000000' }), {
    code: 'IAMPORT_1',
    message: '취소할 결제건이 존재하지 않습니다.',
  });
  await assert.rejects(
    async () =>
      client.subscribe.onetime({
        merchant_uid: newOrder(),
        amount: 1000,
        ...goodCard,
        card_number: '4000000000000010',
      }),
    { code: 'IAMPORT_-1', message: /^카드정보 인증에 실패하였습니다\. / },
  );
  const stranger = iamportClient(sandbox.url, { impKey: 'imp_apikey', impSecret: 'wrong' });
  await assert.rejects(async () => stranger.payment.getByImpUid({ imp_uid: 'imp_000000000000' }), { code: 'HTTP_401' });
});
