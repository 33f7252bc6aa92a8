import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import type { CheckoutWindow } from '../../src/window/protocol.ts';
import { keepContexts, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';
import { type CheckoutServer, ended, startCheckoutServer } from './checkout-server.ts';
import { everyWindow, failed, paid, windowOf } from './windows.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const skip = noBrowser;

let server: CheckoutServer;
let browser: OpenedBrowser;
let contexts: ReturnType<typeof keepContexts>;
/** Of a test's own. */
let context: BrowserContext | undefined;
let bodies: Readonly<Record<string, unknown>>[] = [];

before(async () => {
  if (noBrowser) return;
  [server, browser] = await Promise.all([startCheckoutServer(), openBrowser()]);
  server.onPay = pay;
  contexts = keepContexts(browser);
});
afterEach(async () => {
  if (noBrowser) return;
  await contexts.tidy(context);
  context = undefined;
  bodies = [];
  server.broken.clear();
  server.asked.length = 0;
  server.onPay = pay;
});
after(async () => {
  if (noBrowser) return;
  await browser.close();
  await server.close();
});

function pay(window: CheckoutWindow, body: Readonly<Record<string, unknown>>): CheckoutWindow {
  bodies.push(body);
  return ended(window, paid());
}

/** The page as it stands alone, which is the way `redirect`. */
async function openPage(
  window: CheckoutWindow,
  options: Parameters<OpenedBrowser['newContext']>[0] = {},
): Promise<{ page: Page; token: string; errors: string[] }> {
  const page = await (await contexts.of({ viewport: { width: 320, height: 640 }, ...options })).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const token = server.put({ ...window, way: window.way === 'iframe' ? 'redirect' : window.way });
  await page.goto(`${server.url}/checkout/${token}`);
  await page.locator('main :is(form, .order, .buttons)').first().waitFor();
  return { page, token, errors };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function seriousIn(page: Page, rules: string): Promise<unknown> {
  const violations = (await page.evaluate(`axe.run(${rules}).then(({ violations }) => violations)`)) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]);
}

const ofWords = [
  ...['label', 'select-name', 'button-name', 'link-name', 'summary-name', 'document-title'],
  ...['html-has-lang', 'html-lang-valid', 'aria-valid-attr-value', 'aria-required-attr', 'duplicate-id-aria'],
];

for (const language of ['ko', 'en'] as const) {
  test(`axe finds nothing serious in any state and in both schemes of colour, and nothing is wider than 320 px (${language})`, {
    skip,
  }, async () => {
    context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      reducedMotion: 'reduce',
      // The page's policy lets no script in but its own.
      bypassCSP: true,
    });
    const page = await context.newPage();
    await page.addInitScript({ content: axe });
    for (const [name, window] of Object.entries(everyWindow(language))) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${server.url}/checkout/${server.put(window)}`);
      await page.locator('main :is(form, .order, .buttons)').first().waitFor();
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      const decline = page.locator('input[value=decline]');
      if (await decline.count()) await decline.check();
      // The other language has the same elements and colours, and other words.
      const rules = language === 'ko' ? '' : `{ runOnly: ${JSON.stringify(ofWords)} }`;
      assert.deepEqual(await seriousIn(page, rules), [], name);
      if (language === 'ko') {
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.deepEqual(await seriousIn(page, "{ runOnly: ['color-contrast'] }"), [], `${name}, dark`);
      }
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, name);
      assert.equal(await page.evaluate('document.documentElement.lang'), language);
    }
  });
}

test('a card is paid by the keyboard alone, and what came of it has the focus', { skip }, async () => {
  const { page, token, errors } = await openPage(windowOf('ko'), { viewport: { width: 1280, height: 720 } });
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.labels[0].textContent'), '카드사');
  for (const key of ['ArrowDown', 'ArrowDown', 'Tab', 'ArrowDown', 'Tab', 'Space', 'Tab', 'Enter']) {
    await page.keyboard.press(key);
  }
  await page.getByRole('heading', { name: '결제가 완료되었습니다' }).waitFor();
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
  assert.deepEqual(bodies, [{ card: { code: '366', quota: 2 }, agreed: true }]);
  assert.equal(server.windowOf(token).state, 'ended');
  assert.deepEqual(errors, []);
});

test('instalments are those of the issuer, and are not asked for where there are none', { skip }, async () => {
  const { page } = await openPage(windowOf('ko'));
  const months = page.locator('.field', { hasText: '할부' });
  const offered = () => months.locator('option').allInnerTexts();
  await page.getByLabel('카드사').selectOption('361');
  assert.equal((await offered()).length, 6);
  await page.getByLabel('할부').selectOption('3');
  await page.getByLabel('카드사').selectOption('366');
  assert.deepEqual(await offered(), ['일시불', '2개월', '3개월']);
  assert.equal(await page.getByLabel('할부').inputValue(), '3');
  await page.getByLabel('카드사').selectOption('090');
  assert.equal(await months.isVisible(), false);
});

test('what is missing is said, read out, and led to; nothing is sent', { skip }, async () => {
  const { page } = await openPage(everyWindow('ko').phone as CheckoutWindow);
  const submit = page.locator('button.primary');
  await submit.click();
  assert.equal(await page.getByRole('alert').innerText(), '통신사: 선택해 주세요.');
  assert.equal(await page.evaluate('document.activeElement.value'), 'SKT');
  await page.getByLabel('KT', { exact: true }).check();
  await page.getByLabel('휴대폰 번호').fill('02');
  await submit.click();
  assert.match(await page.getByRole('alert').innerText(), /10~11자리/);
  assert.equal(await page.getByLabel('휴대폰 번호').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('휴대폰 번호').fill('010-1234-5678');
  await submit.click();
  assert.equal(await page.getByRole('alert').innerText(), '동의해야 계속할 수 있습니다.');
  assert.deepEqual(server.asked, []);
  await page.getByLabel(/동의합니다/).check();
  await submit.click();
  await page.getByRole('heading', { name: '결제가 완료되었습니다' }).waitFor();
  assert.deepEqual(bodies, [{ carrier: 'KT', phone: '01012345678', agreed: true }]);
});

test('each method sends what the server asks for', { skip }, async () => {
  const windows = everyWindow('en');
  const cases: readonly (readonly [name: string, fill: (page: Page) => Promise<unknown>, body: object])[] = [
    [
      'card-preset',
      (page) => page.getByLabel('Use card points').check(),
      { card: { code: '366', quota: 3, use_point: true } },
    ],
    [
      'vbank',
      async (page) => {
        await page.getByLabel('Bank').selectOption('004');
        await page.getByLabel(/cash receipt/).fill('010-1111-2222');
      },
      { bank_code: '004', cash_receipt: { identifier: '01011112222' } },
    ],
    ['trans', (page) => page.getByLabel('Bank').selectOption('088'), { bank_code: '088' }],
    ['wallet', async () => {}, {}],
  ];
  for (const [name, fill, body] of cases) {
    bodies = [];
    const { page } = await openPage(windows[name] as CheckoutWindow);
    await fill(page);
    await page.getByLabel(/agree/).check();
    await page.locator('button.primary').click();
    await page.locator('main.good').waitFor();
    assert.deepEqual(bodies, [{ ...body, agreed: true }], name);
    await page.close();
  }
});

test('a certification is sent once its person is filled in, and a wrong code is said and keeps what was entered', {
  skip,
}, async () => {
  const { page } = await openPage(everyWindow('ko').certification as CheckoutWindow);
  server.onPay = (window, body) => (body.otp === '000000' ? pay(window, body) : '인증번호가 맞지 않습니다.');
  await page.getByLabel('생년월일').fill('1990-01-02');
  await page.getByLabel('남성').check();
  await page.getByLabel('인증번호').fill('111111');
  await page.getByLabel(/동의합니다/).check();
  await page.locator('button.primary').click();
  await page.getByText('인증번호가 맞지 않습니다.').waitFor();
  await page.getByLabel('인증번호').fill('000000');
  await page.locator('button.primary').click();
  await page.getByRole('heading', { name: '본인인증이 완료되었습니다' }).waitFor();
  const person = { name: '홍길동', birthday: '1990-01-02', gender: 'male', carrier: 'KT', phone: '01012345678' };
  assert.deepEqual(bodies, [{ ...person, otp: '000000' }]);
});

test('a double click sends once', { skip }, async () => {
  const { page } = await openPage(everyWindow('ko').wallet as CheckoutWindow);
  await page.getByLabel(/동의합니다/).check();
  await page.locator('button.primary').dblclick();
  await page.locator('main.good').waitFor();
  assert.equal(server.asked.filter((each) => each === 'pay').length, 1);
});

test('what a tester has go wrong goes with the payment', { skip }, async () => {
  const window = everyWindow('ko').wallet as CheckoutWindow;
  const cases: readonly (readonly [(page: Page) => Promise<unknown>, object | undefined])[] = [
    [async () => {}, undefined],
    [(page) => page.getByLabel('거절', { exact: true }).check(), { do: 'decline', code: '0051' }],
    [
      async (page) => {
        await page.getByLabel('거절', { exact: true }).check();
        await page.getByLabel('거절 코드').selectOption({ label: '직접 입력' });
        await page.getByLabel('코드', { exact: true }).fill('9999');
        await page.getByLabel('메시지').fill('점검 중');
      },
      { do: 'decline', code: '9999', message: '점검 중' },
    ],
    [(page) => page.getByLabel('응답 유실').check(), { do: 'lose_answer' }],
    [(page) => page.getByLabel('늦은 승인').check(), { do: 'approve_late', seconds: 5 }],
    [
      async (page) => {
        await page.getByLabel('다른 금액으로 승인').check();
        await page.getByLabel('금액', { exact: true }).fill('500');
      },
      { do: 'other_amount', amount: 500 },
    ],
  ];
  for (const [choose, tester] of cases) {
    bodies = [];
    const { page } = await openPage(window);
    await page.getByText('테스터 도구 (샌드박스)').click();
    await choose(page);
    await page.getByLabel(/동의합니다/).check();
    await page.locator('button.primary').click();
    await page.locator('main.good').waitFor();
    assert.deepEqual(bodies[0]?.tester, tester);
    await page.close();
  }
  const { page } = await openPage(window);
  await page.getByText('테스터 도구 (샌드박스)').click();
  await page.getByText('결제 도중에 나가기').click();
  await page.locator('main.bad').waitFor();
  assert.ok(server.asked.includes('leave closed'));
});

test('an answer that is lost is looked for, and nothing is sent again', { skip }, async () => {
  const { page, token } = await openPage(everyWindow('ko').wallet as CheckoutWindow);
  server.onPay = (window) => ({ ...window, state: 'working' });
  server.broken.add('pay');
  await page.getByLabel(/동의합니다/).check();
  await page.locator('button.primary').click();
  await page.getByRole('heading', { name: '결과를 확인하고 있습니다' }).waitFor();
  assert.match(await page.getByRole('status').innerText(), /다시 결제하지 마세요/);
  server.end(token, failed('0051', '한도초과'));
  await page.getByRole('heading', { name: '결제되지 않았습니다' }).waitFor();
  assert.equal(server.asked.filter((each) => each === 'pay').length, 1);
});

test('one that never arrived leaves the window open, and says so', { skip }, async () => {
  const { page } = await openPage(everyWindow('ko').wallet as CheckoutWindow);
  server.onPay = (window) => window;
  server.broken.add('pay');
  await page.getByLabel(/동의합니다/).check();
  await page.locator('button.primary').click();
  await page.getByText('처리되지 않았습니다. 다시 시도해 주세요.').waitFor();
  assert.equal(await page.locator('button.primary').isEnabled(), true);
});

test('reload and back show the same window; one that was over is left by its button only', { skip }, async () => {
  const address = `${server.url}/checkout/assets/page.css`;
  const { page, token } = await openPage(everyWindow('ko').wallet as CheckoutWindow);
  await page.reload();
  await page.locator('form').waitFor();
  server.end(token, { ...paid(), redirect_url: address });
  await page.reload();
  await page.getByRole('heading', { name: '결제가 완료되었습니다' }).waitFor();
  await page.waitForTimeout(1_100);
  assert.match(page.url(), new RegExp(token));
  await page.getByRole('button', { name: '쇼핑몰로 돌아가기' }).click();
  await page.waitForURL(address);
  await page.goBack();
  await page.getByRole('heading', { name: '결제가 완료되었습니다' }).waitFor();
});

test('a window whose time is over is ended, by the server’s clock', { skip }, async () => {
  const { page } = await openPage({ ...windowOf('ko'), expires_at: Math.floor(Date.now() / 1_000) + 2 });
  await page.locator('main.bad').waitFor();
  assert.deepEqual(
    server.asked.filter((each) => each !== 'result'),
    ['leave expired'],
  );
});

test('a due date that the shop has not set is not shown', { skip }, async () => {
  const { page } = await openPage({
    ...(everyWindow('ko').vbank as CheckoutWindow),
    vbank: { due_at: 0, holder: null },
  });
  assert.equal(await page.getByText('입금기한').count(), 0);
  assert.equal(await page.getByText('1970').count(), 0);
});

test('an account can be copied', { skip }, async () => {
  const { page } = await openPage(everyWindow('ko').account as CheckoutWindow, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.getByRole('button', { name: '복사' }).click();
  await page.getByText('계좌번호를 복사했습니다.').waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), '56211234567890');
});

test('a window that nobody knows, and a server that does not answer, are said', { skip }, async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/checkout/nobody`);
  await page.getByRole('heading', { name: '없는 결제창입니다.' }).waitFor();
  const token = server.put(windowOf('en'));
  server.broken.add('window');
  await page.goto(`${server.url}/checkout/${token}`);
  await page.getByRole('heading', { name: 'The payment window could not be loaded.' }).waitFor();
  server.broken.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('form').waitFor();
});

test('names from outside are text and nothing else', { skip }, async () => {
  const evil = '<img src=x onerror="document.title=\'owned\'">';
  const { order, shop, ...rest } = windowOf('ko');
  const { page, errors } = await openPage({ ...rest, shop: { ...shop, name: evil }, order: { ...order, name: evil } });
  await page.getByText(evil).first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(errors, []);
});
