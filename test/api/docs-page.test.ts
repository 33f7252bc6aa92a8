import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { chromium, type Page } from 'playwright-core';
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

/** Sends the operation as the page has filled it in, and reads the answer off the page. */
async function tryOut(page: Page, operationId: string) {
  const operation = page.locator(`[id$="-${operationId}"]`).first();
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.try-out__btn').click();
  await operation.locator('button.execute').click();
  const answer = operation.locator('.live-responses-table .response-col_description .highlight-code code').first();
  await answer.waitFor();
  return JSON.parse(await answer.innerText());
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}
interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
  readonly responses: Readonly<Record<string, object>>;
}

async function described(): Promise<[method: string, path: string, operation: DescribedOperation][]> {
  const { paths } = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as Described;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [method, path, operation] satisfies [string, string, object]),
  );
}

/** A payment, a registered card, a member of a wallet: it would have to be there. */
const aboutSomething: readonly string[] = [
  'cancelPayment',
  'again',
  'schedule',
  'unschedule',
  'paymentwall_delivery',
  'payWithMoney',
  'payWithAutoPaymentKey',
  'testWebhook',
  // A person's, or what a person has been given.
  'createRefundRequest',
  'rotateApiKeys',
  'signIn',
  'changePassword',
  'signInByCode',
  'beginPasskeySignIn',
  'signInByPasskey',
  'addPasskey',
  'stepUp',
];

test('every operation with a body has an example that it takes as it stands, and the token is that of the demo merchant', async () => {
  const badShape = /^(parameter_|malformed_|wrong_charset|unsupported_|body_)/;
  let examples = 0;
  for (const [method, path, { operationId, requestBody }] of await described()) {
    if (!requestBody) continue;
    const example = requestBody.content['application/json']?.example;
    assert.ok(example, `${operationId} has an example`);
    const url = path
      .replaceAll('{tier_code}', '0AZ')
      .replaceAll('{date}', '2026-01-31')
      .replaceAll('{pg_provider}', 'tosspayments')
      .replaceAll(/\{\w+\}/g, 'imp_000000000000');
    // One of the examples moves the clock past the token's life.
    const demo = await sandbox.demo();
    const answer = method === 'put' ? await demo.put(url, example) : await demo.post(url, example);
    assert.doesNotMatch(answer.error ?? '', badShape, `${operationId}: ${answer.text}`);
    const isAlone = !url.includes('imp_0') && !aboutSomething.includes(operationId);
    if (isAlone) assert.equal(answer.code, 0, answer.text);
    if (operationId === 'getToken') assert.equal(answer.response.access_token, demo.token);
    examples++;
  }
  assert.ok(examples > 15);
});

test('the whole description is valid OpenAPI 3.1', async () => {
  const document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as Record<string, unknown>;
  const { valid, errors } = await new Validator().validate(document);
  assert.ok(valid, JSON.stringify(errors));
});

test('Idempotency-Key is a parameter of the operations that take it, and of no other', async () => {
  const withKey = (await described())
    .filter(([, , { parameters = [] }]) => parameters.some(({ name }) => name === 'Idempotency-Key'))
    .map(([, , { operationId }]) => operationId);
  assert.deepEqual(withKey.sort(), [
    'again',
    'cancelPayment',
    'createRefundRequest',
    'customer_delete',
    'retryScheduleByMid',
    'revokeCvsPayment',
    'revokeExternalReceipt',
    'revokeReceipt',
    'revokeVbank',
  ]);
  // A key that is reused is refused by all that look at it.
  const looking = (await described()).filter(([, , { responses }]) => '422' in responses);
  assert.deepEqual(looking.map(([, , { operationId }]) => operationId).sort(), withKey);
});

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
    const document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const groups = Map.groupBy(
      Object.values(document.paths).flatMap((path) => Object.values(path as Record<string, { tags: [string] }>)),
      ({ tags: [tag] }) => tag,
    );
    const headings = page.locator('.opblock-tag');
    // The page works for some seconds before it draws them.
    await headings.nth(groups.size - 1).waitFor({ timeout: 120_000 });
    assert.equal(await headings.count(), groups.size);
    for (const [tag, operations] of groups) {
      const heading = page.locator(`[data-tag="${tag}"]`);
      await heading.click();
      const shown = heading.locator('..').locator('.opblock');
      await shown.nth(operations.length - 1).waitFor();
      assert.equal(await shown.count(), operations.length, tag);
      if (tag !== 'authenticate' && tag !== 'users') await heading.click();
    }
    // As a newcomer does: Try it out, Execute, and the token goes into Authorize for everything else.
    const token = await tryOut(page, 'getToken');
    await page.locator('button.authorize').first().click();
    await page.locator('.auth-container input').first().fill(token.response.access_token);
    await page.locator('.auth-btn-wrapper button.authorize').first().click();
    await page.locator('.auth-btn-wrapper button.btn-done').first().click();
    const channels = await tryOut(page, 'getPgSettingList');
    assert.equal(channels.response[0].pg_provider, 'tosspayments');
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(failures, []);
    const screenshot = process.env.DOCS_SCREENSHOT;
    if (screenshot) await page.screenshot({ path: screenshot });
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
});
