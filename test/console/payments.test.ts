import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { MemberRole } from '../../src/core/members/permissions.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { demoSession } from '../kit/console-client.ts';
import { goodCard, newOrder, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import {
  axeIsCalm,
  type ConsoleBrowser,
  fitsWidth,
  type Language,
  narrow,
  openConsoleBrowser,
  shot,
  switchLanguage,
} from './kit/console-browser.ts';

let sandbox: Sandbox;
let browser: ConsoleBrowser;
let shop: ApiClient;
/** A payment that was cancelled in part, of a buyer with a name that a spreadsheet would run. */
let partly: { readonly imp_uid: string; readonly merchant_uid: string };
let doubtful = '';
before(async () => {
  [sandbox, browser] = await Promise.all([startSandbox({ settings: briefLimits }), openConsoleBrowser()]);
  shop = await sandbox.demo();
  const imp_uid = await payByCard(shop, 12_000, {
    ...{ name: '겨울 코트', buyer_name: '=1+1', buyer_tel: '010-1234-5678', buyer_email: 'buyer@example.com' },
  });
  assert.equal((await shop.post('/payments/cancel', { imp_uid, amount: 3000 })).code, 0);
  partly = (await shop.get(`/payments/${imp_uid}`)).response;
  for (let each = 0; each < 55; each++) await payByCard(shop, 1000 + each);
  await shop.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  doubtful = newOrder('doubtful');
  const unclear = await shop.post('/subscribe/payments/onetime', {
    ...{ pg: 'ksnet', merchant_uid: doubtful, amount: 3000, ...goodCard },
  });
  assert.equal(unclear.error, 'outcome_in_doubt', unclear.text);
});
afterEach(() => browser.tidy());
after(async () => {
  await browser?.close();
  await sandbox?.close();
});

async function signedIn(
  path: string,
  options: { language?: Language; viewport?: typeof narrow; dark?: boolean; role?: MemberRole } = {},
) {
  const { cookie } = await demoSession(sandbox.url, options.role);
  const [name = '', value = ''] = cookie.split('=');
  const { role: _, ...ofPerson } = options;
  const page = await browser.newPerson({ ...ofPerson, colorScheme: options.dark ? 'dark' : 'light' });
  await page.context().addCookies([{ name, value, url: sandbox.url }]);
  await page.goto(`${sandbox.url}/console${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const rowsOf = (page: Page) => page.locator('tbody tr');

/** The rows of the list before stand there until the new ones have come. */
async function onlyRow(page: Page, text: string): Promise<void> {
  await rowsOf(page).nth(1).waitFor({ state: 'detached' });
  await rowsOf(page).filter({ hasText: text }).waitFor();
  assert.equal(await rowsOf(page).count(), 1, text);
}

test('the list stands in the address: states, filters, pages, and a search of whatever is pasted', async () => {
  const page = await signedIn('/payments');
  await page.getByText('모두 테스트').waitFor();
  await page.getByText('결제를 요청한 시각 기준').waitFor();
  await rowsOf(page).nth(49).waitFor();
  assert.equal(await rowsOf(page).count(), 50);
  await page.getByRole('button', { name: '더 보기', exact: true }).click();
  await rowsOf(page).nth(56).waitFor();
  assert.equal(await rowsOf(page).count(), 57, 'the second page holds the rest, and nothing twice');
  // What is in doubt says so beside its state, and is not called a failure.
  const inDoubt = rowsOf(page).filter({ hasText: doubtful });
  await inDoubt.getByText('결과 확인 중').waitFor();
  assert.equal(await inDoubt.getByText('결제 실패').count(), 0);
  await page.getByRole('button', { name: '취소됨 1건' }).click();
  await page.waitForURL(/status=cancelled/);
  await onlyRow(page, partly.merchant_uid);
  await rowsOf(page).getByText('부분 취소').waitFor();
  await shot(page, 'payments-cancelled-ko-1280');
  await page.goBack();
  await rowsOf(page).nth(49).waitFor();

  for (const [text, readAs] of [
    ['010-1234-5678', '전화번호'],
    ['5678', '전화번호'],
    [partly.imp_uid, '결제번호(imp_uid)'],
    [` ${partly.merchant_uid} `, '주문번호'],
    ['buyer@example.com', '이메일'],
  ] as const) {
    const search = page
      .getByRole('searchbox')
      .or(page.getByLabel('검색', { exact: true }))
      .first();
    await search.fill(text);
    await search.press('Enter');
    await page.getByText(`${readAs}(으)로 찾았습니다`).waitFor();
    await onlyRow(page, partly.merchant_uid);
  }
  await page.reload();
  await rowsOf(page).filter({ hasText: partly.merchant_uid }).waitFor();
  await page.goto(`${sandbox.url}/console/payments?open=doubt`);
  await onlyRow(page, doubtful);
  await page.goto(`${sandbox.url}/console/payments?amount_min=1&amount_max=2`);
  await page.getByText('조건에 맞는 결제가 없습니다').waitFor();
});

test('a filter is saved, chosen again and deleted; a file is chosen by columns, safe for a spreadsheet, and written down', async () => {
  const page = await signedIn('/payments?status=cancelled', { language: 'en' });
  await page.getByRole('button', { name: 'Save this filter' }).click();
  const nameField = page.getByRole('dialog').getByLabel('Name');
  await nameField.waitFor();
  await page.keyboard.type('given back');
  assert.equal(await nameField.inputValue(), 'given back', 'it can be typed at once');
  await page.getByRole('dialog').getByLabel('Share with all').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('navigation', { name: 'Saved views' }).getByText('given back').waitFor();
  await page.goto(`${sandbox.url}/console/payments?from_day=2020-01-01`);
  await page.getByRole('link', { name: /given back/ }).click();
  await page.waitForURL(/status=cancelled/);
  assert.match(page.url(), /from_day=2020-01-01/, 'a view without days keeps those that are looked at');
  await rowsOf(page).first().waitFor();
  await page.getByRole('button', { name: 'Change view' }).click();
  await nameField.fill('given back to buyers');
  await axeIsCalm(page);
  await shot(page, 'payments-change-view-en-1280');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: /given back to buyers/ }).waitFor();
  // Whoever may neither change nor delete it is not offered to.
  const clerk = await signedIn('/payments?status=cancelled', { role: 'read_only' });
  await clerk.locator('.saved-view[aria-current="page"]', { hasText: 'given back to buyers' }).waitFor();
  assert.equal(await clerk.getByRole('button', { name: /보기 (삭제|변경)/ }).count(), 0);

  await page.getByRole('button', { name: 'Export CSV' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Buyer', { exact: true }).check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^payments-\d{4}-\d\d-\d\d\.csv$/);
  const [head, line] = (await readFile(await download.path(), 'utf8')).slice(1).split('\r\n');
  assert.match(head ?? '', /^imp_uid,Order,State,Amount,.*Buyer/);
  assert.ok(line?.startsWith(`${partly.imp_uid},${partly.merchant_uid},cancelled,12000,3000`), line);
  assert.match(line ?? '', /"'=1\+1"/);
  await axeIsCalm(page);
  await shot(page, 'payments-export-en-1280');
  await dialog.getByRole('button', { name: 'Close' }).click();
  const owner = await demoSession(sandbox.url);
  const [entry] = (await owner.get('/member-audit')).response.list;
  assert.deepEqual([entry.operation, entry.outcome, entry.after.status], ['exportPayments', 'done', 'cancelled']);

  // Who may not take it is offered nothing, and refused.
  const reader = await demoSession(sandbox.url, 'read_only');
  assert.equal((await reader.get('/search/payments.csv')).error, 'member_not_allowed');
  const own = await reader.post('/saved-views', { name: 'only mine', query: 'status=paid' });
  assert.deepEqual([own.code, own.response.shared], [0, false], own.text);
  const shared = (await owner.get('/saved-views')).response.list;
  assert.deepEqual(
    shared.map(({ name }: { name: string }) => name),
    ['given back to buyers'],
  );
  assert.equal((await reader.delete(`/saved-views/${shared[0].saved_view_id}`)).error, 'saved_view_not_own');

  await page.getByRole('button', { name: 'Delete view' }).click();
  await page.getByRole('dialog').getByText('this is final').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete view' }).click();
  await page.getByRole('link', { name: /given back/ }).waitFor({ state: 'detached' });
});

test('the page reads well in both languages, narrow and wide, light and dark', async () => {
  for (const [language, viewport, dark] of [
    ['ko', undefined, false],
    ['en', narrow, true],
    ['ko', narrow, false],
    ['en', undefined, true],
  ] as const) {
    const page = await signedIn('/payments?amount_min=1', { language, dark, ...(viewport && { viewport }) });
    await rowsOf(page).first().waitFor();
    await axeIsCalm(page);
    await fitsWidth(page);
    await shot(page, `payments-${language}-${viewport ? 360 : 1280}-${dark ? 'dark' : 'light'}`);
    if (language === 'ko' && viewport) {
      await switchLanguage(page);
      await page.getByRole('heading', { name: 'Payments' }).waitFor();
    }
  }
});
