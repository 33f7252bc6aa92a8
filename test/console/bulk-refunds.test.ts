import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { encodeEucKr } from '../../src/platform/charset/euc-kr.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { bookOf, depositedVbank, goodCard, issueVbank, newOrder, payByCard, payManyByCard } from '../kit/orders.ts';
import { noBrowser } from '../window/browser.ts';
import { startConsole, type TestedConsole } from './kit/console.ts';
import { axeIsCalm, fitsWidth, narrow, shot, switchLanguage, wide } from './kit/console-browser.ts';

const skip = noBrowser;
let tested: TestedConsole;
let demo: ApiClient;
before(async () => {
  if (noBrowser) return;
  tested = await startConsole();
  demo = await tested.sandbox.demo();
});
afterEach(() => tested?.tidy());
after(() => tested?.close());

async function drop(page: Page, name: string, contents: Buffer): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: contents });
  await page.locator('main h1', { hasText: name }).waitFor();
}

/** Each page is looked at in both languages and at both widths. */
async function lookedAt(page: Page, name: string): Promise<void> {
  await axeIsCalm(page);
  await shot(page, `${name}-ko`);
  await switchLanguage(page);
  await shot(page, `${name}-en`);
  await page.setViewportSize(narrow);
  await fitsWidth(page);
  await axeIsCalm(page);
  await shot(page, `${name}-en-narrow`);
  await switchLanguage(page);
  await shot(page, `${name}-ko-narrow`);
  await page.setViewportSize(wide);
}

test('a file is dropped by one person, started by another, carried out without a page, and watched to its end', {
  skip,
}, async () => {
  const impUids = await payManyByCard(demo, 3);
  const account = await depositedVbank(demo);
  const csv = [
    'imp_uid,환불금액,사유,예금주,은행코드,계좌번호',
    ...impUids.map((impUid) => `${impUid},300,부분 환불,,,`),
  ];
  const file = encodeEucKr([...csv, `${account},,,홍길동,004,123-456-789012`].join('\r\n'));
  const one = await tested.signInAs('manager', '/bulk-refunds');
  await lookedAt(one, 'bulk-refunds');
  await drop(one, '환불.csv', file);
  await one.getByText('올린 사람이 아닌 다른 사람이').waitFor();
  assert.equal(await one.getByRole('button', { name: /환불 시작/ }).count(), 0);
  await one.getByText('********9012').waitFor();
  await lookedAt(one, 'bulk-refund-planned');

  const other = await tested.signInAs('owner', new URL(one.url()).pathname.slice('/console'.length));
  await other.getByRole('button', { name: '1,900원 환불 시작' }).click();
  const dialog = other.getByRole('dialog');
  await dialog.getByText('4건, 모두 1,900원이').waitFor();
  await shot(other, 'bulk-refund-start');
  await dialog.getByRole('button', { name: '1,900원 환불 시작' }).click();
  // What was not answered yet might not even have been sent when its page is closed.
  await dialog.waitFor({ state: 'hidden' });
  // Nobody's page is needed any more; the one that stays open tells of the end by itself.
  await other.context().close();
  await one.locator('dl.facts .badge.good').waitFor();
  await lookedAt(one, 'bulk-refund-ended');
  for (const impUid of impUids) {
    assert.deepEqual(
      (await bookOf(demo, impUid)).cancels.map(({ amount }) => amount),
      [300],
    );
  }
});

test('what is wrong with a file stands at its rows, and it can not be started', { skip }, async () => {
  const [good, account] = [await payByCard(demo), await depositedVbank(demo)];
  const page = await tested.signInAs('owner', '/bulk-refunds');
  await drop(page, 'broken.csv', Buffer.from(`imp_uid,amount\n${good},100\n${account},\nimp_none,1\n`));
  await page.getByText('2개 행에 문제가 있어').waitFor();
  await page.getByText('환불계좌가 필요합니다').waitFor();
  assert.equal(await page.getByRole('button', { name: /환불 시작/ }).count(), 0);
  await lookedAt(page, 'bulk-refund-broken');
  await page.getByRole('button', { name: '폐기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '폐기' }).click();
  await page.locator('dl.facts').getByText('폐기').waitFor();
});

test('a doubt is no failure on the page, and settles there by itself', { skip }, async () => {
  const impUid = await payByCard(demo);
  for (const fault of [
    { operation: 'cancel', kind: 'lost_answer', imp_uid: impUid },
    { operation: 'inquire', kind: 'http_500', count: 100_000 },
  ]) {
    assert.equal((await demo.post('/sandbox/faults', fault)).code, 0);
  }
  const made = await demo.post('/bulk-refunds', { file: `imp_uid\n${impUid}\n`, file_name: 'doubt.csv' });
  const id = made.response.bulk_refund_id;
  assert.equal((await demo.post(`/bulk-refunds/${id}/start`)).code, 0);
  const page = await tested.signInAs('operator', `/bulk-refunds/${id}`);
  await page.getByText('다른 방법으로 다시 환불하지 마세요').waitFor();
  await shot(page, 'bulk-refund-doubt');
  assert.equal((await demo.delete('/sandbox/faults')).code, 0);
  await page.locator('dl.facts .badge.good').waitFor();
});

test('webhooks, days of reconciliation, receipts, billing keys, schedules and certifications are lists with details', {
  skip,
}, async () => {
  assert.equal((await demo.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/' })).code, 0);
  const deposited = await depositedVbank(demo);
  assert.equal((await demo.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' })).code, 0);
  await issueVbank(demo);
  assert.equal((await demo.post('/subscribe/customers/card-1', { pg: 'tosspayments', ...goodCard })).code, 0);
  const { now } = (await demo.get('/sandbox/clock')).response;
  const order = newOrder();
  const schedules = [{ merchant_uid: order, schedule_at: now + 86_400, amount: 1000 }];
  assert.equal((await demo.post('/subscribe/payments/schedule', { customer_uid: 'card-1', schedules })).code, 0);
  const certified = await demo.post('/sandbox/certifications', { name: '홍길동' });
  assert.equal(certified.code, 0, certified.text);

  const page = await tested.signInAs('owner', '/webhooks?state=failed');
  await page.locator('tbody tr').first().waitFor();
  await lookedAt(page, 'webhooks');
  // A filter stands in the address, and "send all again" goes by the whole of it.
  await page.getByLabel('종류', { exact: true }).selectOption('ready');
  await page.waitForURL(/state=failed&event=ready/);
  await page.getByRole('link', { name: '입금 대기' }).first().waitFor();
  await page.getByLabel('종료일').fill('2001-01-31');
  await page.getByText('웹훅이 없습니다.').waitFor();
  const again = page.waitForRequest('**/webhooks/resend');
  await page.getByRole('button', { name: '조건에 맞는 것 모두 다시 보내기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '조건에 맞는 것 모두 다시 보내기' }).click();
  assert.deepEqual((await again).postDataJSON(), { state: 'failed', event: 'ready', until: 980_953_199 });
  await page.getByText('0건을 다시 보냅니다.').waitFor();
  // A filter that the list refuses sends nothing, and says why.
  const resendAll = page.getByRole('button', { name: '조건에 맞는 것 모두 다시 보내기' });
  await page.getByLabel('종료일').fill('0020-01-31');
  await page.getByRole('alert').getByText('parameter_invalid').waitFor();
  assert.ok(await resendAll.isDisabled(), 'not by a filter by which nothing can be seen');
  await page.getByText('이 조건으로는 목록을 볼 수 없어 다시 보낼 수 없습니다.').waitFor();
  await page.setViewportSize(narrow);
  await fitsWidth(page);
  await page.setViewportSize(wide);
  await page.getByLabel('종료일').fill('2001-01-31');
  await page.getByText('웹훅이 없습니다.').waitFor();
  assert.ok(await resendAll.isEnabled());
  await page.getByRole('button', { name: '필터 지우기' }).click();
  await page.locator('tbody tr a').first().click();
  await page.getByRole('button', { name: '다시 보내기' }).click();
  await page.locator('tbody tr').nth(1).waitFor();
  await lookedAt(page, 'webhook');

  await tested.goTo(page, '/reconciliation');
  await page.locator('.calendar a').first().waitFor();
  await lookedAt(page, 'reconciliation');
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  await tested.goTo(page, `/reconciliation/${today}`);
  await page.getByRole('button', { name: '비교하기: tosspayments' }).click();
  await page.getByRole('button', { name: '차이 보기: tosspayments' }).click();
  await page.getByRole('heading', { name: 'tosspayments의 차이' }).waitFor();
  await lookedAt(page, 'reconciled-day');

  for (const [name, path, link] of [
    ['receipts', '/receipts', undefined],
    ['billing-keys', '/billing-keys', 'card-1'],
    ['schedules', '/schedules', order],
    ['certifications', '/certifications', certified.response.imp_uid],
  ] as const) {
    await tested.goTo(page, path);
    await page.locator('tbody tr').first().waitFor();
    await lookedAt(page, name);
    if (link === undefined) continue;
    await page.getByRole('link', { name: link }).first().click();
    await page.locator('dl.facts').waitFor();
    await lookedAt(page, `${name}-one`);
  }
});
