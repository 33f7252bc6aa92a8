import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../window/browser.ts';
import { startConsole, type TestedConsole } from './kit/console.ts';
import { axeIsCalm, fitsWidth, narrow, shot } from './kit/console-browser.ts';

const skip = noBrowser;
let tested: TestedConsole;
let page: Page;
before(async () => {
  if (noBrowser) return;
  tested = await startConsole();
});
afterEach(() => tested?.tidy());
after(() => tested?.close());

const paymentOf = async (impUid: string) => {
  const demo = await tested.sandbox.demo();
  return (await demo.get(`/payments/${impUid}`)).response;
};

test('a virtual account is issued and paid into; its refund is taken, and its payout fails', { skip }, async () => {
  page = await tested.signInAs('owner', '/sandbox');
  await page.getByLabel('결제 수단').selectOption('vbank');
  await page.getByRole('button', { name: '가상계좌 발급하기' }).click();
  await page.getByText('결제를 만들었습니다').waitFor();
  await axeIsCalm(page);
  await shot(page, 'sandbox-pay');
  const impUid = await page.locator('.copy-id code').innerText();
  assert.equal((await paymentOf(impUid)).status, 'ready');
  await page.getByRole('link', { name: '입금·환불 처리로 이동' }).click();
  await page.getByRole('button', { name: '가상계좌에 입금' }).click();
  await page.getByText('결제 완료').waitFor();
  assert.equal((await paymentOf(impUid)).status, 'paid');
  await axeIsCalm(page);
  await shot(page, 'sandbox-act');
  // Nothing is being paid out: the gateway's own words.
  await page.getByRole('button', { name: '환불 지급 실패 처리' }).click();
  await page.getByRole('alert').getByText('sandbox_payment_refused').waitFor();
});

test('a fault is planned, strikes, and is taken back', { skip }, async () => {
  page = await tested.signInAs('developer', '/sandbox?tab=faults');
  await page.getByLabel('PG사').selectOption('tosspayments');
  await page.getByLabel('대상 작업').selectOption('cancel');
  await page.getByLabel('장애 종류').selectOption('reject');
  await page.getByLabel('횟수').fill('2');
  await page.getByRole('button', { name: '장애 예약' }).click();
  await page.getByRole('cell', { name: '거절', exact: true }).waitFor();
  const demo = await tested.sandbox.demo();
  const made = await demo.post('/sandbox/payments', { pay_method: 'card', amount: 1_000 });
  const refused = await demo.post('/payments/cancel', { imp_uid: made.response.imp_uid });
  assert.notEqual(refused.code, 0);
  await page.reload();
  const row = page.getByRole('row').filter({ hasText: 'tosspayments' });
  await row.waitFor();
  assert.deepEqual((await row.getByRole('cell').allInnerTexts()).slice(3, 5), ['1', '1']);
  await axeIsCalm(page);
  await shot(page, 'sandbox-faults');
  await page.setViewportSize(narrow);
  await fitsWidth(page);
  await shot(page, 'sandbox-faults-narrow');
  await row.getByRole('button', { name: '취소' }).click();
  await page.getByText('예약된 장애가 없습니다').waitFor();
  assert.deepEqual((await demo.get('/sandbox/faults')).response.list, []);
});

test('the clock is moved, held and let go; what falls due on the way is listed', { skip }, async () => {
  // Tokens go by the clock, too: each look takes a new one.
  const isHeld = async () => (await (await tested.sandbox.demo()).get('/sandbox/clock')).response.held;
  const issued = await (await tested.sandbox.demo()).post('/sandbox/payments', { pay_method: 'vbank', amount: 3_000 });
  page = await tested.signInAs('owner', '/sandbox?tab=clock');
  await page.getByText('시계가 실제 시간으로 흐릅니다').waitFor();
  await page.getByRole('button', { name: '30일' }).click();
  await page.getByText('시계가 멈춰 있습니다').waitFor();
  assert.equal(await isHeld(), true);
  await page.getByRole('row').filter({ hasText: issued.response.imp_uid }).first().waitFor();
  await axeIsCalm(page);
  await shot(page, 'sandbox-clock');
  await page.getByRole('button', { name: '실제 시간으로 되돌리기' }).click();
  await page.getByText('시계가 실제 시간으로 흐릅니다').waitFor();
  assert.equal(await isHeld(), false);
});

test('a seed is planted, a broken one is refused with where, and a reset asks first', { skip }, async () => {
  page = await tested.signInAs('owner', '/sandbox?tab=seed');
  await page.getByRole('button', { name: '심기', exact: true }).click();
  await page.getByRole('cell', { name: 'seeded-paid' }).waitFor();
  await axeIsCalm(page);
  await shot(page, 'sandbox-seed');
  await page.getByLabel('심을 내용').fill('merchants:\n  - payments:\n      - pay_method: shells\n');
  await page.getByRole('button', { name: '심기', exact: true }).click();
  await page.getByRole('alert').getByText('sandbox_seed_invalid').waitFor();

  const demo = await tested.sandbox.demo();
  await page.getByRole('tab', { name: '초기화' }).click();
  const count = async () => (await demo.get('/payments/status/all')).response.total;
  const before = await count();
  assert.ok(before > 0);
  await page.getByRole('button', { name: '이 상점 초기화' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  // Enter goes back: nothing is forgotten by a key.
  assert.equal(await page.evaluate<string>('document.activeElement.textContent'), '돌아가기');
  // What goes, what stays, and that it is final, where it is decided.
  for (const text of ['결제, 취소, 웹훅, 빌링키', '구성원은 남습니다', '되돌릴 수 없습니다'])
    await dialog.getByText(text).waitFor();
  await axeIsCalm(page);
  await shot(page, 'sandbox-reset');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await count(), before);
  await page.getByRole('button', { name: '이 상점 초기화' }).click();
  await dialog.getByRole('button', { name: '모두 지우기' }).click();
  await page.getByText('초기화했습니다').waitFor();
  assert.equal(await count(), 0);
});

test('a barcode is paid at the counter', { skip }, async () => {
  const demo = await tested.sandbox.demo();
  const barcode = { merchant_uid: 'bar-1', pg_provider: 'galaxia', pay_method: 'cvs', amount: 3_000, state: 'ready' };
  const planted = await demo.post('/sandbox/seed', { merchants: [{ payments: [barcode] }] });
  assert.equal(planted.code, 0, planted.text);
  const [{ imp_uid: impUid }] = planted.response.payments;
  page = await tested.signInAs('owner', `/sandbox?tab=act&imp_uid=${impUid}`);
  await page.getByRole('button', { name: '편의점에서 결제' }).click();
  await page.getByText('결제 완료').waitFor();
  assert.equal((await paymentOf(impUid)).status, 'paid');
});
