import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import type { ApiClient } from '../kit/api-client.ts';
import { startCompany, type TestedCompany } from '../kit/company-sign-in.ts';
import { type ConsoleClient, goodPassword, join } from '../kit/console-client.ts';
import { bookOf, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
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

let company: TestedCompany;
let sandbox: Sandbox;
let browser: ConsoleBrowser;
let shop: ApiClient;
/** Passkeys belong to names. */
let url: string;
before(async () => {
  company = await startCompany();
  [sandbox, browser] = await Promise.all([
    startSandbox({ settings: { oidc: company.settings } }),
    openConsoleBrowser(),
  ]);
  url = sandbox.url.replace('127.0.0.1', 'localhost');
  shop = await sandbox.newMerchant();
});
afterEach(() => browser.tidy());
after(async () => {
  await browser?.close();
  await sandbox?.close();
  await company?.close();
});

async function signIn(page: Page, email: string, words = { email: '이메일', password: '비밀번호', act: '로그인' }) {
  await page.goto(`${url}/console/sign-in`);
  await page.getByLabel(words.email).fill(email);
  await page.getByLabel(words.password).fill(goodPassword);
  await page.getByRole('button', { name: words.act, exact: true }).click();
}

async function signedIn(by: ConsoleClient, options: { language?: Language; viewport?: typeof narrow } = {}) {
  const page = await browser.newPerson(options);
  const [name = '', value = ''] = by.cookie.split('=');
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
  return page;
}

async function withVirtualAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
}

test('where it is demanded, a member enrols an authenticator by its QR code before anything else, and signs in with it', async () => {
  const owner = await join(shop, 'owner');
  const member = await join(shop, 'operator');
  const rules = await signedIn(owner);
  await rules.goto(`${url}/console/settings/sign-in-rules`);
  await rules.getByLabel('모든 구성원에게 2단계 인증 요구').check();
  await axeIsCalm(rules);
  await shot(rules, 'factors-rules-ko-wide');
  await rules.getByRole('button', { name: '저장' }).click();
  await rules.getByText('상점에서 2단계 인증을 요구합니다').first().waitFor();

  const page = await browser.newPerson({ viewport: narrow });
  await signIn(page, member.email);
  await page.getByText('상점에서 2단계 인증을 요구합니다').first().waitFor();
  await page.goto(`${url}/console/settings/sessions`);
  await page.getByRole('button', { name: '인증 앱 등록' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: 'QR 코드' }).waitFor();
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'factors-enrol-ko-narrow');
  const secret = String(await dialog.locator('code').first().textContent());
  await dialog.getByLabel('인증 코드 6자리').fill(generateSync({ secret }));
  await dialog.getByRole('button', { name: '등록' }).click();
  await page.getByRole('dialog').getByRole('heading', { name: '복구 코드' }).waitFor();
  const codes = await page.getByRole('dialog').locator('li').allTextContents();
  assert.equal(codes.length, 10);
  await fitsWidth(page);
  await shot(page, 'factors-codes-ko-narrow');
  await page.getByRole('button', { name: '보관했습니다' }).click();
  await page.getByText('복구 코드 10개 남음').waitFor();
  await switchLanguage(page);
  await page.getByText('10 recovery codes left').waitFor();
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'factors-account-en-narrow');

  const next = await browser.newPerson({ language: 'en' });
  await signIn(next, member.email, { email: 'E-mail', password: 'Password', act: 'Sign in' });
  await next.getByRole('heading', { name: 'Second step' }).waitFor();
  await axeIsCalm(next);
  await shot(next, 'factors-second-step-en-wide');
  await next.getByLabel('Six-digit code').fill('000000');
  await next.getByRole('button', { name: 'Confirm' }).click();
  await next.getByText('factor_wrong').waitFor();
  await next.getByLabel('Six-digit code').fill(codes[0] ?? '');
  await next.getByRole('button', { name: 'Confirm' }).click();
  await next.getByRole('navigation').waitFor();
  shop = await sandbox.newMerchant();
});

test('a passkey is enrolled, signs in without a password, and answers the question before a change of rights', async () => {
  const owner = await join(shop, 'owner');
  const page = await signedIn(owner);
  await withVirtualAuthenticator(page);
  await page.goto(`${url}/console/account`);
  await page.getByRole('button', { name: '패스키 등록' }).click();
  await page.getByRole('button', { name: '보관했습니다' }).click();
  const row = page.getByRole('row', { name: /패스키/ });
  await row.getByRole('button', { name: '이름 변경' }).click();
  await page.getByRole('dialog').getByLabel('이름').fill('업무용 노트북');
  await page.getByRole('dialog').getByRole('button', { name: '저장' }).click();
  await page.getByRole('row', { name: /업무용 노트북/ }).waitFor();
  await axeIsCalm(page);
  await shot(page, 'factors-account-ko-wide');

  await page.locator('.account summary').click();
  await page.getByRole('button', { name: '로그아웃' }).click();
  await page.getByRole('button', { name: '패스키로 로그인' }).click();
  await page.getByRole('navigation').waitFor();

  // An hour later, in the eyes of the server, somebody sits down there.
  const asks = await page.context().request.get(`${url}/console/api/session`);
  const { csrf } = (await asks.json()).response;
  const put = await page.context().request.put(`${url}/console-settings`, {
    headers: { 'x-hwanbul-csrf': csrf },
    data: { step_up: true },
  });
  assert.equal((await put.json()).code, 0);
  await sandbox.database.query(`update sessions set proved_at = proved_at - interval '1 hour'`);
  await page.goto(`${url}/console/settings/sign-in-rules`);
  await page.getByLabel('모든 구성원에게 2단계 인증 요구').check();
  await page.getByRole('button', { name: '저장' }).click();
  await page.getByRole('heading', { name: '본인 확인' }).waitFor();
  await axeIsCalm(page);
  await shot(page, 'factors-step-up-ko-wide');
  await page.getByRole('button', { name: '패스키로 확인' }).click();
  await page.getByText('저장했습니다').waitFor();
  const settings = await page.context().request.get(`${url}/console-settings`);
  assert.equal((await settings.json()).response.second_factor_required, true);

  await page.goto(`${url}/console/account`);
  await page
    .getByRole('row', { name: /업무용 노트북/ })
    .getByRole('button', { name: '삭제' })
    .click();
  await page.getByRole('dialog').getByLabel('비밀번호').fill(goodPassword);
  await page.getByRole('dialog').getByRole('button', { name: '삭제' }).click();
  await page.getByText('상점에서 2단계 인증을 요구합니다').first().waitFor();
});

test('new recovery codes are made only when somebody says so, and what a passkey is refused for is told in the language of the page', async () => {
  shop = await sandbox.newMerchant();
  const owner = await join(shop, 'owner');
  const page = await signedIn(owner);
  await withVirtualAuthenticator(page);
  await page.goto(`${url}/console/account`);
  await page.locator('.empty-state', { hasText: '등록된 인증 수단이 없습니다' }).waitFor();
  await page.getByRole('button', { name: '패스키 등록' }).click();
  await page.getByRole('button', { name: '보관했습니다' }).click();
  await page.getByRole('button', { name: '패스키 등록' }).click();
  await page.getByRole('alert').getByText('이 기기의 패스키는 이미 등록되어 있습니다.').waitFor();

  let isMade = false;
  page.on('request', (request) => {
    isMade ||= request.url().endsWith('/factors/recovery-codes');
  });
  await page.getByRole('button', { name: '복구 코드 새로 만들기' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('되돌릴 수 없습니다').waitFor();
  await axeIsCalm(page);
  await shot(page, 'factors-new-codes-ko-wide');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(isMade, false);
  await page.getByRole('button', { name: '복구 코드 새로 만들기' }).click();
  await dialog.getByRole('button', { name: '새로 만들기' }).click();
  await page.getByRole('button', { name: '보관했습니다' }).waitFor();
  assert.equal(await dialog.locator('li').count(), 10);
  await page.getByRole('button', { name: '보관했습니다' }).click();
  // A reader hears which one a button is about.
  await page.getByRole('button', { name: '삭제: 패스키', exact: true }).waitFor();

  // Asked again, only what was tried last is told of.
  assert.equal((await owner.put('/console-settings', { step_up: true })).code, 0);
  await sandbox.database.query(`update sessions set proved_at = proved_at - interval '1 hour'`);
  await page.goto(`${url}/console/settings/sign-in-rules`);
  await page.getByLabel('모든 구성원에게 2단계 인증 요구').check();
  await page.getByRole('button', { name: '저장' }).click();
  const code = dialog.getByLabel('인증 코드 6자리 또는 복구 코드');
  await code.waitFor();
  await page.keyboard.type('000000');
  assert.equal(await code.inputValue(), '000000', 'it can be typed at once');
  await page.keyboard.press('Enter');
  await dialog.getByText('factor_wrong').waitFor();
  await page.evaluate(
    'navigator.credentials.get = async () => { throw new DOMException("closed", "NotAllowedError") }',
  );
  await dialog.getByRole('button', { name: '패스키로 확인' }).click();
  await dialog.getByText('패스키를 사용하지 않았습니다').waitFor();
  assert.equal(await dialog.getByText('factor_wrong').count(), 0);
  await dialog.getByRole('button', { name: '확인하고 계속' }).click();
  await dialog.getByText('factor_wrong').waitFor();
  assert.equal(await dialog.getByText('passkey_not_used').count(), 0);
});

test('whoever leaves the question who sits there has been refused nothing: the refund is as it was filled in', async () => {
  const payment = await payByCard(shop, 1000);
  const owner = await join(shop, 'owner');
  assert.equal((await owner.put('/console-settings', { step_up: true })).code, 0);
  const page = await signedIn(owner, { language: 'en' });
  const dialog = page.getByRole('dialog');
  await page.goto(`${url}/console/payments/${payment}`);
  await page.getByRole('button', { name: 'Cancel payment…' }).click();
  await dialog.getByRole('radio', { name: 'A part' }).check();
  await dialog.getByRole('textbox', { name: 'Amount to cancel' }).fill('300');
  await dialog.getByLabel('Reason', { exact: true }).selectOption({ index: 1 });
  await sandbox.database.query(`update sessions set proved_at = proved_at - interval '1 hour'`);
  const asked = page.getByRole('dialog', { name: 'Is it you?' });
  await dialog.getByRole('button', { name: /300/ }).click();
  await asked.waitFor();

  // What it refuses is told in the language of the page, and in the server's own words.
  await asked.getByLabel('Password').fill('not the password');
  await asked.getByRole('button', { name: 'Confirm and go on' }).click();
  await asked.getByText('It is not the password of the member').waitFor();
  assert.equal(await asked.locator('[lang="ko"]').innerText(), '비밀번호가 올바르지 않습니다.');
  await axeIsCalm(page);
  await shot(page, 'step-up-refused-en');

  await asked.getByRole('button', { name: 'Back' }).click();
  await dialog.getByText('Nothing was asked for, since it was not confirmed who sits here').waitFor();
  assert.equal(await dialog.getByText('Refused').count(), 0);
  assert.equal(await dialog.getByRole('textbox', { name: 'Amount to cancel' }).inputValue(), '300');
  assert.equal((await bookOf(shop, payment)).cancels.length, 0);
  await axeIsCalm(page);
  await shot(page, 'step-up-left-en');

  await dialog.getByRole('button', { name: /300/ }).click();
  await asked.getByLabel('Password').fill(goodPassword);
  await asked.getByRole('button', { name: 'Confirm and go on' }).click();
  await dialog.getByRole('heading', { name: 'Cancelled' }).waitFor();
  assert.deepEqual(
    (await bookOf(shop, payment)).cancels.map(({ amount }) => amount),
    [300],
  );
});

test('an owner resets the second factors of a member, told whose and that it is final', async () => {
  shop = await sandbox.newMerchant();
  const [owner, member] = [await join(shop, 'owner'), await join(shop, 'operator')];
  const begun = (await member.post('/console/api/factors/totp')).response;
  const enrolled = await member.post(`/console/api/factors/totp/${begun.factor_id}/confirm`, {
    code: generateSync({ secret: begun.secret }),
  });
  assert.equal(enrolled.code, 0, enrolled.text);
  const page = await signedIn(owner, { viewport: narrow });
  await page.goto(`${url}/console/settings/sign-in-rules`);
  await page.getByText('본인을 포함해').waitFor();
  await page.getByRole('button', { name: `초기화: ${member.email}` }).click();
  const dialog = page.getByRole('dialog', { name: `${member.email}의 2단계 인증 초기화` });
  await dialog.getByText('되돌릴 수 없습니다').waitFor();
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'factors-reset-ko-narrow');
  await dialog.getByRole('button', { name: '초기화' }).click();
  await page.getByRole('button', { name: `초기화: ${member.email}` }).waitFor({ state: 'detached' });
  // The button is gone, and the focus is not lost with it.
  await page.locator('main:focus').waitFor();
});

test('a developer makes a new secret, which is shown once', async () => {
  shop = await sandbox.newMerchant();
  const page = await signedIn(await join(shop, 'developer'), { viewport: narrow, language: 'en' });
  await page.goto(`${url}/console/settings/api-keys`);
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await axeIsCalm(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByRole('heading', { name: 'The new secret' }).waitFor();
  assert.match(String(await page.getByRole('dialog').locator('code').textContent()), /^[A-Za-z0-9]{80}$/);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('heading', { name: 'Previous secret' }).waitFor();
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'factors-keys-en-narrow');
});

test('whoever comes by the company is let in where the company and the store know the person, and told why where not', async () => {
  const member = await join(shop, 'operator');
  const known = { email: member.email, email_verified: true };
  const page = await browser.newPerson({ viewport: narrow });
  const comeBy = () => page.getByRole('link', { name: 'Example SSO(으)로 로그인' }).click();
  const isTold = (text: string) => page.getByRole('alert').getByText(text).waitFor();

  await page.goto(`${url}/console/sign-in`);
  company.answers(false);
  await comeBy();
  await isTold('회사 로그인 서버가 응답하지 않습니다');
  company.answers(true);
  for (const [claims, problem] of [
    [undefined, '회사 로그인에서 확인되지 않았습니다'],
    [{ ...known, email_verified: false }, '확인된 이메일 주소를 받지 못했습니다'],
    [{ ...known, email: 'stranger@example.com' }, '이 이메일의 구성원이 없습니다'],
  ] as const) {
    company.knows(claims);
    await comeBy();
    await isTold(problem);
  }
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'company-not-invited-ko-narrow');
  await page.goto(`${url}/console/api/oidc/callback?code=code&state=${'x'.repeat(43)}`);
  await isTold('다른 브라우저에서 시작되었습니다');
  await switchLanguage(page);
  await isTold('That took too long, or began in another browser');

  company.knows(known);
  await page.getByRole('link', { name: 'Sign in with Example SSO' }).click();
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();

  // A second factor is asked for after the company, too, and what the address brings is gone from it.
  const begun = (await member.post('/console/api/factors/totp')).response;
  const enrolled = await member.post(`/console/api/factors/totp/${begun.factor_id}/confirm`, {
    code: generateSync({ secret: begun.secret }),
  });
  await page.goto(`${url}/console/api/oidc/start`);
  await page.getByRole('heading', { name: 'Second step' }).waitFor();
  assert.equal(new URL(page.url()).hash, '');
  await page.getByLabel('Six-digit code').fill(enrolled.response.recovery_codes[0]);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
});
