import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import type { ApiClient } from '../kit/api-client.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone, noBrowser, openBrowser } from './browser.ts';

/** From the click in a shop to the payment in the API, and to the gateway's book: nothing in between is put in place of something else. */
const skip = noBrowser;

let sandbox: Sandbox;
let shop: Server;
let shopUrl: string;
let browser: Browser;
let context: BrowserContext;
let demo: ApiClient;

before(async () => {
  if (noBrowser) return;
  [sandbox, browser] = await Promise.all([startSandbox(), openBrowser()]);
  demo = await sandbox.demo();
  shop = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.url === '/' ? shopPage() : `<p id="back">${request.url?.replaceAll('&', '&amp;')}</p>`);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const address = shop.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  // Another origin than the server's: another name, and another port.
  shopUrl = `http://localhost:${address.port}`;
});
afterEach(() => context?.close());
after(async () => {
  if (noBrowser) return;
  await browser.close();
  shop.close();
  await sandbox.close();
});

function shopPage(): string {
  return `<!doctype html><meta charset="utf-8"><script src="${sandbox.url}/v1/iamport.js"></script><button id="buy">사기</button><script>
    var got = [];
    IMP.init('iamport');
    function buy(request) { document.getElementById('buy').onclick = function () { IMP.request_pay(request, function (answer) { got.push(answer) }) } }
  </script>`;
}

let orders = 0;
interface Bought {
  readonly page: Page;
  readonly order: string;
}

async function buy(
  request: object = {},
  options: Parameters<Browser['newContext']>[0] = {},
  url: string = shopUrl,
): Promise<Bought> {
  context = await browser.newContext(options);
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
  await form.locator('> label.check input').last().check();
  await window.locator('button.primary').click();
}

async function chooseOutcome(window: FrameLocator, value: string): Promise<void> {
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

test('a window that is left, and a payment that is declined, fail with a reason', { skip }, async () => {
  const { page } = await buy();
  await frameOf(page).locator('form').waitFor();
  await page.getByRole('button', { name: '닫기' }).click();
  const left = await answerTo(page);
  assert.deepEqual([left.success, left.error_msg], [false, '사용자가 결제를 취소하셨습니다']);
  await page.evaluate('got = []');

  await clickOn(page, {});
  await chooseOutcome(frameOf(page), 'decline');
  const code = await frameOf(page).locator('.tester select').inputValue();
  await agree(frameOf(page));
  const declined = await answerTo(page);
  assert.deepEqual([declined.success, declined.error_code], [false, code]);
  assert.equal((await demo.get(`/payments/${declined.imp_uid}`)).response.status, 'failed');
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

test('an account that is issued is shown, and told when the buyer has read it', { skip }, async () => {
  const { page } = await buy({ pay_method: 'vbank' });
  await agree(frameOf(page));
  const number = await frameOf(page).locator('.account').innerText();
  await frameOf(page).getByRole('button', { name: '확인' }).click();
  const answer = await answerTo(page);
  assert.deepEqual([answer.success, answer.status, answer.vbank_num], [true, 'ready', number]);
});

test('a phone is sent to the window, and back to the shop with what came of it', { skip }, async () => {
  const { page, order } = await buy(
    { m_redirect_url: `${shopUrl}/done?a=1#top` },
    { userAgent: iphone, viewport: { width: 320, height: 600 } },
  );
  await page.waitForURL(`${sandbox.url}/checkout/**`);
  await agree(page);
  await page.waitForURL(/\/done/);
  const { searchParams, hash } = new URL(page.url());
  assert.deepEqual([...searchParams.keys(), hash], ['a', 'imp_uid', 'merchant_uid', 'imp_success', '#top']);
  assert.deepEqual([searchParams.get('merchant_uid'), searchParams.get('imp_success')], [order, 'true']);
});

test('a page without an address, as of an app, frames the window, too', { skip }, async () => {
  const { page } = await buy({}, {}, `data:text/html;base64,${Buffer.from(shopPage()).toString('base64')}`);
  await agree(frameOf(page));
  assert.equal((await answerTo(page)).success, true);
});

test('a person is certified in a popup', { skip }, async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shopUrl);
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
