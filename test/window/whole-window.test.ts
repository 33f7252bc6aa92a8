import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import type { ApiClient } from '../kit/api-client.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone, keepContexts, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';
import { buyingPage, type ShopServer, serveBuying } from './shop-server.ts';

/** From the click in a shop to the payment in the API, and to the gateway's book: nothing in between is put in place of something else. */
const skip = noBrowser;

let sandbox: Sandbox;
let shop: ShopServer;
let browser: OpenedBrowser;
let contexts: ReturnType<typeof keepContexts>;
let context: BrowserContext;
let demo: ApiClient;

before(async () => {
  if (noBrowser) return;
  [sandbox, browser] = await Promise.all([startSandbox(), openBrowser()]);
  contexts = keepContexts(browser);
  demo = await sandbox.demo();
  shop = await serveBuying(sandbox.url);
});
afterEach(() => contexts?.tidy(context));
after(async () => {
  if (noBrowser) return;
  await browser.close();
  shop.close();
  await sandbox.close();
});

let orders = 0;
interface Bought {
  readonly page: Page;
  readonly order: string;
}

async function buy(
  request: object = {},
  options: Parameters<OpenedBrowser['newContext']>[0] = {},
  url: string = shop.url,
): Promise<Bought> {
  context = await contexts.of(options);
  const page = await context.newPage();
  await page.goto(url);
  return clickOn(page, request);
}

async function clickOn(page: Page, request: object): Promise<Bought> {
  const order = `window-${++orders}`;
  const whole = {
    merchant_uid: order,
    amount: 60_000,
    name: '외투',
    buyer_name: '홍길동',
    buyer_tel: '010',
    ...request,
  };
  await page.evaluate(`buy(${JSON.stringify(whole)})`);
  await page.click('#buy');
  return { page, order };
}

const frameOf = (page: Page): FrameLocator => page.frameLocator('#imp-iframe');

async function agree(window: FrameLocator | Page): Promise<void> {
  const form = window.locator('form');
  await form.waitFor();
  for (const choice of await form.locator('.field:visible > select').all()) {
    if ((await choice.inputValue()) === '') await choice.selectOption({ index: 1 });
  }
  if (await form.getByLabel('KT', { exact: true }).count()) {
    await form.getByLabel('KT', { exact: true }).check();
    await form.getByLabel('휴대폰 번호').fill('010-1234-5678');
  }
  await form.locator('> label.check input').last().check();
  await window.locator('button.primary').click();
}

async function chooseOutcome(window: FrameLocator | Page, value: string): Promise<void> {
  await window.locator('summary').click();
  await window.locator(`input[value=${value}]`).check();
}

interface Answer {
  readonly [key: string]: unknown;
}
async function answerTo(page: Page): Promise<Answer> {
  await page.waitForFunction('got.length > 0');
  await page.waitForTimeout(100);
  const answers = (await page.evaluate('got')) as Answer[];
  assert.equal(answers.length, 1, JSON.stringify(answers));
  return answers[0] ?? {};
}

test('a card that is paid in the window is paid in the API when the callback runs', { skip }, async () => {
  const { page, order } = await buy({ amount: '60000', custom_data: { size: 'L' } });
  await agree(frameOf(page));
  const answer = await answerTo(page);
  assert.deepEqual(
    [answer.success, answer.imp_success, answer.status, answer.paid_amount, answer.merchant_uid],
    [true, true, 'paid', 60_000, order],
  );
  assert.ok(!('error_code' in answer));
  assert.deepEqual(answer.custom_data, { size: 'L' });
  const payment = (await demo.get(`/payments/${answer.imp_uid}`)).response;
  assert.deepEqual([payment.status, payment.amount, payment.merchant_uid], ['paid', 60_000, order]);

  const again = await clickOn(page, { merchant_uid: order });
  await page.waitForFunction('got.length > 1');
  const [, refused] = (await again.page.evaluate('got')) as Answer[];
  assert.deepEqual(
    [refused?.success, refused?.error_code, refused?.error_msg],
    [false, 'F1002', '이미 결제가 이루어진 거래건입니다.'],
  );
});

test('a lost answer is cleared up while the buyer waits, and is paid once', { skip }, async () => {
  const { page, order } = await buy();
  await chooseOutcome(frameOf(page), 'lose_answer');
  await agree(frameOf(page));
  const answer = await answerTo(page);
  assert.deepEqual([answer.success, answer.merchant_uid], [true, order]);
  const { list } = (await demo.get(`/payments/findAll/${order}`)).response;
  assert.deepEqual(
    list.map(({ status }: { status: string }) => status),
    ['paid'],
  );
});

test('a page without an address, as of an app, frames the window, too', { skip }, async () => {
  const { page } = await buy(
    {},
    {},
    `data:text/html;base64,${Buffer.from(buyingPage(sandbox.url)).toString('base64')}`,
  );
  await agree(frameOf(page));
  assert.equal((await answerTo(page)).success, true);
});

test('a person is certified in a popup', { skip }, async () => {
  context = await contexts.of({});
  const page = await context.newPage();
  await page.goto(shop.url);
  const [popup] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate(
      "IMP.certification({ merchant_uid: 'cert-1', name: '홍길동', phone: '010-1234-5678' }, (each) => got.push(each))",
    ),
  ]);
  await popup.getByLabel('생년월일').fill('1990-01-02');
  await popup.getByLabel('여성').check();
  await popup.getByLabel('KT', { exact: true }).check();
  const [code = ''] = /\d{6}/.exec((await popup.getByText('샌드박스의 인증번호는').innerText()) ?? '') ?? [];
  await popup.getByLabel('인증번호').fill(code);
  await popup.getByLabel(/동의합니다/).check();
  const closed = popup.waitForEvent('close');
  await popup.locator('button.primary').click();
  const answer = await answerTo(page);
  assert.deepEqual([answer.success, answer.merchant_uid], [true, 'cert-1']);
  await closed;
  const person = (await demo.get(`/certifications/${answer.imp_uid}`)).response;
  assert.deepEqual([person.name, person.certified], ['홍길동', true]);
});

test('whoever comes back to a window that has ended is sent on as before, and nothing is paid twice', {
  skip,
}, async () => {
  const { page, order } = await buy({ m_redirect_url: `${shop.url}/done` }, { userAgent: iphone });
  await page.waitForURL(`${sandbox.url}/checkout/**`);
  const window = page.url();
  await page.reload();
  await agree(page);
  await page.waitForURL(/\/done/);
  const first = page.url();
  await page.goto(window);
  await page.locator('button.primary').click();
  await page.waitForURL(/\/done/);
  assert.equal(page.url(), first);
  const { list } = (await demo.get(`/payments/findAll/${order}`)).response;
  assert.equal(list.length, 1);
});

test('two tabs of one window and a double click pay once', { skip }, async () => {
  const { page, order } = await buy({ m_redirect_url: `${shop.url}/done` }, { userAgent: iphone });
  await page.waitForURL(`${sandbox.url}/checkout/**`);
  const other = await context.newPage();
  await other.goto(page.url());
  for (const tab of [page, other]) {
    await tab.locator('form').waitFor();
    await tab.locator('form > label.check input').last().check();
    for (const choice of await tab.locator('form .field:visible > select').all()) {
      if ((await choice.inputValue()) === '') await choice.selectOption({ index: 1 });
    }
  }
  await Promise.all([page, other].map((tab) => tab.locator('button.primary').dblclick()));
  await Promise.all([page, other].map((tab) => tab.waitForURL(/\/done/)));
  const [impUid, otherUid] = [page, other].map((tab) => new URL(tab.url()).searchParams.get('imp_uid'));
  assert.equal(impUid, otherUid);
  const { transactions } = (await demo.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`)).response;
  assert.equal(transactions.length, 1);
  assert.equal((await demo.get(`/payments/findAll/${order}`)).response.list.length, 1);
});

test('a page that calls init before each payment, over a slow network, is called back once for each', {
  skip,
}, async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shop.url);
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const slow = { offline: false, latency: 300, downloadThroughput: 50_000, uploadThroughput: 50_000 };
  await network.send('Network.emulateNetworkConditions', slow);
  for (const _ of [1, 2]) {
    await page.evaluate("got = []; IMP.init('imp00000000')");
    await clickOn(page, {});
    await agree(frameOf(page));
    assert.equal((await answerTo(page)).success, true);
  }
});
