import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { eventually } from '../kit/eventually.ts';
import { noBrowser } from '../window/browser.ts';
import { startConsole, type TestedConsole } from './kit/console.ts';
import { axeIsCalm, fitsWidth, narrow, shot, switchLanguage, wide } from './kit/console-browser.ts';

const skip = noBrowser;
let tested: TestedConsole;
before(async () => {
  if (noBrowser) return;
  tested = await startConsole();
  const demo = await tested.sandbox.demo();
  const seed = {
    merchants: [
      {
        payments: [
          { merchant_uid: 'walk-paid', pay_method: 'card', amount: 12_000, state: 'paid' },
          { merchant_uid: 'walk-waiting', pay_method: 'vbank', amount: 30_000, state: 'ready' },
          { merchant_uid: 'walk-cancelled', pay_method: 'card', amount: 5_000, state: 'cancelled' },
        ],
      },
    ],
  };
  const planted = await demo.post('/sandbox/seed', seed);
  assert.equal(planted.code, 0, planted.text);
});
afterEach(() => tested?.tidy());
after(() => tested?.close());

test('every page of the navigation is readable for everybody, in both languages, from 360 px on, in the dark as well', {
  skip,
}, async () => {
  const page = await tested.signInAs('owner');
  const paths = await page
    .locator('#navigation a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(paths.length > 1, paths.join());
  for (const path of paths) {
    assert.ok(path?.startsWith('/console'));
    await page.setViewportSize(wide);
    await page.emulateMedia({ colorScheme: 'light' });
    await tested.goTo(page, path.slice('/console'.length));
    const name = path.slice('/console'.length).replaceAll('/', '-') || '-start';
    // A page may wait for several answers at once.
    await eventually(async () => assert.equal(await page.locator('main .loading').count(), 0));
    const title = await page.locator('main h1').innerText();
    await axeIsCalm(page);
    await shot(page, `page${name}-ko`);
    await switchLanguage(page);
    assert.notEqual(await page.locator('main h1').innerText(), title);
    await shot(page, `page${name}-en`);
    await page.setViewportSize(narrow);
    await page.emulateMedia({ colorScheme: 'dark' });
    await fitsWidth(page);
    await axeIsCalm(page);
    await shot(page, `page${name}-en-narrow-dark`);
    await switchLanguage(page);
    await fitsWidth(page);
    await shot(page, `page${name}-ko-narrow-dark`);
  }
});

test('each role is offered what it may see, and is told so where it may not', { skip }, async () => {
  const page = await tested.signInAs('read_only');
  assert.equal(await page.locator('#navigation a[href="/console/sandbox"]').count(), 0);
  await tested.goTo(page, '/sandbox');
  await page.getByText('볼 수 있는 권한이 없습니다').waitFor();
  await axeIsCalm(page);
});
