import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { demoSession } from '../kit/console-client.ts';
import { goodCard, issueVbank, newOrder, payByCard, refundAccount } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import {
  axeIsCalm,
  type ConsoleBrowser,
  fitsWidth,
  type Language,
  narrow,
  openConsoleBrowser,
  shot,
} from './kit/console-browser.ts';

let sandbox: Sandbox;
let browser: ConsoleBrowser;
let shop: ApiClient;
before(async () => {
  [sandbox, browser] = await Promise.all([startSandbox({ settings: briefLimits }), openConsoleBrowser()]);
  shop = await sandbox.demo();
});
afterEach(() => browser.tidy());
after(async () => {
  await browser?.close();
  await sandbox?.close();
});

async function inbox(options: { language?: Language; viewport?: typeof narrow; dark?: boolean } = {}) {
  const { cookie } = await demoSession(sandbox.url);
  const [name = '', value = ''] = cookie.split('=');
  const page = await browser.newPerson({ ...options, colorScheme: options.dark ? 'dark' : 'light' });
  await page.context().addCookies([{ name, value, url: sandbox.url }]);
  await page.goto(`${sandbox.url}/console`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

test('the console begins with what waits, which comes and goes by itself on the open page', async () => {
  const page = await inbox();
  await page.waitForURL(/\/console\/inbox$/);
  await page.getByText('지금 확인할 일이 없습니다').waitFor();

  const made = await shop.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 5000 });
  const { imp_uid: refunded, merchant_uid } = made.response;
  await shop.post(`/sandbox/vbanks/${refunded}/deposit`);
  const taken = await shop.post('/payments/cancel', { imp_uid: refunded, ...refundAccount });
  assert.equal(taken.headers['x-hwanbul-cancellation-state'], 'accepted', taken.text);
  // Minutes from now, unless that is tomorrow: then it is no account of today.
  await issueVbank(shop, 2000, { vbank_due: Math.floor(Date.now() / 1000) + 120 });
  await shop.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  const doubtful = newOrder('doubtful');
  const unclear = await shop.post('/subscribe/payments/onetime', {
    ...{ pg: 'ksnet', merchant_uid: doubtful, amount: 3000, ...goodCard },
  });
  assert.equal(unclear.error, 'outcome_in_doubt', unclear.text);
  await shop.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/' });
  await payByCard(shop);

  const doubts = page.getByRole('region', { name: /결과 확인 중/ });
  await doubts.getByText(doubtful).waitFor();
  await doubts.getByText('실패가 아닙니다').waitFor();
  const refunds = page.getByRole('region', { name: /환불 지급 대기/ });
  await refunds.getByText('5,000원').waitFor();
  assert.match(
    (await refunds.getByRole('link', { name: `결제 보기: ${merchant_uid}` }).getAttribute('href')) ?? '',
    new RegExp(`/console/payments/${refunded}$`),
  );
  await axeIsCalm(page);
  await shot(page, 'inbox-ko-1280-light');

  const { list } = (await shop.get('/doubts')).response;
  const resolved = await shop.post(`/doubts/${list[0].doubt_id}/resolve`, {
    ...{ outcome: 'refused', reason: 'not in the books of the gateway', actor: 'operator' },
  });
  assert.equal(resolved.code, 0, resolved.text);
  await doubts.waitFor({ state: 'detached' });
});

test('the inbox reads well in both languages, narrow and wide, light and dark', async () => {
  for (const [language, viewport, dark] of [
    ['en', undefined, true],
    ['ko', narrow, true],
    ['en', narrow, false],
  ] as const) {
    const page = await inbox({ language, dark, ...(viewport && { viewport }) });
    await page.getByRole('region').first().waitFor();
    await axeIsCalm(page);
    await fitsWidth(page);
    await shot(page, `inbox-${language}-${viewport ? 360 : 1280}-${dark ? 'dark' : 'light'}`);
  }
});
