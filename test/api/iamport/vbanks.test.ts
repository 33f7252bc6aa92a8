import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { startMiddayClock } from '../../kit/midday-clock.ts';
import {
  assertBooksAgree,
  bookOf,
  depositedVbank,
  issueBarcode,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

// Hecto and KSNET give nothing back at night.
const clock = startMiddayClock();
let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ clock });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const cancel = (body: object): Promise<ApiAnswer> => client.post('/payments/cancel', body);
const inAnHour = () => Math.floor(clock.now().getTime() / 1000) + 3_600;

function issue(change: object = {}): Promise<ApiAnswer> {
  const order = {
    merchant_uid: newOrder(),
    amount: 5000,
    vbank_code: '004',
    vbank_due: inAnHour(),
    vbank_holder: '홍길동',
  };
  return client.post('/vbanks', { ...order, ...change });
}

async function depositedAt(pg_provider: string): Promise<string> {
  const { response, text } = await client.post('/sandbox/payments', { pg_provider, pay_method: 'vbank', amount: 5000 });
  assert.ok(response, text);
  const deposited = await client.post(`/sandbox/vbanks/${response.imp_uid}/deposit`);
  assert.equal(deposited.response?.status, 'paid', deposited.text);
  return response.imp_uid;
}

test('an issued virtual account shows its bank, number, holder and due date, and waits', async () => {
  const vbank_due = inAnHour();
  const { response } = await issue({ vbank_due: String(vbank_due) });
  assert.deepEqual(
    [response.status, response.pay_method, response.vbank_code, response.vbank_date, response.paid_at],
    ['ready', 'vbank', '004', vbank_due, 0],
  );
  assert.match(response.vbank_num, /^X\d{13}$/);
  assert.equal(response.vbank_holder, '홍길동');
  assert.ok(response.vbank_issued_at > 0 && response.vbank_name.includes('국민'));
});

test('what would make it another account than was asked for refuses it, and a fixed account has its number', async () => {
  const merchant_uid = newOrder();
  for (const [change, expected, named] of [
    [{ escrow_password: '1234' }, 'parameter_not_supported', 'escrow_password'],
    [{ fixed_unlimited_vbank: true }, 'parameter_not_supported', 'fixed_unlimited_vbank'],
    [{ business_registration_number: '1234567890' }, 'parameter_not_supported', 'business_registration_number'],
    [{ vbank_num: '56212345678901' }, 'not_supported_by_gateway', 'vbank_num'],
    [{ pg: 'settle', vbank_key: 'key' }, 'not_supported_by_gateway', 'vbank_key'],
  ] as const) {
    const refused = await issue({ merchant_uid, ...change });
    assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, expected], JSON.stringify(change));
    assert.ok(refused.message?.includes(named), refused.message ?? '');
  }
  assert.equal((await client.get(`/payments/findAll/${merchant_uid}`)).status, 404, 'nothing was begun');
  const empty = { escrow_password: '', fixed_unlimited_vbank: 'N', vbank_num: null };
  assert.equal((await issue({ merchant_uid, ...empty, vbank_key: '1234567890123' })).code, 0);
  const fixed = await issue({ pg: 'settle', vbank_num: '562-123456-78-901' });
  assert.equal(fixed.response?.vbank_num, '56212345678901', fixed.text);
});

test('a virtual account at an unknown bank, for the past, or without a holder is refused before anything is sent', async () => {
  for (const [change, expected] of [
    [{ vbank_code: '999' }, 'bank_unknown'],
    [{ vbank_due: 1_000_000_000 }, 'parameter_invalid'],
    [{ vbank_due: 'tomorrow' }, 'parameter_invalid'],
    [{ vbank_holder: null }, 'parameter_missing'],
    [{ amount: 0 }, 'amount_invalid'],
    [{ vbank_code: '00004' }, 'parameter_too_long'],
  ] as const) {
    const refused = await issue(change);
    assert.deepEqual([refused.status, refused.error], [400, expected]);
  }
  assert.equal((await issue({ vbank_holder: undefined, buyer_name: '김철수' })).response.vbank_holder, '김철수');
});

test('a deposit turns the account to paid, once, and is kept in the deposit history', async () => {
  const impUid = await issueVbank(client, 5000);
  const paid = await client.post(`/sandbox/vbanks/${impUid}/deposit`, { depositor_name: '입금자' });
  assert.equal(paid.response.status, 'paid');
  assert.deepEqual(
    paid.response.deposit_history.map((entry: { amount: number; depositor_name: string }) => [
      entry.amount,
      entry.depositor_name,
    ]),
    [[5000, '입금자']],
  );
  assert.equal((await client.post(`/sandbox/vbanks/${impUid}/deposit`)).error, 'sandbox_payment_refused');
  assert.equal((await client.get(`/payments/${impUid}`)).response.deposit_history.length, 1);
});

test('revoking an account that waits makes the payment failed, in both books, and money can no longer come in', async () => {
  const impUid = await issueVbank(client);
  const { response } = await client.delete(`/vbanks/${impUid}`);
  assert.deepEqual([response.status, response.fail_reason, response.cancel_amount], ['failed', '계좌말소', 0]);
  assert.ok(response.failed_at > 0);
  assert.equal((await bookOf(client, impUid)).status, 'revoked');
  assert.equal((await client.post(`/sandbox/vbanks/${impUid}/deposit`)).error, 'sandbox_payment_refused');
});

test('only an account that waits is revoked; everything else is refused and stays as it is', async () => {
  const unknown = await client.delete('/vbanks/imp_000000000000');
  assert.deepEqual([unknown.status, unknown.message], [404, '존재하지 않는 결제정보입니다.']);
  const revoked = await issueVbank(client);
  await client.delete(`/vbanks/${revoked}`);
  for (const impUid of [await payByCard(client), await depositedVbank(client), await issueBarcode(client), revoked]) {
    const before = (await client.get(`/payments/${impUid}`)).text;
    const refused = await client.delete(`/vbanks/${impUid}`);
    assert.deepEqual([refused.status, refused.code, refused.error], [400, -1, 'vbank_not_revocable']);
    assert.equal((await client.get(`/payments/${impUid}`)).text, before);
  }
});

test('several accounts may wait for one order, and revoking one leaves the others', async () => {
  const merchant_uid = newOrder();
  const [first, second] = [await issue({ merchant_uid }), await issue({ merchant_uid })];
  assert.equal((await client.delete(`/vbanks/${first.response.imp_uid}`)).response.status, 'failed');
  assert.equal((await client.get(`/payments/${second.response.imp_uid}`)).response.status, 'ready');
});

test('pg_api_key is taken as a query parameter of DELETE /vbanks, and a DELETE may carry an empty JSON body', async () => {
  const impUid = await issueVbank(client);
  const answer = await client.delete(`/vbanks/${impUid}?pg_api_key=ItEQKi3rY7uvDS8l`, {
    'content-type': 'application/json',
  });
  assert.equal(answer.response?.status, 'failed', answer.text);
  assert.ok(!(await everythingStored(sandbox.database)).includes('ItEQKi3rY7uvDS8l'));
});

test('a deposited account is refunded in parts to an account that the caller names each time', async () => {
  const impUid = await depositedVbank(client, 5000);
  for (const name of ['refund_holder', 'refund_bank', 'refund_account']) {
    const refused = await cancel({ imp_uid: impUid, ...refundAccount, [name]: ' ' });
    assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'refund_account_missing']);
    assert.ok(refused.message?.includes(`(${name})`));
  }
  // An account of 14 digits that its bank writes in 17 characters.
  const written = { refund_account: '056-076923-01-017', refund_tel: '010 - 1234 - 5678' };
  const part = await cancel({ imp_uid: impUid, amount: 2000, ...refundAccount, ...written });
  assert.deepEqual([part.response.status, part.response.cancel_amount], ['cancelled', 2000]);
  assert.equal((await cancel({ imp_uid: impUid })).error, 'refund_account_missing');
  assert.equal((await cancel({ imp_uid: impUid, ...refundAccount })).response.cancel_amount, 5000);
  await assertBooksAgree(client, impUid);
});

test('a refund account must have digits and hyphens at a bank that the gateway knows', async () => {
  const impUid = await depositedVbank(client);
  for (const change of [
    { refund_bank: '999' },
    { refund_account: '12345678a' },
    { refund_account: '12' },
    { refund_account: '-12345678' },
    { refund_account: '123 456 789' },
    { refund_tel: 'call me' },
  ]) {
    const refused = await cancel({ imp_uid: impUid, ...refundAccount, ...change });
    assert.deepEqual([refused.status, refused.error], [200, 'refund_account_invalid'], JSON.stringify(change));
    assert.ok(refused.message?.includes(`(${Object.keys(change)[0]})`));
  }
  assert.deepEqual((await bookOf(client, impUid)).cancels, []);
});

test("a deposited account is refunded to a bank by the gateway's own code, which is shown as KFTC's", async () => {
  for (const [pg_provider, own, kftc] of [
    ['html5_inicis', '88', '088'],
    ['inicis', '11', '011'],
    ['kcp', 'BK88', '088'],
    ['kcp', 'bk04', '004'],
    ['daou', '10', '088'],
    ['daou', '11', '023'],
    ['tosspayments', '06', '004'],
    ['tosspayments', 's0', '209'],
    ['welcome', 'D1', '209'],
    ['settle', '04', '004'],
    ['nice', '88', '088'],
    ['nice_v2', '20', '020'],
    ['kicc', '256', '265'],
    ['kicc', '030', '007'],
    ['danal_tpay', '71', '071'],
    ['smartro', '92', '092'],
    ['smartro_v2', '04', '004'],
    ['ksnet', '88', '088'],
  ] as const) {
    const impUid = await depositedAt(pg_provider);
    const account = { ...refundAccount, refund_bank: own, refund_tel: '010-1234-5678' };
    const refunded = await cancel({ imp_uid: impUid, ...account });
    assert.equal(refunded.code, 0, `${pg_provider} ${own}: ${refunded.text}`);
    const { list } = (await client.get('/cancellations?limit=1')).response;
    assert.deepEqual([list[0].imp_uid, list[0].refund_bank], [impUid, kftc], `${pg_provider} ${own}`);
  }
});

test("a bank code of nobody, or of another gateway's, is refused and nothing moves", async () => {
  for (const [pg_provider, ...codes] of [
    ['html5_inicis', 'BK88', '99', 'D1', '8'],
    ['kcp', '88', 'BK99'],
    ['daou', '20', '88', '090'],
    ['tosspayments', '04', 'BK04'],
    ['settle', '99', '06'],
    // KICC writes 신한은행 as 026 where it issues accounts; for KFTC that is 서울은행.
    ['kicc', '026'],
  ] as const) {
    const impUid = await depositedAt(pg_provider);
    for (const refund_bank of codes) {
      const refused = await cancel({ imp_uid: impUid, ...refundAccount, refund_bank });
      assert.deepEqual(
        [refused.status, refused.error],
        [200, 'refund_account_invalid'],
        `${pg_provider} ${refund_bank}`,
      );
    }
    assert.deepEqual((await bookOf(client, impUid, pg_provider)).cancels, []);
  }
});

test("an account is issued at a bank by the gateway's own code, and shows KFTC's code and the bank's name", async () => {
  for (const [pg, own, kftc, name] of [
    ['settle', '04', '004', '국민'],
    ['tosspayments', '06', '004', '국민'],
    ['nice', '88', '088', '신한'],
  ] as const) {
    const { response, text } = await issue({ pg, vbank_code: own });
    assert.deepEqual([response?.vbank_code, response?.vbank_name?.includes(name)], [kftc, true], text);
    const kept = (await client.get(`/payments/${response.imp_uid}`)).response;
    assert.deepEqual([kept.vbank_code, kept.vbank_name], [kftc, response.vbank_name]);
  }
  const inWindow = (pg_provider: string, vbank_code: string): Promise<ApiAnswer> =>
    client.post('/sandbox/payments', { pg_provider, pay_method: 'vbank', amount: 5000, vbank_code });
  for (const [pg_provider, own, kftc] of [
    ['html5_inicis', '04', '004'],
    ['kcp', 'BK04', '004'],
    ['daou', '10', '088'],
    ['kicc', '026', '088'],
    ['welcome', '88', '088'],
  ] as const) {
    const { response, text } = await inWindow(pg_provider, own);
    assert.equal(response?.vbank_code, kftc, `${pg_provider} ${own}: ${text}`);
  }
  for (const [pg, vbank_code] of [
    ['settle', '99'],
    ['settle', '90'],
    ['tosspayments', '04'],
  ] as const) {
    assert.equal((await issue({ pg, vbank_code })).error, 'bank_unknown', `${pg} ${vbank_code}`);
  }
  assert.equal((await inWindow('kcp', '04')).error, 'sandbox_payment_refused');
});

test('a refund account that the bank does not take is a refusal of the gateway, and nothing moves', async () => {
  const impUid = await depositedVbank(client);
  const refused = await cancel({ imp_uid: impUid, ...refundAccount, refund_account: '99990000000001' });
  assert.deepEqual([refused.code, refused.error], [-1, 'cancellation_refused']);
  assert.deepEqual((await bookOf(client, impUid)).cancels, []);
  assert.equal((await cancel({ imp_uid: impUid, ...refundAccount })).code, 0);
});

test('a refund account is stored encrypted only, and shown with all but its last four digits hidden', async () => {
  const impUid = await depositedVbank(client);
  const account = { ...refundAccount, refund_account: '5567-4190-2383', refund_holder: '제갈공명동해물' };
  assert.equal((await cancel({ imp_uid: impUid, amount: 10, ...account })).code, 0);
  const [record] = (await client.get('/cancellations?limit=1')).response.list;
  assert.deepEqual([record.imp_uid, record.refund_account, record.refund_bank], [impUid, '********2383', '004']);
  const shown =
    (await client.get(`/payments/${impUid}`)).text +
    (await client.get(`/cancellations/${record.cancellation_id}`)).text;
  const stored = await everythingStored(sandbox.database);
  for (const secret of ['556741902383', '5567-4190-2383', '제갈공명동해물']) {
    for (const form of formsOf(secret)) {
      assert.ok(!shown.includes(form) && !stored.includes(form), 'the account is neither shown nor stored');
    }
  }
  const [operation] = await sandbox.database.query<{ secrets: Buffer | null }>(
    'select secrets from operations where id = $1',
    [record.cancellation_id],
  );
  assert.ok(operation?.secrets && operation.secrets.length > 40, 'it is kept, for a repeat');
});

test('an account can be changed at no gateway of this version, which the answer says', async () => {
  const impUid = await issueVbank(client);
  const refused = await client.put(`/vbanks/${impUid}`, { amount: 7000, vbank_due: inAnHour() });
  assert.deepEqual([refused.status, refused.error], [400, 'vbank_change_not_supported']);
  assert.equal((await client.put(`/vbanks/${await payByCard(client)}`, {})).error, 'vbank_not_changeable');
  assert.equal((await client.get(`/payments/${impUid}`)).response.amount, 1000);
});
