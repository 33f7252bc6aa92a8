import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { type Observer, observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Observer;
let client: ApiClient;
let otherMerchant: ApiClient;
let receiver: Receiver;
before(async () => {
  sandbox = await startSandbox({ settings: { ...briefLimits, turnWaitMs: 1_000 } });
  observer = await observe(sandbox.url, record);
  client = observer.watch(await sandbox.newMerchant());
  otherMerchant = observer.watch(await sandbox.newMerchant());
  receiver = await startReceiver({ after() {} });
  await client.put('/sandbox/merchant', { webhook_url: receiver.url });
});
after(async () => {
  await receiver?.close();
  await sandbox?.close();
});

const unknownId = 'imp_000000000000';
const lines = { address_line_1: '서울 강남구', address_line_2: '1층' };
const party = { name: '홍길동', tel: '010-0000-0000', addr: '서울', postcode: '48000', formed_address: lines };
const logis = { company: 'CJGLS', invoice: '680000000001', sent_at: 1_733_000_300 };
/** What any of the gateways wants. */
const everything = {
  sender: { ...party, relationship: '본인' },
  receiver: party,
  logis: { ...logis, receiving_at: '20241203', address: '부산' },
  products: [{ id: 'p1', name: '당근 10kg', amount: 10_000 }],
};
const refund = {
  refund_holder: '홍길동',
  refund_bank: '004',
  refund_account: '110123456789',
  refund_tel: '01012345678',
};

async function pay(provider = 'html5_inicis', more: object = {}): Promise<string> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: provider,
    pay_method: 'trans',
    amount: 10_000,
    escrow: true,
    ...more,
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}
const register = (impUid: string, body: object = everything): Promise<ApiAnswer> =>
  client.post(`/escrows/logis/${impUid}`, body);
const change = (impUid: string, body: object = everything): Promise<ApiAnswer> =>
  client.put(`/escrows/logis/${impUid}`, body);
const cancel = (impUid: string, more: object = {}): Promise<ApiAnswer> =>
  client.post('/payments/cancel', { imp_uid: impUid, ...refund, ...more });
async function decide(impUid: string, decision: string, reason?: string): Promise<void> {
  const answer = await client.post(`/sandbox/escrows/${impUid}/decision`, { decision, reason });
  assert.equal(answer.code, 0, answer.text);
}
async function fault(kind: string, provider = 'html5_inicis'): Promise<void> {
  await client.post('/sandbox/faults', { pg_provider: provider, operation: 'register_shipping', kind });
}
async function escrowInBook(impUid: string, provider = 'html5_inicis') {
  const { escrows } = (await client.get(`/sandbox/books/${provider}?imp_uid=${impUid}`)).response;
  return escrows[0];
}
const eventsOf = (impUid: string) =>
  receiver.received
    .map(({ body }) => JSON.parse(body))
    .filter((body) => body.imp_uid === impUid && body.event !== undefined);

test('the shipping of an escrow payment is registered, shown and changed at every gateway that has it', async () => {
  for (const provider of ['html5_inicis', 'daou', 'ksnet', 'smartro_v2', 'welcome', 'kcp', 'nice_v2']) {
    const impUid = await pay(provider);
    assert.equal((await client.get(`/payments/${impUid}`)).response.escrow, true);
    const empty = await client.get(`/escrows/logis/${impUid}`);
    assert.deepEqual([empty.status, empty.code, empty.error], [409, -1, 'shipping_not_registered']);
    const registered = await register(impUid);
    assert.equal(registered.code, 0, `${provider}: ${registered.text}`);
    const { applied_at, ...rest } = registered.response;
    assert.deepEqual(rest, { company: 'CJGLS', invoice: '680000000001', sent_at: 1_733_000_300 });
    assert.ok(applied_at > 1_733_000_300);
    assert.deepEqual((await client.get(`/escrows/logis/${impUid}`)).response, registered.response);
    const again = await register(impUid);
    assert.deepEqual([again.status, again.error], [409, 'shipping_registered_before']);
    const changed = await change(impUid, { ...everything, logis: { ...everything.logis, invoice: '999' } });
    if (provider === 'kcp' || provider === 'nice_v2') {
      assert.deepEqual([changed.status, changed.message], [400, '현재 지원되지 않는 PG사입니다.'], provider);
    } else {
      assert.equal(changed.response?.invoice, '999', `${provider}: ${changed.text}`);
    }
    assert.equal((await escrowInBook(impUid, provider)).status, 'shipped');
  }
});

test('what is wanted differs by gateway, and what is missing is named', async () => {
  const bare = { logis };
  const { sent_at: _sentAt, ...undated } = logis;
  for (const [provider, body, missing] of [
    ['html5_inicis', bare, 'sender[name]'],
    ['html5_inicis', { ...everything, receiver: { ...party, addr: '' } }, 'receiver[addr]'],
    ['kcp', { logis: undated }, 'logis[sent_at]'],
    ['kcp', { logis: { ...logis, company: '' } }, 'logis[company]'],
    ['kcp', { logis: { ...logis, invoice: ' ' } }, 'logis[invoice]'],
    ['daou', bare, 'logis[receiving_at]'],
    [
      'smartro_v2',
      { ...everything, sender: { ...party, formed_address: {} } },
      'sender[formed_address][address_line_1]',
    ],
    ['welcome', { ...everything, products: [] }, 'products'],
  ] as const) {
    const answer = await register(await pay(provider), body);
    assert.deepEqual([answer.status, answer.error], [400, 'parameter_missing'], `${provider}: ${answer.text}`);
    assert.ok(answer.message?.includes(missing), `${missing}: ${answer.message}`);
  }
  // Without a date at daou, and with an unknown courier anywhere.
  const undatedOne = await register(await pay('daou'), {
    ...everything,
    logis: { ...undated, company: 'HORSE', receiving_at: '20241203', address: '부산' },
  });
  assert.deepEqual([undatedOne.response.company, undatedOne.response.sent_at > 0], ['ETC', true]);
  const older = await register(await pay('kcp'), { logis: { ...logis, company: 'LOGEN' } });
  assert.equal(older.response.company, 'LOGEN');
  for (const body of [{ logis: { ...logis, sent_at: 'today' } }, { logis: { ...logis, receiving_at: '2024' } }]) {
    assert.equal((await register(await pay('kcp'), body)).error, 'parameter_invalid');
  }
  for (const currency of ['WON', '㉵']) {
    const products = [{ id: 'p1', name: '당근 10kg', amount: 10_000, currency }];
    assert.equal((await register(await pay('welcome'), { ...everything, products })).error, 'currency_not_supported');
  }
});

test('a form with brackets is read as the JSON is', async () => {
  const impUid = await pay('kcp');
  const answer = await fetch(`${sandbox.url}/escrows/logis/${impUid}`, {
    method: 'POST',
    headers: { authorization: client.token ?? '' },
    body: new URLSearchParams({ 'logis[company]': 'HANJIN', 'logis[invoice]': '1', 'logis[sent_at]': '1733000300' }),
  });
  const { response } = (await answer.json()) as { response: { company: string } };
  assert.equal(response.company, 'HANJIN');
});

test('payments that are unknown, without escrow, not paid, cancelled or decided are refused, each in its words', async () => {
  for (const answer of [
    await register(unknownId),
    await change(unknownId),
    await client.get(`/escrows/logis/${unknownId}`),
    await otherMerchant.get(`/escrows/logis/${await pay()}`),
    await otherMerchant.post(`/escrows/logis/${await pay()}`, everything),
    await otherMerchant.put(`/escrows/logis/${await pay()}`, everything),
  ]) {
    assert.deepEqual([answer.status, answer.code, answer.message], [404, -1, '존재하지 않는 결제정보입니다.']);
  }
  const atToss = await payByCard(client);
  for (const answer of [await register(atToss), await change(atToss), await client.get(`/escrows/logis/${atToss}`)]) {
    assert.deepEqual([answer.status, answer.code, answer.message], [400, -1, '현재 지원되지 않는 PG사입니다.']);
  }
  const ordinary = await pay('html5_inicis', { escrow: false });
  const waiting = await pay('html5_inicis', { pay_method: 'vbank', vbank_code: '004' });
  const cancelled = await pay();
  assert.equal((await cancel(cancelled)).code, 0);
  const confirmed = await pay();
  await register(confirmed);
  await decide(confirmed, 'confirmed');
  for (const answer of [
    await register(ordinary),
    await register(waiting),
    await register(cancelled),
    await register(confirmed),
    await change(confirmed),
  ]) {
    assert.deepEqual(
      [answer.status, answer.code, answer.message],
      [409, -1, '해당거래건은 배송정보를 등록할 수 없습니다.'],
    );
  }
  assert.equal((await change(await pay())).error, 'shipping_not_registered');
  const atTossInWindow = await client.post('/sandbox/payments', {
    pg_provider: 'tosspayments',
    pay_method: 'trans',
    amount: 1000,
    escrow: true,
  });
  assert.equal(atTossInWindow.error, 'not_supported_by_gateway');
});

test("the gateway's own refusal is passed on, and a lost answer is cleared up: registered once", async () => {
  const impUid = await pay();
  await fault('reject');
  const refused = await register(impUid);
  assert.deepEqual([refused.status, refused.error], [500, 'shipping_refused']);
  assert.equal((await register(impUid)).code, 0);
  await fault('reject');
  const unchanged = await change(impUid);
  assert.deepEqual([unchanged.status, unchanged.error], [500, 'shipping_refused']);
  for (const kind of ['lost_answer', 'garbage', 'disconnect', 'http_500', 'timeout']) {
    const each = await pay();
    await fault(kind);
    const registered = await register(each);
    assert.equal(registered.code, 0, `${kind}: ${registered.text}`);
    assert.equal((await escrowInBook(each)).status, 'shipped', kind);
  }
});

test('of simultaneous registrations one is made, and a cancel and a registration never pass each other', async () => {
  const impUid = await pay('ksnet');
  const answers = await Promise.all([1, 2, 3, 4].map(() => register(impUid)));
  assert.deepEqual(answers.map(({ error }) => error ?? 'done').sort(), [
    'done',
    'shipping_registered_before',
    'shipping_registered_before',
    'shipping_registered_before',
  ]);
  for (let i = 0; i < 5; i++) {
    const raced = await pay();
    const [registered, cancelled] = await Promise.all([register(raced), cancel(raced)]);
    const won = [registered, cancelled].filter(({ code }) => code === 0).length;
    assert.equal(won, 1, `${registered.text} ${cancelled.text}`);
    const { status } = (await client.get(`/payments/${raced}`)).response;
    assert.equal(status, cancelled.code === 0 ? 'cancelled' : 'paid');
  }
});

test('an escrow payment is cancelled as a whole, before its goods are sent or after the buyer has refused them', async () => {
  const unshipped = await pay();
  assert.equal((await cancel(unshipped, { amount: 1_000 })).error, 'partial_cancel_not_supported');
  assert.equal((await cancel(unshipped)).response.status, 'cancelled');

  const shipped = await pay();
  const registered = await register(shipped);
  assert.equal((await cancel(shipped)).error, 'cancel_escrow_not_possible');
  await decide(shipped, 'refused', '상품 파손');
  assert.equal((await cancel(shipped)).response.status, 'cancelled');
  assert.deepEqual((await client.get(`/escrows/logis/${shipped}`)).response, registered.response, 'still to be seen');
  assert.equal((await escrowInBook(shipped)).status, 'cancelled');

  const taken = await pay();
  await register(taken);
  await decide(taken, 'auto_confirmed');
  assert.equal((await cancel(taken)).error, 'cancel_escrow_not_possible');
  assert.equal((await cancel(taken, { escrow_confirmed: true })).response.status, 'cancelled');
  assert.equal(
    (await client.post(`/sandbox/escrows/${taken}/decision`, { decision: 'refused' })).error,
    'sandbox_payment_refused',
  );
});

test('a gateway that tells nobody of the decision decides itself when it is asked to cancel', async () => {
  for (const provider of ['kcp', 'daou', 'smartro_v2', 'welcome']) {
    const impUid = await pay(provider);
    await register(impUid);
    const refused = await cancel(impUid);
    assert.equal(refused.error, 'cancellation_refused', `${provider}: ${refused.text}`);
    await decide(impUid, 'refused');
    const cancelled = await cancel(impUid);
    assert.equal(cancelled.response?.status, 'cancelled', `${provider}: ${cancelled.text}`);
  }
  assert.equal((await cancel(await pay('kcp'))).response.status, 'cancelled', 'by STE2');
  // NICE cancels until the buyer has taken the goods.
  const atNice = await pay('nice_v2');
  await register(atNice);
  assert.equal((await cancel(atNice)).response.status, 'cancelled');
  const takenAtNice = await pay('nice_v2');
  await register(takenAtNice);
  await decide(takenAtNice, 'confirmed');
  assert.match((await cancel(takenAtNice)).message ?? '', /에스크로 거래는 구매 또는 구매거절 시 취소가능/);
  // A merchant of Welcome cannot cancel at all before that.
  assert.equal((await cancel(await pay('welcome'))).error, 'cancel_escrow_not_possible');
});

test("i'mport's webhook tells of each change at KG INICIS, once and in order, and of none elsewhere", async () => {
  const impUid = await pay();
  const { response } = await client.get(`/payments/${impUid}`);
  await register(impUid);
  await change(impUid);
  await decide(impUid, 'refused', '상품 파손');
  await decide(impUid, 'refusal_acknowledged');
  await cancel(impUid);
  const silent = await pay('ksnet');
  await register(silent);
  await decide(silent, 'confirmed');
  const told = await eventually(async () => {
    const events = eventsOf(impUid);
    assert.equal(events.length, 4, JSON.stringify(events));
    return events;
  });
  assert.deepEqual(
    told.map(({ extra }) => extra.escrow_status),
    ['2', '4', '10', '8'],
  );
  const [, refused] = told;
  assert.deepEqual(
    [refused.event, refused.merchant_uid, refused.status, refused.extra.denied_reason],
    ['Inicis.Escrow.Changed', response.merchant_uid, 'paid', '상품 파손'],
  );
  assert.deepEqual(Object.keys(refused), ['event', 'imp_uid', 'merchant_uid', 'status', 'extra']);
  assert.deepEqual(Object.keys(refused.extra), ['escrow_status', 'changed_at', 'denied_reason']);
  assert.deepEqual(eventsOf(silent), []);
});

test('who sends to whom lies open nowhere in the database', async () => {
  const impUid = await pay();
  await register(impUid, { ...everything, receiver: { ...party, name: '제갈비밀', tel: '010-7777-6666' } });
  const rows = await sandbox.database.query<{ text: string }>('select row_to_json(o)::text as text from operations o');
  for (const { text } of rows) assert.ok(!/제갈비밀|7777-6666/.test(text));
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
