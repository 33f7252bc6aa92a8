import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import puppeteer, { type Browser, type BrowserContext, type Frame, type Page } from 'puppeteer-core';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone } from './browser.ts';
import { type ShopServer, serveBuying } from './shop-server.ts';

/**
 * Each way in which the window opens, in a browser with another engine than all others here: Firefox draws it, keeps frames, popups
 * and what may be told between them apart by rules of its own, and is driven over WebDriver BiDi.
 */
const browserPath = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';
const skip = existsSync(browserPath)
  ? false
  : `NO FIREFOX at ${browserPath}: install Debian's firefox-esr (.ci/run does) to test the payment window in it`;

let sandbox: Sandbox;
let shop: ShopServer;
let browser: Browser;
let context: BrowserContext;
let demo: ApiClient;

before(async () => {
  if (skip) return;
  [sandbox, browser] = await Promise.all([startSandbox(), launch()]);
  [demo, shop] = await Promise.all([sandbox.demo(), serveBuying(sandbox.url)]);
});
afterEach(() => context?.close());
after(async () => {
  if (skip) return;
  await browser.close();
  shop.close();
  await sandbox.close();
});

/** Without its first-run pages, its own requests to Mozilla, and what it would keep for its next start. */
function launch(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: browserPath,
    headless: true,
    // It ends with its connection, and listeners of the process would be another file's surprise.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

interface Way {
  readonly request: object;
  readonly userAgent?: string;
  /** The window that has opened. */
  readonly windowOf: (page: Page) => Promise<Frame>;
  /** What the shop is told, by whatever way it is. */
  readonly told: (page: Page) => Promise<Readonly<Record<string, unknown>>>;
}

/** The only answer of the callback, after a time in which another one would have come. */
async function answerOf(page: Page): Promise<Readonly<Record<string, unknown>>> {
  await page.waitForFunction('got.length > 0');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const answers = (await page.evaluate('got')) as Record<string, unknown>[];
  assert.equal(answers.length, 1, JSON.stringify(answers));
  assert.equal(await page.$('.imp-dialog'), null);
  return answers[0] ?? {};
}

const ways: Readonly<Record<string, Way>> = {
  'a frame in the page': {
    request: { pg: 'html5_inicis', pay_method: 'card' },
    async windowOf(page) {
      const frame = await (await page.waitForSelector('iframe#imp-iframe'))?.contentFrame();
      assert.ok(frame);
      return frame;
    },
    told: answerOf,
  },
  'a popup': {
    request: { pg: 'payco', pay_method: 'card' },
    async windowOf(page) {
      const opened = await context.waitForTarget((target) => target.type() === 'page' && target !== page.target());
      const popup = await opened.page();
      assert.ok(popup);
      return popup.mainFrame();
    },
    told: answerOf,
  },
  'the whole page of a phone': {
    request: { pg: 'html5_inicis', pay_method: 'card' },
    userAgent: iphone,
    async windowOf(page) {
      await page.waitForFunction("location.pathname.startsWith('/checkout/')");
      return page.mainFrame();
    },
    async told(page) {
      // Of the page itself: the driver hears of where it is a moment later.
      const arrived = await page.waitForFunction("location.pathname === '/done' && location.search");
      const told = Object.fromEntries(new URLSearchParams(String(await arrived.jsonValue())));
      return { ...told, success: told.imp_success === 'true' };
    },
  },
};

let orders = 0;

async function openWindow(way: Way): Promise<{ page: Page; order: string; window: Frame }> {
  context = await browser.createBrowserContext();
  const page = await context.newPage();
  if (way.userAgent) await page.setUserAgent({ userAgent: way.userAgent });
  await page.goto(shop.url);
  const order = `firefox-${++orders}`;
  const isRedirect = way.userAgent !== undefined;
  const request = {
    ...{ merchant_uid: order, amount: 60_000, name: '외투', buyer_name: '홍길동', buyer_tel: '010-1234-5678' },
    ...way.request,
    ...(isRedirect && { m_redirect_url: `${shop.url}/done` }),
  };
  await page.evaluate(`buy(${JSON.stringify(request)})`);
  const [window] = await Promise.all([way.windowOf(page), page.click('#buy')]);
  await window.waitForSelector('form');
  return { page, order, window };
}

for (const [name, way] of Object.entries(ways)) {
  describe(`a window in ${name}`, { skip }, () => {
    test('is paid in, and the shop is told once of what the API has', async () => {
      const { page, order, window } = await openWindow(way);
      // Whatever has to be chosen and is not yet.
      for (const choice of await window.$$('form > .field:not([hidden]) > select')) {
        const first = await choice.evaluate((select) => (select.value === '' ? select.options[1]?.value : undefined));
        if (first !== undefined) await choice.select(first);
      }
      await (await window.$$('form > label.check input')).at(-1)?.click();
      await window.click('button.primary');
      const { success, imp_uid: impUid, merchant_uid: merchantUid } = await way.told(page);
      assert.deepEqual([success, merchantUid], [true, order]);
      const payment = (await demo.get(`/payments/${impUid}`)).response;
      assert.deepEqual([payment.status, payment.amount, payment.merchant_uid], ['paid', 60_000, order]);
      await assertBooksAgree(demo, String(impUid));
    });

    test('is left, and the shop is told once that nothing was paid', async () => {
      const { page, order, window } = await openWindow(way);
      await window.click('button.secondary');
      const { success, error_msg: message, merchant_uid: merchantUid } = await way.told(page);
      assert.deepEqual([success, merchantUid], [false, order]);
      assert.ok(message);
      const { list } = (await demo.get(`/payments/findAll/${order}`)).response;
      assert.deepEqual(
        list.map(({ status }: { status: string }) => status),
        ['failed'],
      );
    });
  });
}
