import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import {
  bring,
  buyer,
  goodsAmount,
  naver,
  naverProducts,
  orderAtNaver,
  paidAmount,
  productOrdersOf,
  standing,
  standingOf,
} from '../kit/naver-orders.ts';
import { assertBooksAgree, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let client: ApiClient;
let stranger: ApiClient;
let observed: (client: ApiClient) => ApiClient;
before(async () => {
  sandbox = await startSandbox();
  const { watch } = await observe(sandbox.url, record);
  observed = watch;
  client = watch(await sandbox.newMerchant());
  stranger = watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const paymentOf = async (impUid: string) => (await client.get(`/payments/${impUid}`)).response;
const refused = (answer: { status: number; code: number; message: string | null }) => [
  answer.status,
  answer.code,
  answer.message,
];

test('an order is paid with its delivery, and shows a product order for each option', async () => {
  const { impUid, ids } = await orderAtNaver(client, { shipping_memo: '문 앞', individual_code: 'P123456789012' });
  const payment = await paymentOf(impUid);
  assert.deepEqual([payment.amount, payment.pg_provider, payment.status], [paidAmount, 'naverco', 'paid']);
  const [medium, large, book] = await productOrdersOf(client, impUid);
  assert.match(ids[0], /^20\d{14}$/);
  assert.deepEqual(
    [medium, large, book].map((each) => [
      each?.product_id,
      each?.product_option_id,
      each?.product_option_name,
      each?.product_amount,
      each?.delivery_amount,
      each?.quantity,
    ]),
    [
      ['shirt', 'M', '사이즈: M', 7_000, 2_500, 1],
      ['shirt', 'L', '사이즈: L', 7_000, 0, 1],
      ['book', '', '', 3_000, 0, 1],
    ],
  );
  assert.deepEqual(
    { ...medium, product_order_id: 0, shipping_due: 0 },
    {
      product_order_id: 0,
      product_order_status: 'PAYED',
      claim_type: null,
      claim_status: null,
      product_id: 'shirt',
      product_name: '티셔츠',
      product_option_id: 'M',
      product_option_name: '사이즈: M',
      product_amount: 7_000,
      delivery_amount: 2_500,
      quantity: 1,
      orderer: { name: '홍길동', id: 'nav****', tel: '010-1234-5678' },
      shipping_address: {
        base: '서울특별시 종로구 세종대로 1',
        detail: null,
        postcode: '03000',
        tel1: '010-1234-5678',
        tel2: null,
        name: '홍길동',
      },
      shipping_memo: '문 앞',
      shipping_due: 0,
      individual_code: 'P123456789012',
    },
  );
  const one = await client.get(`/naver/product-orders/${ids[1]}`);
  assert.deepEqual(one.response, large);
  const byPost = await createApiClient(sandbox.url, client.token).post(`/payments/${impUid}/naver/product-orders`);
  assert.equal(byPost.response.length, 3, 'by POST, too');
});

test('delivery is paid once per parcel, not by who pays the courier, and not above the threshold', async () => {
  const order = async (amount: number, products: object[]) => {
    const made = await client.post('/sandbox/payments', {
      pg_provider: 'naverco',
      pay_method: 'point',
      amount,
      naver_products: products,
    });
    return made.response?.amount ?? made.error;
  };
  const [, book] = naverProducts;
  const apart = { ...book, shipping: { ...book.shipping, groupId: '' } };
  assert.equal(await order(6_000, [book, book]), 8_500);
  assert.equal(await order(6_000, [apart, apart]), 11_000);
  assert.equal(
    await order(3_000, [{ ...book, shipping: { ...book.shipping, feePayType: 'CASH_ON_DELIVERY' } }]),
    3_000,
  );
  assert.equal(await order(60_000, [{ ...book, quantity: 20 }]), 60_000);
  assert.equal(
    await order(5_200, [{ ...apart, supplements: [{ id: 's', name: '끈', price: 1_100, quantity: 2 }] }]),
    7_700,
  );
  assert.equal(await order(2_900, [{ ...apart, options: [{ optionQuantity: 1, optionPrice: -100 }] }]), 5_400);
  assert.equal(await order(2_999, [book]), 'parameter_invalid', 'the sum of the products is another');
  assert.equal(await order(0, [{ ...book, basePrice: 0 }]), 'amount_invalid');
  const elsewhere = { pg_provider: 'tosspayments', pay_method: 'card', amount: 3_000, naver_products: [book] };
  assert.equal((await client.post('/sandbox/payments', elsewhere)).error, 'parameter_not_supported');
});

/** What each operation needs before it, and what it makes of the product order. */
const ways: readonly (readonly [operation: string, before: readonly string[], after: string, body?: object])[] = [
  ['place', [], 'PAYED'],
  ['ship', [], 'DELIVERING'],
  ['ship', ['place', 'request_cancel'], 'DELIVERING CANCEL_REJECT'],
  ['ship', ['place'], 'DELIVERING', { delivery_method: 'NOTHING', delivery_company: null, tracking_number: null }],
  ['cancel', [], 'CANCELED CANCEL_DONE', { reason: 'SOLD_OUT' }],
  ['cancel', ['place'], 'CANCELED CANCEL_DONE', { reason: 'no such reason' }],
  ['approve-cancel', ['place', 'request_cancel'], 'CANCELED CANCEL_DONE'],
  ['request-return', ['ship'], 'DELIVERING RETURN_REQUEST'],
  ['request-return', ['ship', 'deliver'], 'DELIVERED RETURN_REQUEST'],
  [
    'request-return',
    ['ship'],
    'DELIVERING COLLECTING',
    { delivery_method: 'RETURN_DELIVERY', delivery_company: 'HANJIN', tracking_number: '55555' },
  ],
  ['approve-return', ['ship', 'request_return'], 'RETURNED RETURN_DONE', { memo: '확인', extra_charge: 0 }],
  ['approve-return', ['ship', 'request_return', 'collect', 'collect'], 'RETURNED RETURN_DONE'],
  ['reject-return', ['ship', 'request_return'], 'DELIVERING RETURN_REJECT'],
  [
    'withhold-return',
    ['ship', 'request_return'],
    'DELIVERING RETURN_REQUEST',
    { reason: 'EXTRAFEEE', extra_charge: 10 },
  ],
  ['resolve-return', ['ship', 'request_return', 'withhold-return'], 'DELIVERING RETURN_REQUEST'],
  ['approve-return', ['ship', 'request_return', 'withhold-return', 'resolve-return'], 'RETURNED RETURN_DONE'],
  ['collect-exchanged', ['ship', 'request_exchange'], 'DELIVERING COLLECT_DONE'],
  ['collect-exchanged', ['ship', 'request_exchange', 'collect'], 'DELIVERING COLLECT_DONE'],
  ['ship-exchanged', ['ship', 'request_exchange', 'collect-exchanged'], 'DELIVERING EXCHANGE_REDELIVERING'],
];

test('each operation does what its state allows, and answers with the product order as it is then', async () => {
  for (const [operation, steps, then, body = {}] of ways) {
    const { impUid, ids } = await orderAtNaver(client);
    const [id] = ids;
    await bring(client, impUid, id, ...steps);
    const done = await naver(client, impUid, operation, { product_order_id: [id], ...body });
    const what = `${operation} after ${steps.join(', ') || 'nothing'}: ${done.text}`;
    assert.equal(done.status, 200, what);
    assert.deepEqual(done.response.map(standing), [then], what);
    assert.deepEqual(await standingOf(client, impUid), [then, 'PAYED', 'PAYED'], what);
  }
});

const same = '변경을 요청한 상태가 기존과 동일';
const state = '상품 주문 상태 확인 필요';
/** What each operation is told in a state that forbids it. The texts marked [N] in the facts are Naver's. */
const forbidden: readonly (readonly [operation: string, before: readonly string[], message: string | RegExp])[] = [
  ['place', ['place'], same],
  ['place', ['ship'], state],
  ['place', ['place', 'request_cancel'], state],
  ['ship', ['ship'], state],
  ['ship', ['cancel'], state],
  ['cancel', ['ship'], state],
  ['cancel', ['cancel'], same],
  ['cancel', ['place', 'request_cancel'], state],
  ['approve-cancel', [], '취소상태 확인 필요(취소승인 불가능 주문상태)'],
  ['approve-cancel', ['cancel'], same],
  ['request-return', [], state],
  ['request-return', ['ship', 'request_exchange'], state],
  ['request-return', ['ship', 'confirm_purchase'], state],
  ['approve-return', ['ship'], /^반품 상태 확인 필요/],
  ['approve-return', ['ship', 'request_return', 'withhold-return'], /^반품 상태 확인 필요\(반품 보류/],
  ['reject-return', ['ship'], /^반품 상태 확인 필요/],
  ['withhold-return', ['ship'], /^반품 상태 확인 필요/],
  ['withhold-return', ['ship', 'request_return', 'withhold-return'], same],
  ['resolve-return', ['ship', 'request_return'], /^반품 상태 확인 필요/],
  ['collect-exchanged', ['ship'], /^교환 상태 확인 필요/],
  ['ship-exchanged', ['ship', 'request_exchange'], '교환 상태 확인 필요(재배송 처리 불가능 주문 상태)'],
];

test('each operation is told in which state it is forbidden, in words, and changes nothing', async () => {
  for (const [operation, steps, message] of forbidden) {
    const { impUid, ids } = await orderAtNaver(client);
    const [id] = ids;
    await bring(client, impUid, id, ...steps);
    const before = await standingOf(client, impUid);
    const amount = (await paymentOf(impUid)).cancel_amount;
    const answer = await naver(client, impUid, operation, { product_order_id: [id] });
    const what = `${operation} after ${steps.join(', ')}: ${answer.text}`;
    assert.deepEqual([answer.status, answer.code, answer.response], [500, -1, null], what);
    if (typeof message === 'string') assert.equal(answer.message, message, what);
    else assert.match(answer.message ?? '', message, what);
    assert.deepEqual(await standingOf(client, impUid), before, what);
    assert.equal((await paymentOf(impUid)).cancel_amount, amount, what);
  }
});

test('without ids, or with none, all are meant; some that fail make it 207, all that fail 500', async () => {
  for (const all of [{}, { product_order_id: null }, { product_order_id: [] }, { product_order_id: '' }]) {
    const { impUid, ids } = await orderAtNaver(client);
    await bring(client, impUid, ids[1], 'ship');
    const placed = await naver(client, impUid, 'place', all);
    assert.equal(placed.status, 207, placed.text);
    assert.deepEqual([placed.code, placed.message], [0, null]);
    assert.deepEqual(
      placed.response.map((order: { product_order_id: string }) => order.product_order_id),
      [ids[0], ids[2]],
    );
    assert.equal(placed.headers['x-hwanbul-failed-product-orders'], `${ids[1]}=naver_refused`);
    assert.deepEqual(refused(await naver(client, impUid, 'place', all)), [500, -1, same]);
  }
  const { impUid, ids } = await orderAtNaver(client);
  const [first, , third] = ids;
  const twice = await naver(client, impUid, 'ship', { product_order_id: [third, first, third] });
  assert.deepEqual(
    twice.response.map((order: { product_order_id: string }) => order.product_order_id),
    [third, first],
  );
  const unknown = await naver(client, impUid, 'cancel', { product_order_id: ['2024120199999999', ids[1]] });
  assert.equal(unknown.status, 207);
  assert.equal(unknown.headers['x-hwanbul-failed-product-orders'], '2024120199999999=naver_order_unknown');
  const other = await orderAtNaver(client);
  assert.equal((await naver(client, impUid, 'place', { product_order_id: [other.ids[0]] })).status, 500);
  assert.deepEqual(await standingOf(client, other.impUid), ['PAYED', 'PAYED', 'PAYED']);
});

test('each operation answers 207 where one product order allows it and another does not', async () => {
  for (const [operation, steps] of new Map(ways.map(([name, before]) => [name, before] as const))) {
    const { impUid, ids } = await orderAtNaver(client);
    await bring(client, impUid, ids[0], ...steps);
    if (['place', 'ship', 'cancel'].includes(operation)) await bring(client, impUid, ids[1], 'ship');
    const answer = await naver(client, impUid, operation, { product_order_id: [ids[1], ids[0]] });
    assert.deepEqual([answer.status, answer.code, answer.response.length], [207, 0, 1], `${operation}: ${answer.text}`);
    assert.equal(answer.response[0].product_order_id, ids[0], operation);
  }
});

test('ids come as a form and as a text as well', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  const form = new URLSearchParams([
    ['imp_uid', impUid],
    ['product_order_id[]', ids[0]],
    ['product_order_id[]', ids[1]],
  ]);
  const answer = await fetch(`${sandbox.url}/payments/${impUid}/naver/place`, {
    method: 'POST',
    headers: { authorization: client.token ?? '' },
    body: form,
  });
  assert.equal(answer.status, 200);
  assert.equal(((await answer.json()) as { response: unknown[] }).response.length, 2);
  assert.equal((await naver(client, impUid, 'place', { product_order_id: ids[2] })).status, 200);
});

test('parameters that are missing or wrong are refused with 400 before anything is asked', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  for (const [operation, body, error] of [
    ['ship', { delivery_method: null }, 'parameter_missing'],
    ['ship', { delivery_method: 'BY_PIGEON' }, 'parameter_invalid'],
    ['ship', { dispatched_at: null }, 'parameter_missing'],
    ['ship', { dispatched_at: 'yesterday' }, 'parameter_invalid'],
    ['ship', { delivery_company: 'NOBODY' }, 'parameter_invalid'],
    ['ship', { delivery_company: null }, 'parameter_missing'],
    ['ship', { tracking_number: '' }, 'parameter_missing'],
    ['ship-exchanged', { delivery_method: null }, 'parameter_missing'],
    ['ship-exchanged', { tracking_number: null }, 'parameter_missing'],
    ['request-return', { delivery_method: 'DELIVERY' }, 'parameter_invalid'],
    ['request-return', { delivery_method: 'RETURN_DELIVERY' }, 'parameter_missing'],
    ['reject-return', { memo: null }, 'parameter_missing'],
    ['withhold-return', { memo: '' }, 'parameter_missing'],
    ['withhold-return', { extra_charge: -1 }, 'parameter_invalid'],
    ['cancel', { product_order_id: { a: 1 } }, 'parameter_invalid'],
    ['place', { product_order_id: Array.from({ length: 201 }, (_, index) => `${index}`) }, 'parameter_invalid'],
  ] as const) {
    const answer = await naver(client, impUid, operation, { product_order_id: [ids[0]], ...body });
    assert.deepEqual(
      [answer.status, answer.error],
      [400, error],
      `${operation} ${JSON.stringify(body)}: ${answer.text}`,
    );
  }
  const bad = await naver(client, impUid, 'ship', { product_order_id: [ids[0]], tracking_number: '?' });
  assert.deepEqual(refused(bad), [500, -1, '배송 송장 오류(유효하지 않은 송장)']);
  assert.deepEqual(await standingOf(client, impUid), ['PAYED', 'PAYED', 'PAYED']);
});

test('each refund stands in both books and in the history, and the delivery goes back with the last one', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  await naver(client, impUid, 'cancel', { product_order_id: [ids[0]], reason: 'SOLD_OUT' });
  const first = await paymentOf(impUid);
  assert.deepEqual([first.status, first.cancel_amount, first.cancel_reason], ['cancelled', 7_000, '상품 품절']);
  await bring(client, impUid, ids[1], 'place', 'request_cancel', 'approve-cancel');
  await bring(client, impUid, ids[2], 'ship', 'request_return', 'approve-return');
  const all = await paymentOf(impUid);
  assert.deepEqual(
    all.cancel_history.map((entry: { amount: number; reason: string }) => [entry.amount, entry.reason]),
    [
      [7_000, '상품 품절'],
      [7_000, '구매자 취소 요청 승인'],
      [5_500, '반품 승인'],
    ],
  );
  assert.equal(all.cancel_amount, paidAmount);
  await assertBooksAgree(client, impUid);
  const [row] = await sandbox.database.query<{ cancelled_tax_free_minor: bigint; tax_free_minor: bigint }>(
    'select cancelled_tax_free_minor, tax_free_minor from payments where imp_uid = $1',
    [impUid],
  );
  assert.deepEqual([row?.tax_free_minor, row?.cancelled_tax_free_minor], [3_000n, 3_000n]);
  const again = await naver(client, impUid, 'cancel');
  assert.deepEqual(refused(again), [500, -1, same]);
});

test('all at once: as many cancellations as product orders, and a 207 where some were cancelled before', async () => {
  const whole = await orderAtNaver(client);
  const done = await naver(client, whole.impUid, 'cancel');
  assert.deepEqual([done.status, done.response.length], [200, 3]);
  assert.equal((await paymentOf(whole.impUid)).cancel_history.length, 3);
  await assertBooksAgree(client, whole.impUid);

  const { impUid, ids } = await orderAtNaver(client);
  await naver(client, impUid, 'cancel', { product_order_id: [ids[1]] });
  const rest = await naver(client, impUid, 'cancel');
  assert.deepEqual([rest.status, rest.response.length], [207, 2]);
  assert.equal(rest.headers['x-hwanbul-failed-product-orders'], `${ids[1]}=naver_order_refunded`);
  assert.equal((await paymentOf(impUid)).cancel_amount, paidAmount);
});

test('/payments/cancel cancels the whole order, and nothing by amount or beside a state that forbids it', async () => {
  const whole = await orderAtNaver(client);
  const part = await client.post('/payments/cancel', { imp_uid: whole.impUid, amount: 7_000 });
  assert.equal(part.error, 'partial_cancel_not_supported');
  const done = await client.post('/payments/cancel', { imp_uid: whole.impUid });
  assert.deepEqual([done.response.status, done.response.cancel_amount], ['cancelled', paidAmount]);
  assert.deepEqual(await standingOf(client, whole.impUid), Array(3).fill('CANCELED CANCEL_DONE'));
  await assertBooksAgree(client, whole.impUid);
  assert.equal((await naver(client, whole.impUid, 'cancel')).message, same);

  const shipped = await orderAtNaver(client);
  await bring(client, shipped.impUid, shipped.ids[1], 'ship');
  const answer = await client.post('/payments/cancel', { imp_uid: shipped.impUid });
  assert.equal(answer.error, 'cancellation_refused');
  assert.match(answer.message ?? '', /\/payments\/\{imp_uid\}\/naver\/cancel/);
  assert.deepEqual(await standingOf(client, shipped.impUid), ['PAYED', 'DELIVERING', 'PAYED']);
  assert.equal((await paymentOf(shipped.impUid)).status, 'paid');
});

test('what a buyer cancels before the seller has placed it, Naver refunds at once, and our book and the shop hear of it', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  const answer = await buyer(createApiClient(sandbox.url), ids[0], 'request_cancel');
  assert.equal(standing(answer.response), 'CANCELED CANCEL_DONE');
  const payment = await paymentOf(impUid);
  assert.deepEqual([payment.status, payment.cancel_amount, payment.cancel_reason], ['cancelled', 7_000, '구매자 취소']);
  await assertBooksAgree(client, impUid);
  const [cancellation] = (await client.get(`/cancellations?imp_uid=${impUid}`)).response.list;
  assert.equal(cancellation.state, 'confirmed');
  const { history } = (await client.get(`/cancellations/${cancellation.cancellation_id}`)).response;
  assert.equal(history.at(-1).by, 'gateway');
  const announced = await sandbox.database.query<{ event: string }>(
    `select o.event from outbox o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where p.imp_uid = $1 order by o.id`,
    [impUid],
  );
  assert.deepEqual(
    announced.map(({ event }) => event),
    ['paid', 'cancelled'],
  );
  // The rest goes on as if the seller had refunded the first one.
  assert.equal((await naver(client, impUid, 'cancel')).status, 207);
  assert.equal((await paymentOf(impUid)).cancel_amount, paidAmount);
  await assertBooksAgree(client, impUid);
});

test('a change of the buyer is announced, and shows at the next reading', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  const address = { base: '부산광역시 해운대구 1', postcode: '48000', tel1: '010-9999-0000', name: '임꺽정' };
  const moved = await buyer(client, ids[0], 'change_address', { address });
  assert.deepEqual(moved.response.shipping_address, { ...address, detail: null, tel2: null });
  await bring(client, impUid, ids[0], 'place', 'request_cancel', 'withdraw_claim', 'ship', 'request_exchange');
  await bring(client, impUid, ids[0], 'collect', 'collect-exchanged', 'ship-exchanged', 'deliver');
  assert.equal((await standingOf(client, impUid))[0], 'EXCHANGED EXCHANGE_DONE');
  const [announced] = await sandbox.database.query<{ count: number; statuses: string[] }>(
    `select count(*)::integer as count, array_agg(distinct o.body ->> 'status') as statuses
     from outbox o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where p.imp_uid = $1 and o.event = 'order_changed'`,
    [impUid],
  );
  assert.deepEqual([announced?.count, announced?.statuses], [6, ['paid']]);
  assert.equal((await buyer(client, ids[0], 'change_address')).error, 'parameter_missing');
  assert.equal((await buyer(client, ids[0], 'change_address', { address })).error, 'sandbox_payment_refused');
  for (const act of [
    'request_cancel',
    'request_return',
    'request_exchange',
    'withdraw_claim',
    'collect',
    'deliver',
    'confirm_purchase',
  ]) {
    assert.equal((await buyer(client, ids[0], act)).error, 'sandbox_payment_refused', act);
  }
  assert.equal((await buyer(client, 'unknown', 'deliver')).error, 'naver_order_not_found');
});

test("another merchant's orders, and payments of other gateways, are not found or are no orders", async () => {
  const { impUid, ids } = await orderAtNaver(client);
  for (const operation of [
    'cancel',
    'approve-cancel',
    'ship',
    'ship-exchanged',
    'collect-exchanged',
    'place',
    'request-return',
    'approve-return',
    'reject-return',
    'withhold-return',
    'resolve-return',
  ]) {
    const foreign = await naver(stranger, impUid, operation);
    assert.deepEqual(refused(foreign), [404, -1, '존재하지 않는 결제정보입니다.'], operation);
  }
  assert.equal((await stranger.get(`/payments/${impUid}/naver/product-orders`)).error, 'payment_not_found');
  assert.deepEqual(
    [
      (await stranger.get(`/naver/product-orders/${ids[0]}`)).status,
      (await client.get('/naver/product-orders/1')).status,
    ],
    [404, 404],
  );
  assert.equal((await buyer(stranger, ids[0], 'request_cancel')).error, 'payment_not_found');
  assert.deepEqual(await standingOf(client, impUid), ['PAYED', 'PAYED', 'PAYED']);

  const card = await payByCard(client);
  assert.deepEqual(
    [(await naver(client, card, 'place')).status, (await naver(client, card, 'place')).error],
    [400, 'naver_order_only'],
  );
  const none = await client.get(`/payments/${card}/naver/product-orders`);
  assert.deepEqual([none.status, none.error], [404, 'naver_orders_not_found']);
  const plain = await client.post('/sandbox/payments', {
    pg_provider: 'naverco',
    pay_method: 'point',
    amount: 900,
    merchant_uid: newOrder(),
  });
  assert.equal((await productOrdersOf(client, plain.response.imp_uid)).length, 1, 'an order of one product');
  assert.equal(goodsAmount, 17_000);
});

test('a merchant without a channel of the order type is told that there is none, as in live mode', async () => {
  const merchant = await sandbox.newMerchant();
  const plain = observed(merchant);
  await sandbox.database.query(
    `update channels set retired_at = now() where provider = 'naverco' and merchant_id =
       (select merchant_id from channels where channel_key = $1)`,
    [(await merchant.get('/sandbox/channels')).response[0].channel_key],
  );
  for (const path of ['/naver/product-orders/1', '/naver/reviews?from=1&to=2&review_type=general']) {
    const answer = await plain.get(path);
    assert.deepEqual([answer.status, answer.error], [400, 'naver_orders_not_available'], path);
  }
});

test('reviews are listed by kind and time, and are written once and of what has arrived', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  const write = (id: string, body: object) => client.post(`/sandbox/naver/product-orders/${id}/reviews`, body);
  const general = { review_type: 'general', score: '2', title: '좋아요', content: '안 보임' };
  assert.equal((await write(ids[0], general)).error, 'sandbox_payment_refused', 'nothing has arrived');
  for (const id of ids) await bring(client, impUid, id, 'ship', 'deliver');
  assert.equal((await write(ids[0], { ...general, score: '3' })).error, 'sandbox_payment_refused');
  assert.equal((await write(ids[0], general)).code, 0);
  assert.equal((await write(ids[0], general)).error, 'sandbox_payment_refused');
  assert.equal(
    (await write(ids[1], { review_type: 'premium', score: '13', title: '최고', content: '따뜻해요' })).code,
    0,
  );
  assert.equal((await write('1', general)).error, 'naver_order_not_found');
  const now = Math.floor(Date.now() / 1000);
  const list = async (type: string, from = now - 100, to = now + 100) =>
    (await client.get(`/naver/reviews?from=${from}&to=${to}&review_type=${type}`)).response;
  const [written] = await list('general');
  assert.deepEqual(
    { ...written, review_id: 0, created_at: 0, modified_at: 0 },
    {
      review_id: 0,
      score: '2',
      title: '좋아요',
      content: null,
      product_order_id: ids[0],
      product_id: 'shirt',
      product_name: '티셔츠',
      product_option_name: '사이즈: M',
      writer: 'nav****',
      created_at: 0,
      modified_at: 0,
    },
  );
  assert.deepEqual(
    (await list('premium')).map((each: { content: string; score: string }) => [each.score, each.content]),
    [['13', '따뜻해요']],
  );
  assert.deepEqual(await list('general', now - 200, now - 100), []);
  const channels: { pg_provider: string; channel_key: string }[] = (await client.get('/sandbox/channels')).response;
  const keyOf = (provider: string) => channels.find((channel) => channel.pg_provider === provider)?.channel_key;
  const period = `from=${now - 100}&to=${now + 100}&review_type=general`;
  assert.equal((await client.get(`/naver/reviews?${period}&channel_key=${keyOf('naverco')}`)).response.length, 1);
  for (const [query, status, error] of [
    ['', 400, 'parameter_missing'],
    [`from=${now}&to=${now}`, 400, 'parameter_missing'],
    ['from=a&to=2&review_type=general', 400, 'parameter_invalid'],
    ['from=3&to=2&review_type=general', 400, 'parameter_invalid'],
    ['from=1&to=2&review_type=loud', 400, 'parameter_invalid'],
    [`${period}&channel_key=nothing`, 200, 'channel_not_found'],
    [`${period}&channel_key=${keyOf('tosspayments')}`, 400, 'naver_order_only'],
  ] as const) {
    const answer = await client.get(`/naver/reviews?${query}`);
    assert.deepEqual([answer.status, answer.error], [status, error], query);
  }
  assert.deepEqual((await stranger.get(`/naver/reviews?${period}`)).response, []);
  await client.post('/sandbox/faults', {
    pg_provider: 'naverco',
    operation: 'inquire',
    kind: 'reject',
    message: '조회 불가',
  });
  assert.deepEqual(refused(await client.get(`/naver/reviews?${period}`)), [500, -1, '조회 불가']);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
