import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { readSettings } from '../../src/platform/settings/settings.ts';
import { type Server, startServer } from '../../src/start/server.ts';
import { createApiClient } from '../kit/api-client.ts';
import { goodPassword, pathOfLink } from '../kit/console-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { noBrowser } from '../window/browser.ts';
import { axeIsCalm, type ConsoleBrowser, fitsWidth, narrow, openConsoleBrowser, shot } from './kit/console-browser.ts';

const skip = noBrowser;
const channel = { provider: 'tosspayments', mid: 'shop', mode: 'live', credentials: { secretKey: 'live_sk_x' } };
const operatorSecret = 'o'.repeat(60);
const merchant = {
  operator_secret: operatorSecret,
  name: '당근마트',
  imp_key: '1234567890123456',
  imp_secret: 's'.repeat(80),
  channels: [channel],
};

let testDatabase: TestDatabase;
let folder: string;
let server: Server;
let browser: ConsoleBrowser;
before(async () => {
  if (noBrowser) return;
  testDatabase = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hwanbul-live-console-'));
  const merchants = join(folder, 'merchants.json');
  await writeFile(merchants, JSON.stringify([merchant]));
  const key = Buffer.alloc(32, 'live test key');
  server = await startServer({
    settings: readSettings(
      {
        PORT: '0',
        DATA_DIR: folder,
        DATABASE_URL: testDatabase.url,
        LOG_LEVEL: 'error',
        HWANBUL_MODE: 'live',
        ENCRYPTION_KEY: key.toString('base64'),
        MERCHANTS_FILE: merchants,
      },
      [],
    ),
    database: testDatabase.database,
    encryption: createEncryption(key),
    clock: systemClock,
    log: createLog('error'),
  });
  browser = await openConsoleBrowser();
});
afterEach(() => browser?.tidy());
after(async () => {
  await browser?.close();
  await server?.close();
  await testDatabase?.drop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('live mode says so, cannot be taken for a sandbox, and has nothing of one', { skip }, async () => {
  const shop = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
  const email = 'owner@example.com';
  const invited = await shop.post(
    '/members/invitations',
    { role: 'owner', email },
    { 'x-hwanbul-operator-secret': operatorSecret },
  );
  assert.equal(invited.code, 0, invited.text);
  const accepted = await createApiClient(server.url).post(pathOfLink(invited.response.link), {
    name: '김당근',
    password: goodPassword,
  });
  assert.equal(accepted.code, 0, accepted.text);
  const page = await browser.newPerson();
  await page.goto(`${server.url}/console/sandbox`);
  assert.equal(await page.getByRole('button', { name: '데모 상점으로 시작' }).count(), 0);
  await page.getByText('실거래').waitFor();
  await axeIsCalm(page);
  await shot(page, 'live-sign-in');
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호').fill(goodPassword);
  await page.getByRole('button', { name: '로그인' }).click();
  await page.getByText('실거래 · 실제 돈이 움직입니다').waitFor();
  // The owner may do everything there is; a page of the sandbox is no page.
  await page.getByText('없는 화면입니다', { exact: true }).waitFor();
  assert.equal(await page.locator('#navigation a[href="/console/sandbox"]').count(), 0);
  assert.equal(
    await page.evaluate<string>('getComputedStyle(document.querySelector(".layout")).borderTopWidth'),
    '6px',
  );
  await axeIsCalm(page);
  await shot(page, 'live');
  await page.setViewportSize(narrow);
  await fitsWidth(page);
  await shot(page, 'live-narrow');
  const refusalOf = async (path: string) =>
    (await page.request.post(server.url + path, { data: {} })).headers()['x-hwanbul-error'];
  for (const path of ['/sandbox/faults', '/sandbox/clock', '/sandbox/payments']) {
    assert.equal(await refusalOf(path), 'not_found', path);
  }
  // Whatever stands below /console can be looked at as a page.
  assert.equal(await refusalOf('/console/api/demo-session'), 'method_not_allowed');
});
