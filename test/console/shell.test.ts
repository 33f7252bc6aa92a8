import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { goodPassword, join } from '../kit/console-client.ts';
import { noBrowser } from '../window/browser.ts';
import { startConsole, type TestedConsole } from './kit/console.ts';
import { axeIsCalm, fitsWidth, narrow, shot, switchLanguage } from './kit/console-browser.ts';

const skip = noBrowser;
let tested: TestedConsole;
before(async () => {
  if (!noBrowser) tested = await startConsole();
});
afterEach(() => tested?.tidy());
after(() => tested?.close());

test('a person signs in with a password, stays signed in, and is gone from the browser afterwards', {
  skip,
}, async () => {
  const { email } = await join(await tested.sandbox.newMerchant(), 'owner');
  const page = await tested.newPerson();
  await page.goto(`${tested.sandbox.url}/console/sandbox?tab=clock`);
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('sign_in_wrong').waitFor();
  await axeIsCalm(page);
  await shot(page, 'sign-in-wrong');
  await page.getByLabel('비밀번호').fill(goodPassword);
  await page.getByRole('button', { name: '로그인' }).click();
  // Where they wanted to go.
  await page.getByText('상점의 현재 시각').waitFor();
  await page.reload();
  await page.getByText('상점의 현재 시각').waitFor();
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
    [['hwanbul_session', true, 'Strict']],
  );
  await page.locator('summary', { hasText: /person/ }).click();
  await page.getByRole('button', { name: '로그아웃' }).click();
  await page.getByLabel('이메일').waitFor();
  assert.deepEqual(await page.context().cookies(), []);
  assert.equal(await page.evaluate<string>('JSON.stringify(sessionStorage)'), '{}');
});

test('in a sandbox the demo merchant needs no password', { skip }, async () => {
  const page = await tested.newPerson({ viewport: narrow, language: 'en' });
  await page.goto(`${tested.sandbox.url}/console`);
  await page.getByRole('button', { name: 'Start with the demo merchant' }).waitFor();
  await axeIsCalm(page);
  await fitsWidth(page);
  await shot(page, 'sign-in-narrow');
  await page.getByRole('button', { name: 'Start with the demo merchant' }).click();
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('link', { name: 'Sandbox tools' }).click();
  await page.getByRole('heading', { name: 'Sandbox tools' }).waitFor();
  await page.getByRole('button', { name: 'Open the menu' }).waitFor();
  await switchLanguage(page);
  await page.getByRole('heading', { name: '샌드박스 도구' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: '샌드박스 도구' }).waitFor();
});

test('a session that was ended elsewhere leads to the way in', { skip }, async () => {
  const page = await tested.signInAs('manager', '/charts');
  await page.context().clearCookies();
  await page.getByLabel('기간').selectOption('31d');
  await page.getByLabel('비밀번호').waitFor();
});

test('keys lead everywhere, rest in fields and dialogs, and the palette finds pages in both languages', {
  skip,
}, async () => {
  const page = await tested.signInAs('owner', '/sandbox?tab=act');
  const field = page.getByLabel('결제 번호 (imp_uid)');
  await page.keyboard.press('/');
  await field.waitFor();
  assert.equal(await field.evaluate((element) => element.ownerDocument.activeElement === element), true);
  await page.keyboard.type('g?/');
  assert.equal(await field.inputValue(), 'g?/');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await field.blur();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: '단축키' });
  await help.waitFor();
  await axeIsCalm(page);
  await shot(page, 'help');
  assert.match(await help.innerText(), /샌드박스 도구/);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: '이동과 검색' });
  await palette.waitFor();
  await page.keyboard.type('charts');
  await palette.getByRole('option', { name: /통계/ }).waitFor();
  await axeIsCalm(page);
  await shot(page, 'palette');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '통계', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await page.getByRole('heading', { name: '샌드박스 도구' }).waitFor();
});

test('a lost server is told, and everything is asked again when it is back', { skip }, async () => {
  const page = await tested.signInAs('owner', '/sandbox?tab=faults');
  await page.getByRole('heading', { name: '예약된 장애' }).waitFor();
  await page.route('**/*', (route) => route.abort());
  await page.getByRole('button', { name: '장애 예약' }).click();
  await page.getByText('서버와 연결이 끊겼습니다', { exact: false }).first().waitFor();
  await page.getByText('서버가 응답하지 않습니다').first().waitFor();
  await axeIsCalm(page);
  await shot(page, 'lost');
  await page.unroute('**/*');
  const asked = page.waitForResponse((answer) => answer.url().endsWith('/sandbox/faults') && answer.ok());
  await page.getByText('다시 연결되었습니다').waitFor();
  await asked;
  await page.getByText('서버와 연결이 끊겼습니다', { exact: false }).waitFor({ state: 'detached' });
});

test('light and dark can be chosen, and are kept', { skip }, async () => {
  const page = await tested.signInAs('owner', '/sandbox', { colorScheme: 'light' });
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const light = await ground();
  await page.locator('details.account summary').click();
  await page.getByLabel('화면 밝기').selectOption('dark');
  const dark = await ground();
  assert.notEqual(dark, light);
  await axeIsCalm(page);
  await shot(page, 'dark');
  await page.reload();
  await page.getByRole('heading', { name: '샌드박스 도구' }).waitFor();
  assert.equal(await ground(), dark);
});
