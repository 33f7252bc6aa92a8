import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { adapters } from '../../src/gateways/registry.ts';
import type { Gateway } from '../../src/port/gateway.ts';
import type { PayMethod } from '../../src/port/payment.ts';
import { methodsInWindow } from '../../src/sandbox/checkout/methods.ts';
import { wayOf } from '../../src/sandbox/checkout/way.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { ampleLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { iphone, noBrowser, type OpenedBrowser, openBrowser } from './browser.ts';
import { buyerScript, type Decide } from './buyer.ts';
import { type ShopServer, serveShop } from './shop-server.ts';

const skip = noBrowser;

/** Of each group of its kind: card processors of every family, wallets, and the ways that only some have. */
const mainGateways = [
  ...['tosspayments', 'html5_inicis', 'kcp', 'nice', 'kicc', 'naverpay', 'danal_tpay', 'kakaopay', 'payco'],
];
const ends = ['paid', 'refused', 'closed', 'declined', 'timed out'] as const;
type End = (typeof ends)[number];
const devices = ['pc', 'phone'] as const;
type Device = (typeof devices)[number];
type Way = ReturnType<typeof wayOf>;

interface Case {
  readonly provider: string;
  readonly gateway: Gateway;
  readonly payMethod: PayMethod;
  readonly device: Device;
  readonly way: Way;
  /** What a page says for this way. */
  readonly options: { readonly popup?: boolean; readonly naverPopupMode?: boolean };
  readonly end: End;
}

const optionsOfPages = [{}, { popup: true, naverPopupMode: true }, { popup: false, naverPopupMode: false }];

function waysOf(provider: string, payMethod: PayMethod, device: Device): Pick<Case, 'way' | 'options'>[] {
  const byWay = new Map<Way, Case['options']>();
  for (const options of optionsOfPages) {
    const asked = { popup: undefined, naverPopupMode: undefined, ...options, issuesKey: false, hasRedirectUrl: true };
    const way = wayOf({ provider, payMethod, isMobile: device === 'phone', ...asked });
    if (!byWay.has(way)) byWay.set(way, options);
  }
  return [...byWay].map(([way, options]) => ({ way, options }));
}

/** All that there is of a gateway. */
function productOf(provider: string): Case[] {
  const gateway = adapters.get(provider);
  if (!gateway) throw new Error(`no gateway ${provider}`);
  return methodsInWindow(gateway).flatMap((payMethod) =>
    devices.flatMap((device) =>
      waysOf(provider, payMethod, device).flatMap((shown) =>
        ends.map((end) => ({ provider, gateway, payMethod, device, ...shown, end })),
      ),
    ),
  );
}

/**
 * Not the whole product, which `EVERY_WINDOW=all npm test -- test/window/every-window.test.ts` goes through: at each gateway every two of method, way (on a device) and end meet, and not every three; of two that bring as
 * much, the one is taken whose three have met at no gateway yet. That makes 165 windows in place of 330. A window costs some 0.2 s of
 * processor time, most of it the browser's, so that the product would take more than a minute. What a third one could change is little: gateway and
 * device decide on the way before anything is drawn, the method draws the form, and only an approval reaches the gateway, which knows of no way.
 */
function pairsOf(providers: readonly string[]): Case[] {
  const metAnywhere = new Set<string>();
  const three = ({ payMethod, device, way, end }: Case) => `${payMethod} ${device} ${way} ${end}`;
  return providers.flatMap((provider) => {
    const product = productOf(provider);
    const missing = new Set(product.flatMap(pairsIn));
    const chosen: Case[] = [];
    const gain = (each: Case) =>
      pairsIn(each).filter((pair) => missing.has(pair)).length + (metAnywhere.has(three(each)) ? 0 : 0.5);
    while (missing.size > 0) {
      const best = product.reduce((one, other) => (gain(other) > gain(one) ? other : one));
      for (const pair of pairsIn(best)) missing.delete(pair);
      metAnywhere.add(three(best));
      chosen.push(best);
    }
    return chosen;
  });
}

function pairsIn({ payMethod, device, way, end }: Case): string[] {
  return [`${payMethod} ${device} ${way}`, `${payMethod} ${end}`, `${device} ${way} ${end}`];
}

let sandbox: Sandbox;
let shop: ShopServer;
let browser: OpenedBrowser;
let demo: ApiClient;
let lanes: Readonly<Record<Device, Lanes>>;

before(async () => {
  if (noBrowser) return;
  [sandbox, browser] = await Promise.all([startSandbox({ settings: ampleLimits }), openBrowser()]);
  demo = await sandbox.demo();
  shop = await serveShop((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(shopPage());
  });
  const [pc, phone] = await Promise.all([openLanes('pc'), openLanes('phone')]);
  lanes = { pc, phone };
});
after(async () => {
  if (noBrowser) return;
  await browser.close();
  shop.close();
  await sandbox.close();
});

/** Each of the shop's pages pays, also that which a buyer comes back to. */
function shopPage(): string {
  return `<!doctype html><meta charset="utf-8"><script src="${sandbox.url}/v1/iamport.js"></script><script>
    IMP.init('iamport');
    if (location.search) told({ ...Object.fromEntries(new URLSearchParams(location.search)), hash: location.hash }, 'redirect');
  </script>`;
}

interface Lanes {
  take(): Promise<Page>;
  giveBack(page: Page): void;
}

const lanesOfDevice = 4;

/** Pages that buy one after the other, of which some are at work at once. They and the browser stay open. */
async function openLanes(device: Device): Promise<Lanes> {
  const context = await browser.newContext(device === 'phone' ? { userAgent: iphone } : {});
  await context.exposeBinding('told', (_source, answer: Told['answer'], by: Told['by']) => {
    const run = runOf(answer.merchant_uid);
    run.told.push({ answer, by });
    run.onTold();
  });
  await context.exposeBinding('decide', ({ page }, ...[order, codes]: Parameters<Decide>) =>
    decide(runOf(order), page, codes),
  );
  await context.addInitScript({ content: buyerScript });
  const idle: Page[] = [];
  const waiting: ((page: Page) => void)[] = [];
  for (let lane = 0; lane < lanesOfDevice; lane++) {
    const page = await context.newPage();
    await page.goto(shop.url);
    idle.push(page);
  }
  return {
    take: async () => idle.pop() ?? new Promise((resolve) => waiting.push(resolve)),
    giveBack(page) {
      const next = waiting.shift();
      if (next) next(page);
      else idle.push(page);
    },
  };
}

interface Told {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly by: 'callback' | 'redirect';
}

interface Run {
  readonly each: Case;
  readonly order: string;
  readonly page: Page;
  readonly told: Told[];
  onTold(): void;
  /** What the gateway was to decline with. */
  code?: string;
  isOverdue?: boolean;
}

const runs = new Map<string, Run>();

function runOf(order: unknown): Run {
  const run = runs.get(String(order));
  if (!run) throw new Error(`no window of ${order} is open`);
  return run;
}

const tooLate = `update checkouts set expires_at = now() - interval '1 second' where imp_uid =
  (select imp_uid from payments where merchant_uid = $1)`;

/** Where the drawer lists none, a tester types one. A code that Kakao Pay's table does not have is no clear no, and what is asked for again is approved. */
const ownCode: Readonly<Record<string, string>> = { kakaopay: 'SIM05' };

async function decide(run: Run, page: Page, codes: readonly string[]): ReturnType<Decide> {
  const { way, end } = run.each;
  switch (end) {
    case 'paid':
      return { deed: 'pay' };
    case 'refused':
      return { deed: 'refuse' };
    case 'declined':
      run.code = codes[1] ?? codes[0] ?? ownCode[run.each.provider] ?? 'T999';
      return { deed: 'decline', code: run.code };
    case 'closed':
      // A page that was left for the window has nobody who could close it; its buyer is gone.
      if (way === 'redirect') return { deed: 'leave' };
      if (way === 'popup') void page.close();
      else void run.page.evaluate('IMP.close()');
      return { deed: 'nothing' };
    case 'timed out':
      if (run.isOverdue) return { deed: 'nothing' };
      run.isOverdue = true;
      await sandbox.database.query(tooLate, [run.order]);
      // The shop's page hears of it from the server; a window in its place looks at the time.
      return { deed: way === 'redirect' ? 'reload' : 'nothing' };
  }
}

let orders = 0;

/** Opens a window, in which the buyer does what leads to its end, and waits until the shop's page is told. */
async function buy(each: Case): Promise<Run> {
  const { currencies } = each.gateway.capabilities;
  const order = `every-${++orders}`;
  const request = {
    pg: each.provider,
    pay_method: each.payMethod,
    merchant_uid: order,
    ...(currencies.includes('KRW') ? { amount: 60_000 } : { amount: 20, currency: currencies[0] }),
    name: '외투',
    buyer_name: '홍길동',
    m_redirect_url: `${shop.url}/done?a=1#top`,
    ...each.options,
  };
  const page = await lanes[each.device].take();
  const told = Promise.withResolvers<void>();
  const run: Run = { each, order, page, told: [], onTold: told.resolve };
  runs.set(order, run);
  await page.evaluate(`IMP.request_pay(${JSON.stringify(request)}, (answer) => told(answer, 'callback'))`);
  await told.promise;
  lanes[each.device].giveBack(page);
  return run;
}

const codeOf = { refused: 'USER_CANCEL', closed: 'USER_CLOSED', 'timed out': 'TIMEOUT' } as const;

/** Answers the payment's `imp_uid`. */
async function assertEnded({ each, told, order, code }: Run): Promise<string> {
  const { provider, payMethod, device, way, end } = each;
  const name = `${order}: ${provider} ${payMethod}, ${device}, ${way}, ${end}`;
  const [{ answer, by } = assert.fail(name)] = told;
  assert.equal(by, way === 'redirect' ? 'redirect' : 'callback', name);
  const isPaid = end === 'paid';
  const why = isPaid ? undefined : end === 'declined' ? code : codeOf[end];
  if (by === 'redirect') {
    const { error_code: _, error_msg: __, ...rest } = answer;
    assert.deepEqual(Object.keys(rest), ['a', 'imp_uid', 'merchant_uid', 'imp_success', 'hash'], name);
    assert.equal(answer.hash, '#top');
  }
  // Of a redirect everything is text.
  assert.deepEqual([String(answer.imp_success), answer.error_code], [String(isPaid), why], name);
  const { response: payment } = await demo.get(`/payments/${answer.imp_uid}`);
  const status = payMethod === 'vbank' ? 'ready' : 'paid';
  assert.deepEqual(
    [payment.status, payment.merchant_uid, payment.pg_provider, payment.pay_method, payment.channel],
    [isPaid ? status : 'failed', order, provider, payMethod, device === 'phone' ? 'mobile' : 'pc'],
    name,
  );
  if (by === 'callback' && isPaid) {
    assert.deepEqual([answer.status, answer.vbank_num ?? null], [payment.status, payment.vbank_num], name);
  }
  return payment.imp_uid;
}

const chosen = process.env.EVERY_WINDOW === 'all' ? mainGateways.flatMap(productOf) : pairsOf(mainGateways);
const windows = Map.groupBy(chosen, ({ provider }) => provider);

for (const [provider, cases] of windows) {
  test(`at ${provider} ${cases.length} windows end as they have to`, { skip }, async () => {
    const ended = await Promise.all(cases.map(buy));
    const impUids = await Promise.all(ended.map(assertEnded));
    const paid = impUids.filter((_, at) => cases[at]?.end === 'paid');
    const book = (await demo.get(`/sandbox/books/${provider}`)).response;
    const inBook = book.transactions.map(({ imp_uid }: { imp_uid: string }) => imp_uid);
    assert.deepEqual(inBook.toSorted(), paid.toSorted(), 'each payment once, and nothing else');
  });
}

test('every window was told of once', { skip }, () => {
  assert.ok(runs.size > 100);
  for (const { order, told } of runs.values()) assert.equal(told.length, 1, order);
});
