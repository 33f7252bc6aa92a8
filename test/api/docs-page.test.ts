import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

const browserPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const noBrowser = existsSync(browserPath)
  ? false
  : `NO BROWSER at ${browserPath}: install Debian's chromium (.ci/run does) to test the page`;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('the page at /docs shows every operation and asks nothing of any other server', { skip: noBrowser }, async () => {
  const profile = await mkdtemp(join(tmpdir(), 'hwanbul-browser-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const failures: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(sandbox.url) && !url.startsWith('data:') && !url.startsWith('blob:')) elsewhere.push(url);
    });
    page.on('pageerror', (error) => failures.push(String(error)));
    page.on('response', (response) => {
      if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`${sandbox.url}/docs`);
    await page.waitForSelector('.opblock');
    const document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const described = Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
    assert.equal(await page.locator('.opblock').count(), described);
    assert.ok((await page.content()).includes('/payments/cancel'));
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(failures, []);
    const screenshot = process.env.DOCS_SCREENSHOT;
    if (screenshot) await page.screenshot({ path: screenshot });
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
});
