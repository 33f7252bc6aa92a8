import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const skip = noBrowser;

/** Everything that could end a text, a page or a template before its time. */
const oddName = `당근 '특' <b>\`$\{1}\``;

let sandbox: Sandbox;
let browser: OpenedBrowser;
let context: BrowserContext;
let demo: ApiClient;
let errors: string[] = [];
/** Everything that the pages were given by the server. */
let given: Promise<string>[] = [];
const folder = mkdtempSync(join(tmpdir(), 'hwanbul-shop-'));

before(async () => {
  sandbox = await startSandbox();
  demo = await sandbox.demo();
  if (!noBrowser) browser = await openBrowser();
});
afterEach(async () => {
  await context?.close();
  assert.deepEqual(errors, []);
  errors = [];
  given = [];
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!noBrowser) await browser.close();
  await sandbox.close();
});

async function openShop(options: Parameters<OpenedBrowser['newContext']>[0] = {}, address = '/shop'): Promise<Page> {
  context = await browser.newContext({ locale: 'ko-KR', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() === 200) given.push(response.text().catch(() => ''));
  });
  await page.goto(sandbox.url + address);
  await page.locator('form.order').waitFor();
  return page;
}

/** The buyer agrees to what the window offers first. */
async function agree(window: FrameLocator | Page): Promise<void> {
  const form = window.locator('form');
  await form.waitFor();
  for (const choice of await form.locator('.field:visible > select').all()) {
    if ((await choice.inputValue()) === '') await choice.selectOption({ index: 1 });
  }
  await form.locator('> label.check input').last().check();
  await window.locator('button.primary').click();
}

const frameOf = (page: Page): FrameLocator => page.frameLocator('#imp-iframe');
const factsOf = async (page: Page, step: string): Promise<Record<string, string>> =>
  page.locator(`#${step} .facts`).evaluate((list) => {
    const rows = Array.from(list.children) as unknown as {
      firstChild: { textContent: string };
      lastChild: { textContent: string };
    }[];
    return Object.fromEntries(rows.map((row) => [row.firstChild.textContent, row.lastChild.textContent]));
  });

async function paymentOf(page: Page) {
  const { imp_uid: impUid } = await factsOf(page, 'verify');
  return (await demo.get(`/payments/${impUid}`)).response;
}

test('a card is paid in the page, verified, cancelled in part and in full, and the books agree', { skip }, async () => {
  const page = await openShop();
  await page.getByLabel('결제금액').fill('10,000');
  await page.getByLabel('상품 이름').fill(oddName);
  const html = await page.locator('#order .sample code').first().textContent();
  await page.getByRole('button', { name: '결제하기' }).click();
  await agree(frameOf(page));
  await page.locator('#verify .verdict.good').waitFor();
  assert.equal(JSON.parse((await page.locator('#result .json').textContent()) ?? '').success, true);
  const paid = await factsOf(page, 'verify');
  assert.deepEqual([paid['주문한 금액'], paid['결제된 금액'], paid.상태], ['10,000원', '10,000원', '결제됨 (paid)']);
  assert.deepEqual([(await paymentOf(page)).status, (await paymentOf(page)).name], ['paid', oddName]);

  await page.getByLabel('취소할 금액').fill('3000');
  const cancelCode = await page.locator('#cancel .sample code').textContent();
  await page.getByRole('button', { name: '일부 취소' }).click();
  await page.getByText('일부 취소됨 (cancelled)').waitFor();
  assert.deepEqual(
    [(await paymentOf(page)).cancel_amount, (await factsOf(page, 'book'))['취소 금액']],
    [3_000, '3,000원'],
  );
  // What stands there for a server says of itself that nothing is cancelled twice.
  await assert.rejects(runSample(cancelCode), /취소/);

  await page.getByRole('button', { name: '남은 금액 모두 취소' }).click();
  await page.getByText('모두 취소되었습니다.').waitFor();
  assert.equal((await paymentOf(page)).cancel_amount, 10_000);
  const book = await factsOf(page, 'book');
  assert.deepEqual([book['취소 금액'], book['취소 횟수']], ['10,000원', '2']);
  await page.getByText('두 장부가 같습니다.').waitFor();

  assert.match(
    await runSample(await page.locator('#verify .sample code').textContent()),
    /cancelled 10000 cancelled 10000/,
  );
  const all = (await Promise.all(given)).join('');
  assert.ok(all.includes('imp_uid') && !all.includes(demoKeyPair.impSecret), 'no page is given a key');

  // The page's code, as a page of another address.
  await page.route('http://shop.test/', (route) => route.fulfill({ contentType: 'text/html', body: html ?? '' }));
  await page.goto('http://shop.test/');
  await page.click('#pay');
  await agree(frameOf(page));
  await page.waitForFunction('document.getElementById("answer").textContent !== ""');
  const answer = JSON.parse((await page.locator('#answer').textContent()) ?? '');
  assert.deepEqual([answer.success, answer.paid_amount, answer.name], [true, 10_000, oddName]);
});

/** As it would be pasted into a file. Answers its output; rejects when it ends with an error. */
async function runSample(code: string | null): Promise<string> {
  const file = join(folder, 'sample.mjs');
  writeFileSync(file, code ?? '');
  return (await promisify(execFile)(process.execPath, [file])).stdout;
}

test('an account is issued, paid into and refunded, in English', { skip }, async () => {
  const page = await openShop({ locale: 'en-US' });
  await page.getByLabel('Pay method').selectOption('vbank');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await agree(frameOf(page));
  await frameOf(page).locator('.account').waitFor();
  await frameOf(page).locator('button.primary').click();
  await page.getByText('waits for its deposit (ready)').waitFor();
  assert.equal((await paymentOf(page)).status, 'ready');
  await page.getByRole('button', { name: 'Deposit' }).click();
  await page.locator('#cancel form').waitFor();
  assert.equal((await paymentOf(page)).status, 'paid');
  await page.getByLabel('Account number').fill('12');
  await page.getByRole('button', { name: 'Cancel this part' }).click();
  const refusal = await page.locator('#cancel .note.bad').textContent();
  assert.match(refusal ?? '', /^[A-Z][^가-힣]+ \(refund_account_invalid\)$/);
  await page.getByLabel('Account number').fill('110-123-456789');
  await page.getByRole('button', { name: 'Cancel all that is left' }).click();
  await page.getByText('All of it is cancelled.').waitFor();
  await page.getByText('The two books agree.').waitFor();
});

test('a window that issues a key and charges nothing leaves nothing to cancel', { skip }, async () => {
  const page = await openShop();
  await page.getByLabel('PG사').selectOption('kcp');
  await page.getByLabel('빌링키 발급').check();
  await page.getByRole('button', { name: '결제하기' }).click();
  await agree(frameOf(page));
  await page.locator('#verify .verdict.good', { hasText: '키만 발급했고' }).waitFor();
  assert.equal(await page.locator('#cancel').isVisible(), false);
  const { customer_uid: customerUid } = await paymentOf(page);
  const again = await demo.post('/subscribe/payments/again', {
    customer_uid: customerUid,
    merchant_uid: 'again-1',
    amount: 1_000,
    name: '당근',
  });
  assert.equal(again.response.status, 'paid', again.text);
  await page.getByLabel('결제수단').selectOption('vbank');
  assert.equal(await page.getByLabel('빌링키 발급').isDisabled(), true);
});

test('a phone is sent to the window and back to the shop, which verifies what it was told', { skip }, async () => {
  const page = await openShop({ locale: 'en-US', userAgent: iphone, viewport: { width: 320, height: 640 } });
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.waitForURL(`${sandbox.url}/checkout/**`);
  await agree(page);
  await page.waitForURL(/\/shop\?lang=en&imp_uid=/);
  await page.locator('#verify .verdict.good').waitFor();
  assert.deepEqual(Object.keys(await factsOf(page, 'result')), ['imp_uid', 'merchant_uid', 'imp_success']);
  assert.equal((await paymentOf(page)).status, 'paid');
});

test('a page without a callback is come back to by its address, also when the buyer leaves', { skip }, async () => {
  const page = await openShop();
  await page.getByLabel('주소로 돌아오기 (m_redirect_url)').check();
  await page.getByRole('button', { name: '결제하기' }).click();
  await frameOf(page).locator('form').waitFor();
  await page.getByRole('button', { name: '닫기' }).click();
  await page.waitForURL(/imp_success=false/);
  await page.getByText('실패했습니다. 사용자가 결제를 취소하셨습니다').waitFor();
  await page.getByText('결제되지 않았습니다. 상품을 보내지 않습니다.').waitFor();
  assert.equal(await page.locator('#cancel').isVisible(), false);
  // The other language shows the same payment.
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByText('It is not paid: ship nothing.').waitFor();
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

for (const [locale, colorScheme] of [
  ['ko-KR', 'light'],
  ['en-US', 'dark'],
] as const) {
  test(`axe finds nothing serious, and nothing is wider than 320 px (${locale}, ${colorScheme})`, {
    skip,
  }, async () => {
    const made = await demo.post('/sandbox/payments', { pg_provider: 'smartro', pay_method: 'vbank', amount: 9_000 });
    await demo.post(`/sandbox/vbanks/${made.response.imp_uid}/deposit`);
    const page = await openShop(
      { locale, colorScheme, viewport: { width: 320, height: 640 }, reducedMotion: 'reduce', bypassCSP: true },
      `/shop?imp_uid=${made.response.imp_uid}&imp_success=true`,
    );
    await page.locator('#book .verdict').waitFor();
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    await page.evaluate(axe);
    const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(
      serious.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]),
      [],
    );
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    assert.equal(await page.evaluate('document.documentElement.lang'), locale.slice(0, 2));
  });
}

test('the shop acts for the demo merchant alone, and for no page of another address', async () => {
  const other = await sandbox.newMerchant();
  const theirs = (await other.post('/sandbox/payments', { pay_method: 'card', amount: 1_000 })).response.imp_uid;
  for (const [method, path] of [
    ['GET', `/shop/api/payments/${theirs}`],
    ['POST', `/shop/api/payments/${theirs}/cancel`],
    ['POST', `/shop/api/payments/${theirs}/deposit`],
  ] as const) {
    const answer = await fetch(sandbox.url + path, { method });
    const { code, response, meaning } = (await answer.json()) as Record<string, unknown>;
    assert.ok(answer.status === 404 || answer.status === 200, path);
    assert.deepEqual([code, response], [-1, null], path);
    assert.match(String(meaning), /[Nn]o payment|not found|does not exist/, path);
  }
  assert.equal((await other.get(`/payments/${theirs}`)).response.status, 'paid');

  const own = (await demo.post('/sandbox/payments', { pay_method: 'card', amount: 1_000 })).response.imp_uid;
  for (const origin of ['https://evil.example', 'null']) {
    for (const path of ['orders', `payments/${own}/cancel`, `payments/${own}/deposit`]) {
      const answer = await fetch(`${sandbox.url}/shop/api/${path}`, { method: 'POST', headers: { origin } });
      assert.deepEqual([answer.status, answer.headers.get('x-hwanbul-error')], [403, 'sandbox_origin_not_allowed']);
    }
  }
  assert.equal((await demo.get(`/payments/${own}`)).response.status, 'paid');
  const page = await fetch(`${sandbox.url}/shop`);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
});

test('the page is in the language that the browser prefers, unless its address says another', async () => {
  for (const [accepted, query, language] of [
    ['en-US,en;q=0.9,ko;q=0.8', '', 'en'],
    ['fr,ko;q=0.5,en;q=0.4', '', 'ko'],
    ['en;q=0', '', 'ko'],
    ['', '', 'ko'],
    ['ko', '?lang=en', 'en'],
    ['en', '?lang=xx', 'en'],
  ] as const) {
    const page = await fetch(`${sandbox.url}/shop${query}`, { headers: { 'accept-language': accepted } });
    assert.match(await page.text(), new RegExp(`<html lang="${language}">`), `${accepted} ${query}`);
  }
});
