import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { android, iphone, keepContexts, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';
import { type CheckoutServer, ended, startCheckoutServer } from './checkout-server.ts';
import { paid, type windowOf } from './windows.ts';

let server: CheckoutServer;
let shop: { readonly url: string; readonly server: Server };
let browser: OpenedBrowser;
let contexts: ReturnType<typeof keepContexts>;
let context: BrowserContext;
const folder = mkdtempSync(join(tmpdir(), 'hwanbul-shop-'));

before(async () => {
  if (noBrowser) return;
  [server, shop, browser] = await Promise.all([startCheckoutServer(), startShop(), openBrowser()]);
  contexts = keepContexts(browser);
});
afterEach(async () => {
  if (noBrowser) return;
  await contexts.tidy(context);
  Object.assign(server, await fresh());
  server.broken.clear();
  server.asked.length = 0;
  server.opened.length = 0;
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (noBrowser) return;
  await browser.close();
  await server.close();
  shop.server.close();
});

async function fresh() {
  return {
    next: {},
    canLeave: true,
    onPay: (window) => ended(window, paid({ merchant_uid: window.order.merchant_uid })),
  } satisfies Partial<CheckoutServer>;
}

/** A shop at an address of its own, which also is where its buyers are sent back to. */
async function startShop() {
  const made = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.url === '/' ? shopPage() : `<p id="back">${request.url?.replaceAll('&', '&amp;')}</p>`);
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://localhost:${address.port}`, server: made };
}

/** `got` is what the callbacks were handed. */
function shopPage(head = ''): string {
  return `<!doctype html><meta charset="utf-8">${head}
<script src="${server.url}/v1/iamport.js"></script>
<button id="buy">사기</button>
<script>
  var got = [];
  var request = { pg: 'html5_inicis', merchant_uid: 'order-1', amount: '129000', name: '외투', buyer_tel: '010' };
  function done(answer) { got.push(answer); }
  document.getElementById('buy').onclick = function () { IMP.request_pay(request, done); };
  IMP.init('imp00000000');
</script>`;
}

async function openShop(options: Parameters<OpenedBrowser['newContext']>[0] = {}): Promise<Page> {
  context = await contexts.of(options);
  const page = await context.newPage();
  await page.goto(shop.url);
  return page;
}

const frameOf = (page: Page): FrameLocator => page.frameLocator('iframe#imp-iframe.imp-frame');

async function payIn(window: FrameLocator | Page): Promise<void> {
  await window.locator('select').first().selectOption('366');
  await window.locator('form > label.check input').check();
  await window.locator('button.primary').click();
}

interface Answer {
  readonly [key: string]: unknown;
}

/** The only answer, after a time in which another one would have come. */
async function onlyAnswer(page: Page): Promise<Answer> {
  await page.waitForFunction('got.length > 0');
  await page.waitForTimeout(100);
  const answers = (await page.evaluate('got')) as Answer[];
  assert.equal(answers.length, 1, JSON.stringify(answers));
  assert.equal(await page.locator('.imp-dialog').count(), 0);
  return answers[0] ?? {};
}

const skip = noBrowser;

test('a window in the page is a dialog with the classes that shops style; the callback gets the whole object, once', {
  skip,
}, async () => {
  const page = await openShop();
  await page.click('#buy');
  await frameOf(page).locator('form').waitFor();
  const dialog = page.locator('div.imp-dialog.customizable.pc.payment-html5_inicis[role=dialog][aria-modal=true]');
  assert.equal(await dialog.count(), 1);
  assert.equal(await page.evaluate("document.getElementById('buy').inert"), true);
  await page.waitForFunction("document.activeElement.id === 'imp-iframe'");
  await payIn(frameOf(page));
  const answer = await onlyAnswer(page);
  assert.deepEqual([answer.success, answer.imp_success, answer.merchant_uid], [true, true, 'order-1']);
  assert.ok(!('error_code' in answer));
  assert.equal(await page.evaluate('document.activeElement.id'), 'buy');
  assert.equal(await page.evaluate("document.getElementById('buy').inert"), false);
  const [opened] = server.opened;
  assert.deepEqual(opened, {
    user_code: 'imp00000000',
    origin: `${shop.url}/`,
    request: {
      ...{ pg: 'html5_inicis', merchant_uid: 'order-1', amount: '129000', name: '외투', buyer_tel: '010' },
      pay_method: 'card',
    },
  });
});

const waysOut: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'its X': (page) => page.getByRole('button', { name: '닫기' }).click(),
  'Esc in the shop’s page': async (page) => {
    await page.locator('.imp-close').focus();
    await page.keyboard.press('Escape');
  },
  'Esc in the window': async (page) => {
    await frameOf(page).locator('select').first().focus();
    await page.keyboard.press('Escape');
  },
  'the button in the window': (page) => frameOf(page).locator('button.secondary').click(),
};
for (const [name, leave] of Object.entries(waysOut)) {
  test(`a window that is left by ${name} ends as cancelled, once`, { skip }, async () => {
    const page = await openShop();
    await page.click('#buy');
    await frameOf(page).locator('form').waitFor();
    await leave(page);
    const answer = await onlyAnswer(page);
    assert.deepEqual([answer.success, answer.error_msg], [false, '사용자가 결제를 취소하셨습니다']);
    assert.equal(typeof answer.error_code, 'string');
    assert.deepEqual(
      server.asked.filter((each) => each.startsWith('leave')),
      ['leave cancelled'],
    );
  });
}

test('IMP.close and IMP.deinit end an open window as closed', { skip }, async () => {
  for (const call of ['IMP.close()', 'IMP.deinit()']) {
    const page = await openShop();
    await page.click('#buy');
    await frameOf(page).locator('form').waitFor();
    await page.evaluate(call);
    assert.equal((await onlyAnswer(page)).error_code, 'CLOSED');
    await page.close();
  }
});

test('a popup has no opener, ends by one callback, and is closed', { skip }, async () => {
  server.next = { way: 'popup' };
  const page = await openShop();
  const [popup] = await Promise.all([context.waitForEvent('page'), page.click('#buy')]);
  await popup.locator('form').waitFor();
  assert.equal(await popup.evaluate('window.opener'), null);
  assert.equal(await page.locator('.imp-dialog.popup').count(), 1);
  const closed = popup.waitForEvent('close');
  await payIn(popup);
  assert.equal((await onlyAnswer(page)).success, true);
  await closed;
});

test('a popup that its buyer closes ends as closed, once', { skip }, async () => {
  server.next = { way: 'popup' };
  const page = await openShop();
  const [popup] = await Promise.all([context.waitForEvent('page'), page.click('#buy')]);
  await popup.locator('form').waitFor();
  await popup.close();
  assert.equal((await onlyAnswer(page)).error_code, 'CLOSED');
  assert.deepEqual(
    server.asked.filter((each) => each.startsWith('leave')),
    ['leave closed'],
  );
});

test('a blocked popup says so, with a button that opens it; where none opens at all the window is in the page', {
  skip,
}, async () => {
  server.next = { way: 'popup' };
  const page = await openShop();
  await page.evaluate('var open1 = window.open; window.open = () => null');
  await page.click('#buy');
  await page.getByText('팝업차단을 해제해주셔야 결제창이 나타납니다.').waitFor();
  await page.evaluate('window.open = open1');
  const [popup] = await Promise.all([context.waitForEvent('page'), page.locator('.imp-button').click()]);
  await popup.locator('form').waitFor();
  await popup.close();
  await onlyAnswer(page);

  await page.evaluate("got = []; window.open = () => { throw new Error('blocked') }");
  await page.click('#buy');
  await page.locator('.imp-button').click();
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).success, true);
});

test('where the page is left for the window, the callback never runs, and the end is one GET to the shop', {
  skip,
}, async () => {
  server.next = { way: 'redirect' };
  const address = `${shop.url}/done?a=1`;
  server.onPay = (window) => ended(window, { ...paid(), redirect_url: `${address}&imp_uid=imp_1&imp_success=true` });
  const page = await openShop({ userAgent: iphone, viewport: { width: 320, height: 600 } });
  await page.click('#buy');
  await page.waitForURL(`${server.url}/checkout/**`);
  await payIn(page);
  await page.waitForURL(/\/done/);
  assert.equal(await page.locator('#back').innerText(), '/done?a=1&imp_uid=imp_1&imp_success=true');
});

test('a server that does not answer is a failure with NETWORK', { skip }, async () => {
  server.broken.add('payments');
  const page = await openShop();
  await page.click('#buy');
  const { error_code, error_msg, imp_uid, merchant_uid } = await onlyAnswer(page);
  assert.deepEqual([error_code, imp_uid, merchant_uid], ['NETWORK', null, 'order-1']);
  assert.match(String(error_msg), /연결하지 못했습니다/);
  assert.doesNotMatch(String(error_msg), /[&#%='"]/);
});

test('a window whose end can not be learned any more is a failure that says so', { skip }, async () => {
  const page = await openShop();
  await page.clock.install();
  await page.click('#buy');
  await frameOf(page).locator('form').waitFor();
  for (const name of ['result', 'leave'] as const) server.broken.add(name);
  await page.locator('.imp-close').click();
  await page.clock.runFor(1_500);
  await page.waitForTimeout(100);
  await page.clock.runFor(1_500);
  await page.waitForTimeout(100);
  await page.clock.runFor(1_500);
  await page.waitForFunction('got.length > 0');
  const [answer] = (await page.evaluate('got')) as Answer[];
  assert.deepEqual([answer?.error_code, answer?.imp_uid], ['NETWORK', 'imp_123456789012']);
  assert.match(String(answer?.error_msg), /결제 내역을 확인/);
});

test('a frame that does not load ends as a failure, and the window at the server is closed', { skip }, async () => {
  server.broken.add('page');
  const page = await openShop();
  await page.clock.install();
  await page.click('#buy');
  await page.locator('#imp-iframe').waitFor();
  await page.clock.runFor(31_000);
  await page.waitForTimeout(200);
  await page.clock.runFor(2_000);
  await page.waitForFunction('got.length > 0');
  const [answer] = (await page.evaluate('got')) as Answer[];
  assert.deepEqual([answer?.success, answer?.error_code], [false, 'LOAD']);
  assert.ok(server.asked.includes('leave closed'));
});

test('a refusal before the window opens goes to the callback, and without one to the address for it', {
  skip,
}, async () => {
  const refused = {
    ...{
      success: false,
      imp_success: false,
      imp_uid: null,
      merchant_uid: 'order-1',
      pay_method: 'card',
      pg_type: 'payment',
    },
    ...{ error_code: 'F1002', error_msg: '이미 결제가 이루어진 거래건입니다.', redirect_url: null as string | null },
  };
  server.next = { refused, message: refused.error_msg };
  const page = await openShop();
  await page.click('#buy');
  const { redirect_url: _, ...expected } = refused;
  assert.deepEqual(await onlyAnswer(page), expected);

  server.next = { refused: { ...refused, redirect_url: `${shop.url}/failed?error_code=F1002` }, message: '' };
  await page.evaluate('IMP.request_pay(request)');
  await page.waitForURL(/\/failed\?error_code=F1002/);
});

test('a second request ends the first one as left, and only that one', { skip }, async () => {
  const page = await openShop();
  await page.click('#buy');
  await frameOf(page).locator('form').waitFor();
  await page.evaluate(
    "IMP.init('imp00000000'); var second = []; IMP.request_pay({ ...request, merchant_uid: 'order-2' }, (each) => second.push(each))",
  );
  await page.waitForFunction('got.length === 1');
  assert.equal(await page.locator('.imp-dialog').count(), 1);
  await frameOf(page).getByText('order-2').waitFor();
  await payIn(frameOf(page));
  await page.waitForFunction('second.length === 1');
  const answers = (await page.evaluate('[...got, ...second]')) as Answer[];
  assert.deepEqual(
    answers.map(({ merchant_uid, success }) => [merchant_uid, success]),
    [
      ['order-1', false],
      ['order-2', true],
    ],
  );
});

test('two requests at once, and one that is closed while it is being opened, end once each', { skip }, async () => {
  const page = await openShop();
  await page.evaluate('IMP.request_pay(request, done); IMP.request_pay(request, done); IMP.close()');
  await page.waitForFunction('got.length === 2');
  await page.waitForTimeout(100);
  assert.deepEqual(await page.evaluate('got.map((each) => each.success)'), [false, false]);
  assert.equal(server.asked.filter((each) => each === 'leave closed').length, 2);
});

test('without init, and without parameters, nothing is opened, and both the alert and the callback say why', {
  skip,
}, async () => {
  const page = await openShop();
  const alerts: string[] = [];
  page.on('dialog', (dialog) => {
    alerts.push(dialog.message());
    void dialog.accept();
  });
  assert.equal(await page.evaluate('IMP.request_pay(undefined, done)'), false);
  await page.evaluate('IMP.deinit()');
  await page.evaluate('IMP.request_pay(request, done)');
  await page.evaluate('IMP.certification({}, done)');
  await page.waitForFunction('got.length === 3');
  const answers = (await page.evaluate('got')) as Answer[];
  const texts = [
    '결제요청 파라메터가 누락되었습니다.',
    '판매자 코드가 설정되지 않았습니다. IMP.init()함수를 먼저 호출하세요.',
  ];
  assert.deepEqual(alerts, [texts[0], texts[1], texts[1]]);
  assert.deepEqual(
    answers.map(({ error_msg }) => error_msg),
    alerts,
  );
  assert.deepEqual(
    answers.map(({ error_code }) => error_code),
    ['NO_PARAMS', 'NO_INIT', 'NO_INIT'],
  );
  assert.deepEqual(server.asked, []);
});

test('parameters that are no JSON are a failure, and nothing is opened', { skip }, async () => {
  const page = await openShop();
  await page.evaluate('request.custom_data = request; IMP.request_pay(request, done)');
  assert.equal((await onlyAnswer(page)).error_code, 'BAD_PARAMS');
  assert.deepEqual(server.asked, []);
});

test('an approval under way can not be left: its end is told, whenever it comes', { skip }, async () => {
  server.next = { state: 'working' };
  server.canLeave = false;
  const page = await openShop();
  await page.click('#buy');
  await frameOf(page).getByRole('heading', { name: '결과를 확인하고 있습니다' }).waitFor();
  await page.locator('.imp-close').click();
  await page.waitForTimeout(100);
  assert.equal(await page.locator('.imp-dialog').count(), 1);
  await page.locator('.imp-close').click();
  assert.equal(await page.locator('.imp-dialog').count(), 0);
  assert.equal(await page.evaluate('got.length'), 0);
  server.end(server.lastToken(), paid());
  assert.equal((await onlyAnswer(page)).success, true);
});

test('messages of other frames and of extensions change nothing', { skip }, async () => {
  const page = await openShop();
  await page.click('#buy');
  await frameOf(page).locator('form').waitFor();
  await page.evaluate(`
    for (let i = 0; i < 300; i++) {
      for (const data of [null, 'text', '{', 7, { hwanbul: 'checkout' }, { hwanbul: 'checkout', token: '${server.lastToken()}', what: 'ended' }])
        window.postMessage(data, '*');
    }
  `);
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate('got.length'), 0);
  assert.ok(server.asked.length < 6, server.asked.join());
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).success, true);
});

test('a window that is loaded anew is the same window', { skip }, async () => {
  const page = await openShop();
  await page.click('#buy');
  await frameOf(page).locator('form').waitFor();
  await page.frames()[1]?.evaluate('location.reload()');
  await page.waitForTimeout(200);
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).success, true);
});

test('an issued account stays until the buyer has read it', { skip }, async () => {
  server.next = { method: 'vbank' };
  server.onPay = (window) => ended(window, paid({ vbank_num: '5621123', vbank_name: 'KB국민은행', status: 'ready' }));
  const page = await openShop();
  await page.click('#buy');
  await payIn(frameOf(page));
  await frameOf(page).getByText('5621123').waitFor();
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate('got.length'), 0);
  await frameOf(page).getByRole('button', { name: '확인' }).click();
  assert.deepEqual([(await onlyAnswer(page)).vbank_num], ['5621123']);
});

test('IMP.certification opens its own window', { skip }, async () => {
  server.next = { way: 'popup', card: null, carriers: ['SKT', 'KT'], certification: null };
  const page = await openShop();
  const [popup] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate("IMP.certification({ merchant_uid: 'cert-1', name: '홍길동' }, done)"),
  ]);
  await popup.getByRole('heading', { name: '본인인증' }).waitFor();
  assert.deepEqual(server.opened[0]?.request, { merchant_uid: 'cert-1', name: '홍길동' });
  const closed = popup.waitForEvent('close');
  await page.locator('.imp-close').click();
  assert.equal((await onlyAnswer(page)).success, false);
  await closed;
});

test('what a sandbox has not ends in a failure or a rejection that says so, and nothing is silent', {
  skip,
}, async () => {
  const page = await openShop();
  for (const call of [
    'communicate({}, done)',
    'payport({}, done)',
    'naver_zzim({}, done)',
    "loadUI('payment-bridge', {}, done)",
  ]) {
    await page.evaluate(`got = []; IMP.${call}; 0`);
    assert.equal((await onlyAnswer(page)).error_code, 'UNSUPPORTED', call);
  }
  for (const call of [
    "loadModule('toss-brandpay', { userCode: 'imp00000000' }, {})",
    'communicate({})',
    'naver_zzim({})',
  ]) {
    assert.equal(await page.evaluate(`IMP.${call}.catch((error) => error.error_code)`), 'UNSUPPORTED', call);
  }
  assert.match(
    await page.evaluate("try { IMP.updateLoadUIRequest('paypal-spb', {}) } catch (error) { error.message }"),
    /portone-ui-container/,
  );
});

test('IMP.loadUI draws a button into its one container; the request is the newest one', { skip }, async () => {
  const page = await openShop();
  const container = (type: string) => `<div class="portone-ui-container" data-portone-ui-type="${type}"></div>`;
  const draw = async (html: string) => {
    await page.evaluate(`got = []; document.body.insertAdjacentHTML('beforeend', '<main>${html}</main>')`);
    await page.evaluate("IMP.loadUI('paypal-spb', request, done)");
  };
  for (const [html, code] of [
    ['', 'NO_CONTAINER'],
    [container('paypal-rt'), 'NO_CONTAINER_OF_TYPE'],
    [container('paypal-spb').repeat(2), 'SEVERAL_CONTAINERS'],
  ] as const) {
    await draw(html);
    assert.equal((await onlyAnswer(page)).error_code, code);
    await page.evaluate("document.querySelector('main').remove()");
  }
  await draw(container('paypal-spb'));
  await page.evaluate("IMP.updateLoadUIRequest('paypal-spb', { ...request, merchant_uid: 'order-9' })");
  await page.locator('.portone-ui-container button').click();
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).merchant_uid, 'order-9');
  await page.evaluate('IMP.deinit()');
  assert.equal(await page.locator('.portone-ui-container button').count(), 0);
});

test('it leaves an IMP alone that is there, wants no jQuery, minds none, and says where its server is', {
  skip,
}, async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  const jquery =
    '<script>window.jQuery = window.$ = function () { throw new Error("jQuery was asked") }; $.ajax = $</script>';
  const old = `<script src="${server.url}/js/iamport.payment-1.2.0.js"></script><script>IMP.mark = 1</script>`;
  await page.route(`${shop.url}/jquery`, (route) =>
    route.fulfill({ contentType: 'text/html', body: shopPage(jquery + old) }),
  );
  await page.goto(`${shop.url}/jquery`);
  assert.deepEqual(await page.evaluate('[IMP.mark, IMP.slots.CORE_SERVER, IMP.slots.CHECKOUT_SERVER]'), [
    1,
    server.url,
    server.url,
  ]);
  await page.click('#buy');
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).success, true);
});

test('as a module it puts nothing on the page', { skip }, async () => {
  const page = await openShop();
  await page.evaluate(`(async () => {
    delete window.IMP;
    const { default: imp, slots } = await import('${server.url}/v1/iamport.esm.js');
    window.seen = [typeof window.IMP, slots === imp.slots, slots.CHECKOUT_SERVER];
    imp.init('imp00000000');
    imp.request_pay(request, done);
  })()`);
  assert.deepEqual(await page.evaluate('seen'), ['undefined', true, server.url]);
  await payIn(frameOf(page));
  assert.equal((await onlyAnswer(page)).success, true);
});

const wrappers = 'http://detectchangingwebview/iamport/';
/** What a wrapper of an app sees: every navigation to its own address, which leads nowhere. */
async function webView(userAgent: string): Promise<{ readonly page: Page; readonly taken: () => Promise<string> }> {
  context = await browser.newContext({ userAgent, viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  let take: (url: string) => void;
  const taken = new Promise<string>((resolve) => {
    take = resolve;
  });
  // Not by a route: to where a server sends on, those do not apply.
  context.on('request', (request) => {
    if (!request.url().startsWith(wrappers)) return;
    assert.equal(request.method(), 'GET');
    take(request.url());
  });
  return { page, taken: () => taken };
}
const wrapperPage = `<!doctype html><meta charset="utf-8"><body></body>`;
const scriptTag = () => `<script src="${server.url}/v1/iamport.js"></script>`;
const params = (to: string) =>
  `{ pg: 'html5_inicis', merchant_uid: 'app-1', amount: 129000, buyer_tel: '010', app_scheme: 'app', m_redirect_url: '${wrappers}${to}' }`;
const toWrapper = (name: string) => (window: ReturnType<typeof windowOf>) =>
  ended(window, { ...paid(), redirect_url: `${wrappers}${name}?imp_uid=imp_1&merchant_uid=app-1&imp_success=true` });

test('React Native: on about:blank, by injected calls, ends at its address; from the frame by postMessage', {
  skip,
}, async () => {
  server.next = { way: 'redirect' };
  server.onPay = toWrapper('rn');
  const { page, taken } = await webView(iphone);
  const inject = `
    window.ReactNativeWebView = { postMessage: (text) => { window.posted = (window.posted || []).concat(text) } };
    setTimeout(() => { IMP.init('imp00000000'); IMP.request_pay(${params('rn')}, (response) => window.ReactNativeWebView.postMessage(JSON.stringify(response))) });`;
  await page.setContent(wrapperPage + scriptTag());
  assert.equal(await page.evaluate('location.href'), 'about:blank');
  await page.evaluate(inject);
  await page.waitForURL(`${server.url}/checkout/**`);
  await payIn(page);
  assert.equal(await taken(), `${wrappers}rn?imp_uid=imp_1&merchant_uid=app-1&imp_success=true`);
  await context.close();

  server.next = { way: 'iframe' };
  const { page: second } = await webView(android);
  await second.setContent(wrapperPage + scriptTag());
  await second.evaluate(inject);
  assert.equal(await second.locator('body.imp-payment-progress .imp-dialog.mobile').count(), 1);
  await payIn(frameOf(second));
  await second.waitForFunction('window.posted');
  const posted = (await second.evaluate('posted')) as string[];
  assert.equal(posted.length, 1);
  assert.equal(JSON.parse(posted[0] ?? '').imp_success, true);
  assert.equal(await second.locator('body.imp-payment-progress').count(), 0);
});

test('Flutter: on a data: page, whose callback makes the address itself', { skip }, async () => {
  const { page, taken } = await webView(android);
  await page.goto(`data:text/html;base64,${Buffer.from(wrapperPage + scriptTag()).toString('base64')}`);
  await page.evaluate(`IMP.init('imp00000000'); IMP.request_pay(${params('f')}, (response) => {
    const query = Object.keys(response).map((key) => key + '=' + response[key]).join('&');
    location.href = '${wrappers}f?' + query;
  })`);
  await payIn(frameOf(page));
  const query = new URL(await taken()).searchParams;
  assert.deepEqual([query.get('success'), query.get('imp_uid')], ['true', 'imp_123456789012']);
  assert.ok(!query.has('error_code'));
});

test('iOS, Android, Capacitor and Cordova: on a file of the app, by globals of its own', { skip }, async () => {
  const file = join(folder, 'iamportcdn.html');
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><script src="${server.url}/v1/iamport.js" defer></script><body><script>
      function requestPay(userCode, request) { IMP.init(userCode); IMP.request_pay(request, (response) => IAMPORT.customCallback(JSON.stringify(response))); }
      function agency(userCode, tier) { IMP.agency(userCode, tier); }
      window.IAMPORT = { customCallback: (text) => { window.told = text } };
      document.addEventListener('DOMContentLoaded', () => { window.ready = typeof IMP });
    </script></body>`,
  );
  const { page } = await webView(android);
  await page.goto(pathToFileURL(file).href);
  assert.equal(await page.evaluate('ready'), 'object');
  await page.evaluate(`requestPay('imp00000000', ${params('a')})`);
  await payIn(frameOf(page));
  await page.waitForFunction('window.told');
  assert.equal(JSON.parse(await page.evaluate('told')).success, true);

  server.next = { way: 'redirect' };
  server.onPay = toWrapper('a');
  await page.evaluate(`agency('imp00000000', 'ABC'); IMP.request_pay(${params('a')})`);
  await page.waitForURL(`${server.url}/checkout/**`);
  assert.equal(server.opened.at(-1)?.tier_code, 'ABC');
});
