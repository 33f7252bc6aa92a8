import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import type { ApiClient } from '../kit/api-client.ts';
import { ampleLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone, keepContexts, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';
import { buyerScript, type Decision } from './buyer.ts';
import { type ShopServer, serveShop } from './shop-server.ts';

/**
 * Shops that are single-page applications, as their frameworks run them in development: React in strict mode, which runs every effect
 * twice, and Vue. Their components come and go while a window is open, and the script is loaded more than once.
 */
const skip = noBrowser;
const frameworks = { React: 'react-shop.jsx', Vue: 'vue-shop.js' } as const;
type Framework = keyof typeof frameworks;

let sandbox: Sandbox;
let browser: OpenedBrowser;
let contexts: ReturnType<typeof keepContexts>;
let demo: ApiClient;
let shops: Readonly<Record<Framework, ShopServer>>;
let sold: object = {};
/** What the buyer waits for in an open window. */
let mayPay: Promise<void>;
let onWindow: () => void;
let errors: string[] = [];

before(async () => {
  if (noBrowser) return;
  [sandbox, browser] = await Promise.all([startSandbox({ settings: ampleLimits }), openBrowser()]);
  contexts = keepContexts(browser);
  demo = await sandbox.demo();
  const [React, Vue] = await Promise.all([startShop(frameworks.React), startShop(frameworks.Vue)]);
  shops = { React, Vue };
});
afterEach(async () => {
  if (noBrowser) return;
  await contexts.tidy();
  assert.deepEqual(errors, []);
  errors = [];
  sold = {};
});
after(async () => {
  if (noBrowser) return;
  await browser.close();
  for (const shop of Object.values(shops)) shop.close();
  await sandbox.close();
});

async function startShop(file: string): Promise<ShopServer> {
  const script = await bundleApp(file);
  return serveShop(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    if (url.pathname === '/app.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(script);
    } else if (url.pathname === '/verify') {
      const { status, amount } = (await demo.get(`/payments/${url.searchParams.get('imp_uid')}`)).response;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status, amount }));
    } else {
      // Every other address is one of the application's.
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(shopPage());
    }
  });
}

async function bundleApp(file: string): Promise<string> {
  const build = await rolldown({
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    input: fileURLToPath(new URL(`apps/${file}`, import.meta.url)),
    platform: 'browser',
    // Vue's build that compiles templates in the browser.
    resolve: { alias: { vue: 'vue/dist/vue.esm-bundler.js' } },
    transform: {
      define: {
        'process.env.NODE_ENV': '"development"',
        __VUE_OPTIONS_API__: 'true',
        __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      },
    },
  });
  try {
    const [chunk] = (await build.generate({ format: 'iife' })).output;
    return chunk.code;
  } finally {
    await build.close();
  }
}

function shopPage(): string {
  const known = { iamportScript: `${sandbox.url}/v1/iamport.js`, sold };
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="app"></div>
    <script>Object.assign(window, ${JSON.stringify(known)})</script><script src="/app.js"></script>`;
}

/** A context is prepared once, and then kept. */
const prepared = new Set<BrowserContext>();

async function openShop(framework: Framework, path: string, options: { userAgent?: string } = {}): Promise<Page> {
  const context = await contexts.of(options);
  if (!prepared.has(context)) {
    prepared.add(context);
    await context.exposeBinding('decide', async (): Promise<Decision> => {
      onWindow();
      await mayPay;
      return { deed: 'pay' };
    });
    await context.addInitScript({ content: buyerScript });
  }
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(shops[framework].url + path);
  return page;
}

/** The buyer waits, once in the window, until they are told to go on. */
function keepWaiting(): { isOpen: Promise<void>; goOn(): void } {
  const opened = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  onWindow = opened.resolve;
  mayPay = going.promise;
  return { isOpen: opened.promise, goOn: going.resolve };
}

function payAtOnce(): void {
  onWindow = () => {};
  mayPay = Promise.resolve();
}

const scriptIsThere = (page: Page) => page.waitForFunction('window.IMP');

interface Answer {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly success: boolean;
}

/** Of so many payments: one callback each, and the shop's server has found each of them paid. */
async function assertPaid(page: Page, count: number): Promise<void> {
  await page
    .locator('li')
    .nth(count - 1)
    .waitFor();
  const answers = (await page.evaluate('answers')) as Answer[];
  assert.deepEqual(
    await page.locator('li').allInnerTexts(),
    answers.map(({ imp_uid }) => `${imp_uid} true paid 60000`),
  );
  assert.equal(new Set(answers.map(({ merchant_uid }) => merchant_uid)).size, count);
  assert.equal(await page.locator('.imp-dialog').count(), 0);
}

for (const framework of ['React', 'Vue'] as const) {
  test(`a shop made with ${framework} pays twice in a row, in the page and in a popup, and is called back once for each`, {
    skip,
  }, async () => {
    for (const pg of ['html5_inicis', 'payco']) {
      sold = { pg };
      payAtOnce();
      const page = await openShop(framework, '/order');
      await scriptIsThere(page);
      for (const count of [1, 2]) {
        await page.click('#pay');
        await assertPaid(page, count);
      }
      await page.close();
    }
  });

  test(`a shop made with ${framework} whose component goes and comes again while its window is open is called back once`, {
    skip,
  }, async () => {
    for (const pg of ['html5_inicis', 'payco']) {
      sold = { pg };
      const page = await openShop(framework, '/');
      await page.click('#order');
      await scriptIsThere(page);
      const gone = keepWaiting();
      await page.click('#pay');
      await gone.isOpen;
      await page.goBack();
      await page.locator('#pay').waitFor({ state: 'detached' });
      gone.goOn();
      await assertPaid(page, 1);

      await page.click('#order');
      const again = keepWaiting();
      await page.click('#pay');
      await again.isOpen;
      await page.goBack();
      await page.locator('#pay').waitFor({ state: 'detached' });
      await page.goForward();
      await page.locator('#pay').waitFor({ state: 'attached' });
      again.goOn();
      await assertPaid(page, 2);
      await page.close();
    }
  });

  test(`a shop made with ${framework} that is left for the window reads what came of it from its address, and asks its server`, {
    skip,
  }, async () => {
    payAtOnce();
    const page = await openShop(framework, '/order', { userAgent: iphone });
    const seen: string[] = [];
    for (let count = 1; count <= 2; count++) {
      await scriptIsThere(page);
      await page.click('#pay');
      await page.waitForURL(/\/done\?/);
      const impUid = new URL(page.url()).searchParams.get('imp_uid') ?? '';
      await page.locator('li').waitFor();
      assert.deepEqual(await page.locator('li').allInnerTexts(), [`${impUid} true paid 60000`]);
      // It was another page that had given the callback.
      assert.deepEqual(await page.evaluate('answers'), []);
      seen.push(impUid);
      await page.click('#order');
    }
    assert.equal(new Set(seen).size, 2);
  });
}

test('a component that opens its window when it is mounted opens it twice in strict mode: each is called back once, one is paid', {
  skip,
}, async () => {
  payAtOnce();
  const page = await openShop('React', '/order');
  await scriptIsThere(page);
  await page.evaluate("history.pushState(null, '', '/at-once'); dispatchEvent(new PopStateEvent('popstate'))");
  await page.locator('li').nth(1).waitFor();
  const answers = (await page.evaluate('answers')) as Answer[];
  assert.deepEqual(answers.map(({ success }) => success).toSorted(), [false, true]);
  const texts = await page.locator('li').allInnerTexts();
  assert.deepEqual(texts.map((text) => text.replace(/^imp_\d+ /, '')).toSorted(), [
    'false failed 60000',
    'true paid 60000',
  ]);
});
