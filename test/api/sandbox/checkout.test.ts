import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createServer } from '../../../src/platform/node-http.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
let userCode: string;
/** Who has no token: a shop's page, and a buyer. */
let page: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
  userCode = (await client.get('/sandbox/merchant')).response.user_code;
  page = createApiClient(sandbox.url);
});
after(() => sandbox?.close());

const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148' };

function open(request: object, headers: Record<string, string> = {}): Promise<ApiAnswer> {
  const merchant_uid = newOrder();
  return page.post(
    '/checkout/payments',
    {
      user_code: userCode,
      request: { merchant_uid, amount: 1000, name: '당근 10kg', buyer_name: '홍길동', ...request },
    },
    headers,
  );
}

async function opened(request: object = {}, headers: Record<string, string> = {}) {
  const answer = await open(request, headers);
  assert.equal(answer.code, 0, answer.text);
  return answer.response;
}

const pay = async (token: string, choice: object = {}) => (await page.post(`/checkout/${token}/pay`, choice)).response;
const resultOf = async (token: string) => (await page.get(`/checkout/${token}/result?wait=20`)).response;
const paymentOf = async (impUid: string) => (await client.get(`/payments/${impUid}`)).response;

async function timesApproved(impUid: string, provider = 'tosspayments'): Promise<number> {
  return (await client.get(`/sandbox/books/${provider}?imp_uid=${impUid}`)).response.transactions.length;
}

describe('a window that opens', () => {
  test('has its payment wait from then on, for ever if nobody does anything', async () => {
    const { imp_uid: impUid, token, way, url } = await opened({ amount: '1500', custom_data: { cart: [1] } });
    assert.match(impUid, /^imp_\d{12}$/);
    assert.deepEqual([way, url], ['iframe', `${sandbox.url}/checkout/${token}`]);
    const payment = await paymentOf(impUid);
    assert.deepEqual([payment.status, payment.amount, payment.channel], ['ready', 1500, 'pc']);
    assert.deepEqual(await resultOf(token.replace(/.$/, 'x')), null);
    const { response } = await client.get(`/webhooks?imp_uid=${impUid}`);
    assert.deepEqual(response.list, [], 'nobody is told of it');
  });

  test('belongs to the merchant of the user code, a sub-store of theirs, or the demo merchant', async () => {
    assert.equal((await open({})).code, 0);
    for (const code of ['iamport', 'imp00000000']) {
      const demo = await page.post('/checkout/payments', { user_code: code, request: { amount: 1000 } });
      assert.match(demo.response.merchant_uid, /^nobody_\d+$/);
      assert.equal((await (await sandbox.demo()).get(`/payments/${demo.response.imp_uid}`)).code, 0);
    }
    const unknown = await page.post('/checkout/payments', { user_code: 'imp99999999', request: { amount: 1000 } });
    assert.deepEqual([unknown.status, unknown.error], [404, 'user_code_unknown']);
    assert.equal(unknown.response.error_code, 'USER_CODE_UNKNOWN');
    await client.put('/sandbox/tiers/ABC');
    const ofTier = await page.post('/checkout/payments', {
      user_code: userCode,
      tier_code: 'ABC',
      request: { amount: 1000 },
    });
    assert.equal((await client.get(`/payments/${ofTier.response.imp_uid}`)).error, 'payment_not_found');
    assert.equal((await client.get(`/payments/${ofTier.response.imp_uid}`, { tier: 'ABC' })).code, 0);
  });

  test('goes by channel key, by gateway and MID, by gateway; a name of nobody means the default channel', async () => {
    const { data } = (await (await fetch(`${sandbox.url}/users/pg/${userCode}`)).json()) as {
      data: { pg_provider: string; pg_id: string; channel_key: string; type: string }[];
    };
    const [first] = data;
    assert.deepEqual([first?.pg_provider, first?.type], ['tosspayments', 'payment']);
    const kicc = data.find(({ pg_provider }) => pg_provider === 'kicc');
    assert.ok(kicc);
    for (const [named, provider] of [
      [{ channelKey: kicc.channel_key, pg: 'nice' }, 'kicc'],
      [{ pg: `kicc.${kicc.pg_id}` }, 'kicc'],
      [{ pg: 'kicc.another' }, 'kicc'],
      [{ pg: 'nobody' }, 'tosspayments'],
      [{}, 'tosspayments'],
    ] as const) {
      assert.equal((await opened(named)).pg_provider, provider);
    }
    const unknown = await open({ channelKey: 'channel-key-of-nobody' });
    assert.deepEqual([unknown.error, unknown.response.error_code], ['channel_not_found', 'F1001']);
  });

  test('is shown as i’mport shows the gateway on the device', async () => {
    const back = { m_redirect_url: 'https://shop.test/done?a=1#top' };
    for (const [request, headers, way] of [
      [{ pg: 'nice_v2' }, {}, 'iframe'],
      [{ pg: 'payco' }, {}, 'popup'],
      [{ pg: 'tosspay' }, {}, 'popup'],
      [{ pg: 'eximbay', currency: 'USD', pay_method: 'card' }, {}, 'popup'],
      [{ pg: 'naverpay', naverPopupMode: true, ...back }, {}, 'popup'],
      [{ pg: 'naverpay', naverPopupMode: false, ...back }, {}, 'redirect'],
      [{ pg: 'nice_v2', ...back }, phone, 'redirect'],
      [{ pg: 'danal_tpay', ...back }, phone, 'iframe'],
      [{ pg: 'payco', ...back }, phone, 'iframe'],
      [{ pg: 'mobilians', pay_method: 'phone', ...back }, phone, 'iframe'],
      [{ pg: 'html5_inicis', customer_uid: 'c', amount: 0, ...back }, phone, 'iframe'],
    ] as const) {
      assert.equal((await opened(request, headers)).way, way, JSON.stringify(request));
    }
  });

  test('takes a wallet within a gateway by its name, and the default method at a gateway that is a wallet', async () => {
    const samsung = await opened({ pay_method: 'samsung' });
    assert.equal((await pay(samsung.token)).ended.result.emb_pg_provider, 'samsung');
    const kakao = await opened({ pg: 'kakaopay' });
    assert.equal((await pay(kakao.token)).ended.result.success, true);
    const none = await open({ pg: 'jtnet', pay_method: 'phone' });
    assert.equal(none.error, 'not_supported_by_gateway');
  });

  test('is of the channel that its order falls to in a group', async () => {
    const { data } = (await (await fetch(`${sandbox.url}/users/pg/${userCode}`)).json()) as {
      data: { pg_provider: string; channel_key: string }[];
    };
    const channels = data
      .filter(({ pg_provider }) => ['kicc', 'nice_v2'].includes(pg_provider))
      .map(({ channel_key }) => ({ channel_key, weight: 1 }));
    const group = await client.put('/sandbox/channel-groups/window-group', { channels });
    assert.equal(group.code, 0, group.text);
    const merchant_uid = newOrder();
    const asked = { channelGroupId: 'window-group', pg: 'kakaopay', merchant_uid };
    const providers = await Promise.all([1, 2, 3].map(async () => (await opened(asked)).pg_provider));
    assert.ok(['kicc', 'nice_v2'].includes(providers[0]));
    assert.equal(new Set(providers).size, 1);
    assert.equal((await open({ channelGroupId: 'nobody' })).response.error_code, 'F1001');
  });

  test('is refused for an order that is paid, another amount than announced, a currency that is not taken, nonsense', async () => {
    const order = newOrder();
    const first = await opened({ merchant_uid: order });
    await pay(first.token);
    const again = await open({ merchant_uid: order });
    assert.equal(again.error, 'order_already_paid');
    assert.deepEqual(again.response, {
      success: false,
      imp_success: false,
      imp_uid: null,
      merchant_uid: order,
      pay_method: 'card',
      pg_type: 'payment',
      error_code: 'F1002',
      error_msg: '이미 결제가 이루어진 거래건입니다.',
      redirect_url: null,
    });
    const announced = newOrder();
    await client.post('/payments/prepare', { merchant_uid: announced, amount: 2000 });
    assert.equal((await open({ merchant_uid: announced })).error, 'prepare_amount_differs');
    assert.equal((await open({ merchant_uid: announced, amount: 2000 })).code, 0);
    assert.equal((await open({ currency: 'XXX' })).error, 'currency_not_supported');
    assert.equal((await open({ currency: 'USD' })).error, 'currency_not_supported');
    assert.equal((await open({ amount: 'many' })).error, 'amount_invalid');
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'not an address']) {
      assert.equal((await open({ m_redirect_url: address })).error, 'parameter_invalid', address);
    }
  });

  test('for an order that was given back is refused as the API refuses it: not any more once all of it was', async () => {
    const merchant_uid = newOrder();
    const first = await opened({ merchant_uid });
    await pay(first.token);
    await client.post('/payments/cancel', { imp_uid: first.imp_uid, amount: 400 });
    const parts = await open({ merchant_uid });
    assert.deepEqual([parts.error, parts.response.error_code], ['order_already_paid', 'F1002']);
    await client.post('/payments/cancel', { imp_uid: first.imp_uid });
    const again = await opened({ merchant_uid });
    const other = await opened({ merchant_uid });
    const onetime = { merchant_uid, amount: 1000, ...goodCard };
    assert.equal((await pay(again.token)).ended.result.success, true);
    // From then on it is paid again, for whoever asks.
    assert.equal((await page.post(`/checkout/${other.token}/pay`, {})).error, 'order_already_paid');
    assert.equal((await open({ merchant_uid })).response.error_code, 'F1002');
    assert.equal((await client.post('/subscribe/payments/onetime', onetime)).error, 'order_already_paid');
    await client.post('/payments/cancel', { imp_uid: again.imp_uid });
    assert.equal((await client.post('/subscribe/payments/onetime', onetime)).response?.status, 'paid');
    const { list } = (await client.get(`/payments/findAll/${merchant_uid}`)).response;
    assert.deepEqual(list.map(({ status }: { status: string }) => status).toSorted(), [
      ...['cancelled', 'cancelled', 'paid', 'ready'],
    ]);
  });

  test('that a telephone asks for and that is refused is told by coming back, too', async () => {
    const refused = await open({ amount: 'x', m_redirect_url: 'myapp://pay?step=2#end' }, phone);
    const { redirect_url: back, merchant_uid: order, error_msg: message } = refused.response;
    assert.equal(
      back,
      `myapp://pay?step=2&merchant_uid=${order}&imp_success=false&error_code=AMOUNT_INVALID&error_msg=${encodeURIComponent(message)}#end`,
    );
  });

  test('that is refused names its order, though that be a number, or half of it no text', async () => {
    const back = { m_redirect_url: 'https://shop.test/', amount: 'x' };
    const byNumber = await open({ ...back, merchant_uid: 1234 }, phone);
    assert.equal(byNumber.response.merchant_uid, '1234');
    const halved = await open({ ...back, merchant_uid: `${'a'.repeat(199)}😀` }, phone);
    assert.deepEqual([halved.status, halved.error], [400, 'parameter_too_long']);
    assert.match(halved.response.redirect_url, /merchant_uid=a{199}%EF%BF%BD&imp_success=false/);
  });

  test('takes texts that are longer than the gateways’, and cuts none in the middle of a character', async () => {
    const name = '긴 이름의 상품 '.repeat(20);
    const buyer_name = 'Christopher Alexander Montgomery';
    const { imp_uid: impUid, token } = await opened({ name, buyer_name, period: { text: `${'가'.repeat(99)}😀` } });
    const payment = await paymentOf(impUid);
    assert.deepEqual([payment.name, payment.buyer_name], [name, buyer_name]);
    const shown = (await page.get(`/checkout/${token}/window`)).response;
    assert.equal(shown.order.period.text, `${'가'.repeat(99)}\ufffd`);
  });

  test('straight to a card company that the gateway does not have offers all that it has', async () => {
    const { token } = await opened({ card: { direct: { code: '999', quota: 0 } } });
    const { card } = (await page.get(`/checkout/${token}/window`)).response;
    assert.equal(card.preset, null);
    assert.ok(card.issuers.length > 3);
    assert.equal((await pay(token, { card: { code: '366', quota: 0 } })).ended.result.success, true);
  });
});

describe('a buyer who pays', () => {
  test('is charged once, however often the button is pressed and in however many tabs', async () => {
    const { token, imp_uid: impUid } = await opened({ amount: 60_000 });
    const shown = (await page.get(`/checkout/${token}/window`)).response;
    assert.deepEqual(shown.card.quotas, [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.ok(shown.card.issuers.some(({ code }: { code: string }) => code === '366'));
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => pay(token, { card: { code: '366', quota: 3 } })),
    );
    assert.ok(answers.every(({ state }) => state === 'ended' || state === 'working'));
    const { ended } = await resultOf(token);
    assert.deepEqual([ended.result.success, ended.result.imp_uid, ended.result.status], [true, impUid, 'paid']);
    assert.ok(!('error_code' in ended.result));
    assert.equal(await timesApproved(impUid), 1);
    assert.equal((await paymentOf(impUid)).status, 'paid');
    const { list } = await eventually(async () => {
      const found = (await client.get(`/webhooks?imp_uid=${impUid}`)).response;
      assert.ok(found.list.every(({ state }: { state: string }) => state !== 'waiting'));
      return found;
    });
    assert.deepEqual(list, [], 'the merchant has no webhook_url');
  });

  test('pays an order once, in however many windows it was opened', async () => {
    const merchant_uid = newOrder();
    const windows = await Promise.all(Array.from({ length: 6 }, () => opened({ merchant_uid })));
    const answers = await Promise.all(windows.map(({ token }) => page.post(`/checkout/${token}/pay`, {})));
    const paid = answers.filter(({ response }) => response?.ended?.result.success === true);
    assert.equal(paid.length, 1);
    const others = answers.filter((answer) => !paid.includes(answer));
    assert.ok(others.every(({ error }) => error === 'order_already_paid'));
    const times = await Promise.all(windows.map(({ imp_uid }) => timesApproved(imp_uid)));
    assert.equal(
      times.reduce((sum, each) => sum + each, 0),
      1,
    );
  });

  test('is given an account that waits for its deposit', async () => {
    const { token, imp_uid: impUid } = await opened({ pay_method: 'vbank', vbank_due: '2049-12-31' });
    const shown = (await page.get(`/checkout/${token}/window`)).response;
    assert.ok(shown.banks.length > 3);
    const { ended } = await pay(token, { bank_code: '088' });
    const { success, status, paid_amount, vbank_num, vbank_name, vbank_date, paid_at } = ended.result;
    assert.deepEqual([success, status, paid_amount, paid_at], [true, 'ready', 1000, 0]);
    assert.deepEqual([vbank_name, vbank_date], ['신한은행', Date.UTC(2049, 11, 31, 14, 59, 59) / 1000]);
    assert.match(vbank_num, /\d{5}/);
    const leave = await page.post(`/checkout/${token}/leave`, { why: 'closed' });
    assert.equal(leave.response.ended.result.success, true, 'an account stays issued');
    assert.equal((await client.post(`/sandbox/vbanks/${impUid}/deposit`)).response.status, 'paid');
  });

  test('registers a card, and the shop charges it later', async () => {
    const customerUid = newOrder('customer');
    const { token, imp_uid: impUid } = await opened({ pg: 'html5_inicis', customer_uid: customerUid, amount: 0 });
    const shown = (await page.get(`/checkout/${token}/window`)).response;
    assert.deepEqual([shown.order.is_key, shown.order.pays], [true, false]);
    const { ended } = await pay(token);
    assert.deepEqual([ended.result.success, ended.result.customer_uid], [true, customerUid]);
    const key = await client.get(`/subscribe/customers/${customerUid}`);
    assert.equal(key.response.customer_uid, customerUid, key.text);
    assert.equal((await paymentOf(impUid)).customer_uid_usage, 'issue');
    const charge = { customer_uid: customerUid, merchant_uid: newOrder(), amount: 3000, name: '정기결제' };
    assert.equal((await client.post('/subscribe/payments/again', charge)).response.status, 'paid');
  });

  test('pays at every gateway that has a window, and the payment is cancelled afterwards', async () => {
    const { data } = (await (await fetch(`${sandbox.url}/users/pg/${userCode}`)).json()) as {
      data: { pg_provider: string; type: string }[];
    };
    const without = ['galaxia', 'kcp_quick'];
    const providers = [...new Set(data.filter(({ type }) => type === 'payment').map(({ pg_provider }) => pg_provider))];
    const results = await Promise.all(
      providers
        .filter((provider) => !without.includes(provider))
        .map(async (pg) => {
          const capabilities = (await client.get(`/capabilities`)).response;
          const known = JSON.stringify(capabilities).includes(pg);
          assert.ok(known, pg);
          const foreign = ['paypal', 'paypal_v2', 'eximbay', 'alipay'].includes(pg);
          const window = await open({ pg, amount: foreign ? 20 : 1000, ...(foreign ? { currency: 'USD' } : {}) });
          if (window.code !== 0) return `${pg}: ${window.text}`;
          const { token, imp_uid } = window.response;
          const paid = await page.post(`/checkout/${token}/pay`, {});
          const { ended } = paid.response ?? {};
          if (ended?.result.success !== true) return `${pg}: ${paid.text}`;
          const cancelled = await client.post('/payments/cancel', { imp_uid });
          return cancelled.code === 0 ? undefined : `${pg}: ${cancelled.text}`;
        }),
    );
    assert.deepEqual(
      results.filter((each) => each !== undefined),
      [],
    );
  });

  test('comes back to the shop with what came of it behind the shop’s own query', async () => {
    const { token, imp_uid, merchant_uid } = await opened({ m_redirect_url: 'https://shop.test/done?a=1#top' }, phone);
    const early = await fetch(`${sandbox.url}/checkout/${token}/return`, { redirect: 'manual' });
    assert.deepEqual([early.status, early.headers.get('location')], [303, `/checkout/${token}`]);
    await pay(token);
    const back = await fetch(`${sandbox.url}/checkout/${token}/return`, { redirect: 'manual' });
    assert.equal(back.status, 303);
    assert.equal(
      back.headers.get('location'),
      `https://shop.test/done?a=1&imp_uid=${imp_uid}&merchant_uid=${merchant_uid}&imp_success=true#top`,
    );
    const nowhere = await opened({}, phone);
    await page.post(`/checkout/${nowhere.token}/leave`, {});
    const landing = await fetch(`${sandbox.url}/checkout/${nowhere.token}/return`, { redirect: 'manual' });
    assert.match(
      landing.headers.get('location') ?? '',
      /^\/payments\/fail\?imp_uid=imp_\d{12}&success=false&error_msg=/,
    );
    const shown = await fetch(new URL(landing.headers.get('location') ?? '', sandbox.url));
    assert.match(await shown.text(), /사용자가 결제를 취소하셨습니다/);
  });
});

describe('the page of the shop', () => {
  test('gets its custom_data as it gave it', async () => {
    const own = [{ cart: [1] }, [1, 2], 12, '12', '{"cart":[1]}', 'plain', 'null', true];
    const told = await Promise.all(
      own.map(async (custom_data) => (await pay((await opened({ custom_data })).token)).ended.result.custom_data),
    );
    assert.deepEqual(told, own);
  });

  test('is come back to at any address that browsers take', async () => {
    const given = [
      [' https://shop.test/주문 완료?상품=당근\n&a=%20 #맨 위 ', 'https://shop.test/', '상품=당근&a=%20%20&', '#맨 위'],
      ['myapp://결제', 'myapp://', 'imp_uid=', ''],
    ] as const;
    for (const [m_redirect_url, start, query, hash] of given) {
      const { token } = await opened({ m_redirect_url }, phone);
      await pay(token);
      const back = await fetch(`${sandbox.url}/checkout/${token}/return`, { redirect: 'manual' });
      const location = back.headers.get('location') ?? '';
      assert.equal(back.status, 303);
      assert.match(location, /^[!-~]+$/);
      assert.ok(location.startsWith(start), location);
      assert.ok(location.includes(query.replace(/[가-힣]+/g, encodeURIComponent)), location);
      assert.ok(location.endsWith(hash.replace(/[^#]+/g, encodeURIComponent)), location);
      assert.equal((await resultOf(token)).ended.redirect_url, location);
    }
  });
});

describe('a payment that does not come about', () => {
  test('has failed when the buyer leaves, in the words that apps compare, and can not be paid any more', async () => {
    const { token, imp_uid: impUid } = await opened();
    const left = (await page.post(`/checkout/${token}/leave`, { why: 'cancelled' })).response.ended;
    assert.deepEqual(
      [left.result.success, left.result.imp_uid, left.result.error_code, left.result.error_msg, left.redirect_url],
      [false, impUid, 'USER_CANCEL', '사용자가 결제를 취소하셨습니다', null],
    );
    assert.deepEqual(await pay(token).then(({ state, ended }) => [state, ended.result.success]), ['ended', false]);
    assert.equal(await timesApproved(impUid), 0);
    assert.equal((await paymentOf(impUid)).fail_reason, '사용자가 결제를 취소하셨습니다');
    const kakao = await opened({ pg: 'kakaopay' });
    const { ended } = (await page.post(`/checkout/${kakao.token}/leave`, {})).response;
    assert.equal(ended.result.error_msg, '[결제포기] 사용자가 결제를 취소하셨습니다');
  });

  test('has failed with the gateway’s code and words when the gateway declines', async () => {
    const { token, imp_uid: impUid } = await opened();
    const tester = { do: 'decline', code: 'EXCEED_MAX_AMOUNT', message: '거래금액 한도를 초과했습니다.' };
    const { ended } = await pay(token, { tester });
    assert.deepEqual(
      [ended.result.success, ended.result.error_code, ended.result.error_msg],
      [false, 'EXCEED_MAX_AMOUNT', '거래금액 한도를 초과했습니다.'],
    );
    const payment = await paymentOf(impUid);
    assert.deepEqual([payment.status, payment.fail_reason], ['failed', '거래금액 한도를 초과했습니다.']);
    assert.equal((await opened({ merchant_uid: payment.merchant_uid })).merchant_uid, payment.merchant_uid);
  });

  test('is a payment all the same when the answer was lost, or came late', async () => {
    for (const tester of [{ do: 'lose_answer' }, { do: 'approve_late', seconds: 2 }]) {
      const { token, imp_uid: impUid } = await opened();
      const now = await pay(token, { tester });
      assert.ok(now.state === 'working' || now.ended.result.success, JSON.stringify(now.state));
      const { ended } = await resultOf(token);
      assert.equal(ended.result.success, true, tester.do);
      assert.equal(await timesApproved(impUid), 1);
    }
  });

  test('is not asked for when the buyer agreed on another amount', async () => {
    const { token, imp_uid: impUid } = await opened();
    const { ended } = await pay(token, { tester: { do: 'other_amount', amount: 900 } });
    assert.deepEqual([ended.result.success, ended.result.error_code], [false, 'AMOUNT_DIFFERS']);
    assert.equal(await timesApproved(impUid), 0);
    assert.equal((await paymentOf(impUid)).status, 'failed');
  });

  test('goes by what its tester wants of it alone: a wish for an approval that is refused for its order is forgotten', async () => {
    const merchant_uid = newOrder();
    const [first, second] = [await opened({ merchant_uid }), await opened({ merchant_uid })];
    await pay(first.token);
    const refused = await page.post(`/checkout/${second.token}/pay`, { tester: { do: 'decline' } });
    assert.equal(refused.error, 'order_already_paid');
    await client.post('/payments/cancel', { imp_uid: first.imp_uid });
    assert.equal((await pay(second.token)).ended.result.success, true);
  });

  test('can not be left while it is not known what became of it', async () => {
    const { token, imp_uid: impUid } = await opened();
    await client.post('/sandbox/faults', { operation: 'approve_window', kind: 'slow', delay_ms: 600, imp_uid: impUid });
    const paying = pay(token);
    await eventually(async () => assert.equal((await page.get(`/checkout/${token}/window`)).response.state, 'working'));
    const left = await page.post(`/checkout/${token}/leave`, { why: 'closed' });
    assert.deepEqual(left.response, { state: 'working', ended: null });
    await paying;
    assert.equal((await resultOf(token)).ended.result.success, true);
  });

  test('is not asked for when the shop says no, or nothing', async (t) => {
    const bodies: unknown[] = [];
    const answers = [
      { status: 400, body: JSON.stringify({ reason: '재고가 없습니다' }) },
      { status: 500, body: '' },
      { status: 200, body: '' },
    ];
    const shop = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
        const { status, body } = answers[bodies.length - 1] ?? { status: 200, body: '' };
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    t.after(() => shop.close());
    const { port } = shop.address() as { port: number };
    const reasons: (string | undefined)[] = [];
    for (const { status } of answers) {
      const { token, imp_uid, merchant_uid } = await opened({ confirm_url: `http://127.0.0.1:${port}/confirm` });
      const { ended } = await pay(token);
      assert.deepEqual(bodies.at(-1), { imp_uid, merchant_uid, amount: 1000 });
      assert.equal(ended.result.success, status === 200);
      assert.equal(await timesApproved(imp_uid), status === 200 ? 1 : 0);
      reasons.push(ended.result.error_msg);
    }
    assert.deepEqual(reasons, [
      '고객사 요청에 의해 결제를 중단합니다. (상세사유 : 재고가 없습니다)',
      '고객사 요청에 의해 결제를 중단합니다. (상세사유 : 알 수 없음)',
      undefined,
    ]);
  });

  test('a card company or instalments that the window does not offer are refused, and the window stays open', async () => {
    const { token } = await opened({ amount: 60_000, display: { card_quota: [3] } });
    for (const card of [{ code: '366', quota: 2 }, { code: '366', quota: 7 }, { code: '999' }]) {
      const refused = await page.post(`/checkout/${token}/pay`, { card });
      assert.equal(refused.error, 'parameter_invalid', refused.text);
    }
    const cheap = await opened({ amount: 49_999 });
    assert.equal((await page.post(`/checkout/${cheap.token}/pay`, { card: { quota: 2 } })).error, 'parameter_invalid');
    assert.equal((await page.get(`/checkout/${token}/result`)).response.state, 'open');
  });
});

/** Its half hour is over. */
async function runOut(impUid: string): Promise<void> {
  await sandbox.database.query(`update checkouts set expires_at = now() - interval '1 second' where imp_uid = $1`, [
    impUid,
  ]);
}

describe('a window whose time is over', () => {
  test('has failed for that, whoever notices first', async () => {
    for (const notice of [
      (token: string) => page.post(`/checkout/${token}/leave`, { why: 'expired' }),
      (token: string) => page.post(`/checkout/${token}/pay`, {}),
      (token: string) => page.get(`/checkout/${token}/result`),
    ]) {
      const { token, imp_uid: impUid } = await opened();
      await runOut(impUid);
      const { ended } = (await notice(token)).response;
      assert.deepEqual([ended.result.success, ended.result.error_code], [false, 'TIMEOUT']);
      assert.equal(await timesApproved(impUid), 0);
    }
  });

  test('by the clock of its page, which may be a little ahead, has failed for that as well', async () => {
    const { token } = await opened();
    const { ended } = (await page.post(`/checkout/${token}/leave`, { why: 'expired' })).response;
    assert.equal(ended.result.error_code, 'TIMEOUT');
  });

  test('still tells why the gateway had declined', async () => {
    const { token, imp_uid: impUid } = await opened();
    await pay(token, { tester: { do: 'decline', code: 'EXCEED_MAX_AMOUNT', message: '한도초과' } });
    await runOut(impUid);
    const { result } = (await resultOf(token)).ended;
    assert.deepEqual([result.error_code, result.error_msg], ['EXCEED_MAX_AMOUNT', '한도초과']);
  });
});

describe('a window for a certification', () => {
  const certify = (request: object = {}) =>
    page.post('/checkout/certifications', { user_code: userCode, request: { merchant_uid: newOrder(), ...request } });
  const person = {
    name: '홍길동',
    birthday: '1990-01-01',
    gender: 'male',
    phone: '010-1234-5678',
    carrier: 'SKT',
    otp: '123456',
  };

  test('certifies once, and the shop reads who it was', async () => {
    const { token, imp_uid: impUid, way } = (await certify({ name: '홍길동' })).response;
    assert.equal(way, 'popup');
    const wrong = await page.post(`/checkout/${token}/pay`, { ...person, otp: '000000' });
    assert.equal(wrong.error, 'certification_code_wrong');
    const noDay = await page.post(`/checkout/${token}/pay`, { ...person, birthday: '1990-02-30' });
    assert.equal(noDay.error, 'parameter_invalid');
    await Promise.all([1, 2, 3].map(() => page.post(`/checkout/${token}/pay`, person)));
    const { ended } = await resultOf(token);
    assert.deepEqual([ended.result.success, ended.result.imp_uid], [true, impUid]);
    assert.equal((await client.get(`/certifications/${impUid}`)).response.name, '홍길동');
  });

  test('is left, or is for older people', async () => {
    const { token, imp_uid: impUid } = (await certify({ m_redirect_url: 'https://shop.test/' })).response;
    const { ended } = (await page.post(`/checkout/${token}/leave`, {})).response;
    assert.deepEqual([ended.result.success, ended.result.error_code], [false, 'USER_CANCEL']);
    assert.ok(ended.redirect_url.startsWith(`https://shop.test/?imp_uid=${impUid}&`));
    const closed = (await certify()).response;
    const { result } = (await page.post(`/checkout/${closed.token}/leave`, { why: 'closed' })).response.ended;
    assert.equal(result.error_code, 'USER_CLOSED');
    const young = (await certify({ min_age: 60 })).response;
    const refused = await page.post(`/checkout/${young.token}/pay`, person);
    assert.equal(refused.error, 'sandbox_certification_refused');
  });
});

test('a certification that nobody has ended in time has failed for that, and certifies nobody', async () => {
  for (const notice of [
    (token: string) => page.post(`/checkout/${token}/pay`, {}),
    (token: string) => page.get(`/checkout/${token}/result`),
  ]) {
    const asked = { user_code: userCode, request: { merchant_uid: newOrder() } };
    const { token, imp_uid: impUid } = (await page.post('/checkout/certifications', asked)).response;
    await runOut(impUid);
    await notice(token);
    const { result } = (await resultOf(token)).ended;
    assert.deepEqual(
      [result.success, result.error_code, result.error_msg],
      [false, 'TIMEOUT', '본인인증 가능 시간이 지났습니다'],
    );
  }
});

describe('other pages', () => {
  test('may open a window and wait for it, and may not pay in it', async () => {
    const foreign = { origin: 'https://evil.test' };
    const preflight = await fetch(`${sandbox.url}/checkout/payments`, { method: 'OPTIONS', headers: foreign });
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    const asText = await fetch(`${sandbox.url}/checkout/payments`, {
      method: 'POST',
      headers: { ...foreign, 'content-type': 'text/plain' },
      body: JSON.stringify({ user_code: userCode, request: { amount: 1000 } }),
    });
    assert.equal(asText.headers.get('access-control-allow-origin'), '*');
    const { token } = ((await asText.json()) as { response: { token: string } }).response;
    const waited = await fetch(`${sandbox.url}/checkout/${token}/result`, { headers: { origin: 'null' } });
    assert.equal(waited.headers.get('access-control-allow-origin'), '*');
    const paid = await page.post(`/checkout/${token}/pay`, {}, foreign);
    assert.deepEqual([paid.status, paid.error], [403, 'sandbox_origin_not_allowed']);
    const shown = await page.get(`/checkout/${token}/window`, foreign);
    assert.equal(shown.error, 'sandbox_origin_not_allowed');
  });

  test('may frame the window alone, and nothing of it is cached', async () => {
    const { token } = await opened();
    const window = await fetch(`${sandbox.url}/checkout/${token}`);
    const policy = window.headers.get('content-security-policy') ?? '';
    // Its `*` would leave out the pages of apps, which have no address.
    assert.doesNotMatch(policy, /frame-ancestors/);
    assert.match(policy, /script-src 'self';/);
    assert.deepEqual(
      [
        window.headers.get('x-frame-options'),
        window.headers.get('cache-control'),
        window.headers.get('referrer-policy'),
      ],
      [null, 'no-store', 'no-referrer'],
    );
    const other = await fetch(`${sandbox.url}/health`);
    assert.equal(other.headers.get('x-frame-options'), 'SAMEORIGIN');
    assert.equal((await fetch(`${sandbox.url}/checkout/${'0-'.padEnd(45, 'x')}`)).status, 404);
  });

  test('ask for a shop’s channels without a token, as a script too', async () => {
    const script = await fetch(`${sandbox.url}/users/pg/${userCode}?callback=jQuery123_456`);
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    assert.match(await script.text(), /^\/\*\*\/jQuery123_456\(\{"code":0,/);
    const plain = await fetch(`${sandbox.url}/users/pg/${userCode}?callback=alert(1)//`);
    assert.match(plain.headers.get('content-type') ?? '', /^application\/json/);
    const unknown = await fetch(`${sandbox.url}/users/pg/imp99999999`);
    assert.equal(unknown.status, 404);
    assert.deepEqual(((await unknown.json()) as { data: unknown }).data, []);
  });
});
