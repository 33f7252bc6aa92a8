import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiClient } from '../kit/api-client.ts';
import { goodPassword, join } from '../kit/console-client.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { axeIsCalm, type ConsoleBrowser, type Language, openConsoleBrowser, shot } from './kit/console-browser.ts';

let sandbox: Sandbox;
let browser: ConsoleBrowser;
let shop: ApiClient;
before(async () => {
  [sandbox, browser] = await Promise.all([startSandbox(), openConsoleBrowser()]);
  shop = await sandbox.newMerchant();
  assert.equal((await shop.put('/sandbox/tiers/001', { tier_name: '강남점' })).code, 0);
});
afterEach(() => browser.tidy());
after(async () => {
  await browser?.close();
  await sandbox?.close();
});

let people = 0;
async function linkFor(role: string, email = `page-${++people}@example.com`): Promise<{ email: string; link: string }> {
  const made = await shop.post('/members/invitations', { email, role });
  assert.equal(made.code, 0, made.text);
  return { email, link: made.response.link };
}

/** Follows a link, as whoever has been handed it. */
async function accept(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('이름').fill(name);
  await page.getByLabel('비밀번호').fill(goodPassword);
  await page.getByRole('button', { name: '수락하고 로그인' }).click();
  await page.getByRole('navigation').waitFor();
}

async function signedIn(role: string, options: { language?: Language } = {}) {
  const api = await join(shop, role as 'owner', { email: `page-${++people}@example.com` });
  const page = await browser.newPerson(options);
  const [name = '', value = ''] = api.cookie.split('=');
  await page.context().addCookies([{ name, value, url: sandbox.url, httpOnly: true, sameSite: 'Strict' }]);
  return { page, api };
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

test('an invitation is accepted on its page, once; whoever is signed in already is asked to sign out', async () => {
  const { link, email } = await linkFor('owner');
  const page = await browser.newPerson();
  await page.goto(link);
  await page.getByText('소유자(으)로 초대되었습니다').waitFor();
  assert.equal(await page.getByLabel('이메일').inputValue(), email);
  await axeIsCalm(page);
  await shot(page, 'invitation-ko-wide');
  await page.getByLabel('이름').fill('김환불');
  await page.getByLabel('비밀번호').fill('too short');
  await page.getByRole('button', { name: '수락하고 로그인' }).click();
  await page.getByText('password_weak').waitFor();
  await accept(page, link, '김환불');
  assert.ok(!page.url().includes('invitations'), page.url());

  const other = await linkFor('operator');
  await page.goto(other.link);
  await page.getByText(`${email}(으)로 로그인되어 있습니다`).waitFor();
  await page.getByRole('button', { name: '로그아웃하고 계속' }).click();
  await page.getByText('운영자(으)로 초대되었습니다').waitFor();

  const late = await browser.newPerson({ language: 'en' });
  await late.goto(link);
  await late.getByText('invitation_not_found').waitFor();
  await axeIsCalm(late);
});

test('an owner invites somebody, who comes in, is given another role, and is removed', async () => {
  const { page } = await signedIn('owner');
  await page.goto(`${sandbox.url}/console/settings/members`);
  await heading(page, '구성원');
  await page.getByRole('button', { name: '구성원 초대' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('이메일').fill('invited@example.com');
  await dialog.getByLabel('역할').selectOption('operator');
  await axeIsCalm(page);
  await shot(page, 'members-invite-ko-wide');
  await dialog.getByRole('button', { name: '초대 링크 만들기' }).click();
  await page.getByRole('heading', { name: '링크를 전달하세요' }).waitFor();
  const link = String(await page.getByRole('dialog').locator('code').textContent());
  assert.match(link, /\/console\/invitations\/[\w-]{43}$/);
  await page.getByRole('dialog').getByRole('button', { name: '닫기' }).click();
  await page.getByRole('row', { name: /invited@example\.com.*초대 취소/ }).waitFor();

  const invited = await browser.newPerson();
  await accept(invited, link, '이운영');
  await invited.goto(`${sandbox.url}/console/settings/members`);
  await invited.getByText('볼 수 있는 권한이 없습니다').waitFor();

  await page.reload();
  const row = page.getByRole('row', { name: /invited@example\.com/ });
  await row.getByRole('button', { name: '변경' }).click();
  await page.getByRole('dialog').getByLabel('역할').selectOption('read_only');
  await page.getByRole('dialog').getByLabel('본점과 모든 하위 상점').uncheck();
  await page.getByRole('dialog').getByLabel('강남점 (001)').check();
  await page.getByRole('dialog').getByRole('button', { name: '저장' }).click();
  await page.getByRole('row', { name: /invited@example\.com.*조회 전용.*001/ }).waitFor();
  await shot(page, 'members-ko-wide');

  await page.goto(`${sandbox.url}/console/settings/audit?subject=invited%40example.com`);
  const entry = page.getByRole('row', { name: /changeMember.*완료/ });
  await entry.getByRole('button', { name: '보기' }).click();
  assert.match(String(await page.getByRole('dialog').textContent()), /"operator"[\s\S]*"read_only"/);
  await axeIsCalm(page);
  await shot(page, 'audit-change-ko-wide');
  await page.getByRole('dialog').getByRole('button', { name: '닫기' }).click();

  await page.goto(`${sandbox.url}/console/settings/members`);
  await row.getByRole('button', { name: '내보내기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '내보내기' }).click();
  await row.waitFor({ state: 'detached' });
  await invited.reload();
  await invited.getByRole('button', { name: '로그인', exact: true }).waitFor();
});

test('what is set on the pages of settings holds, and a secret is shown once', async () => {
  const { page, api } = await signedIn('owner', { language: 'en' });
  await page.goto(`${sandbox.url}/console/settings/refund-rules`);
  await page.getByLabel('KRW', { exact: true }).fill('100,000');
  await page.getByLabel('operator').fill('5000');
  await page.getByLabel('Add a currency').selectOption('USD');
  await page.getByLabel('USD', { exact: true }).fill('99.50');
  await page.getByRole('textbox', { name: 'Reasons for refunds' }).fill('오배송\n중복 결제');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  assert.deepEqual((await api.get('/console-settings')).response, {
    approval_above: { KRW: 100_000, USD: 99.5 },
    ceilings: { operator: { KRW: 5000 } },
    reasons: ['오배송', '중복 결제'],
    second_factor_required: false,
    step_up: false,
  });

  await page.goto(`${sandbox.url}/console/settings/webhooks`);
  await page.getByLabel('Address').fill('https://shop.example/webhook');
  await page.getByLabel('Form').selectOption('form');
  await page.getByLabel('Send again what failed').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByRole('heading', { name: 'The new secret' }).waitFor();
  const secret = String(await page.getByRole('dialog').locator('code').textContent());
  assert.match(secret, /^whsec_/);
  await page.reload();
  await page.locator('.badge.good', { hasText: 'signed' }).waitFor();
  assert.ok(!(await page.content()).includes(secret));
  const shown = (await api.get('/webhook-settings')).response;
  assert.deepEqual(
    [shown.webhook_url, shown.webhook_format, shown.webhook_retry, shown.webhook_secret, shown.is_read_only],
    ['https://shop.example/webhook', 'form', true, null, false],
  );

  await page.goto(`${sandbox.url}/console/settings/channels`);
  const row = page.getByRole('row', { name: /tosspayments/ }).first();
  await row.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('카드 결제');
  await page.getByRole('dialog').getByLabel('secretKey').fill('test_sk_hunter2_hunter2');
  await axeIsCalm(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /카드 결제/ }).waitFor();
  const audit = (await api.get('/member-audit')).text;
  assert.ok(!audit.includes('hunter2') && !audit.includes(secret) && audit.includes('new_credentials'));
  assert.ok(!(await api.get('/channels')).text.includes('hunter2'));
});

test('a member sees where they have signed in, ends what they do not know, and chooses another password', async () => {
  const { page, api } = await signedIn('read_only', { language: 'en' });
  const again = await sandbox.newMerchant();
  const opened = await again.post('/console/api/sign-in', {
    ...{ email: api.session.member.email, password: goodPassword },
  });
  assert.equal(opened.code, 0, opened.text);
  await page.goto(`${sandbox.url}/console/settings/sessions`);
  await page.getByText('this browser').waitFor();
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('1 session ended').waitFor();
  await page.getByRole('button', { name: 'End', exact: true }).waitFor({ state: 'detached' });
  await page.getByLabel('Current password').fill(goodPassword);
  await page.getByLabel('New password').fill('one more good phrase');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('The password is changed').waitFor();
  assert.equal((await api.get('/console/api/sessions')).response.list.length, 1);
});
