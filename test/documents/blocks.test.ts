import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { exampleSecret, summarizeMerchantsFile } from '../../src/start/merchants-file/read.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { freePort } from '../kit/free-port.ts';
import { payByCard } from '../kit/orders.ts';
import { type ServerProcess, startServerProcess } from '../kit/server-process.ts';
import { noBrowser, openBrowser } from '../window/browser.ts';
import { type CodeBlock, codeBlocksOf } from './code-blocks.ts';
import { openShell, type Shell } from './shell.ts';

/**
 * What the documents show is run as it would be pasted, document by document, in the order in which it stands there, against
 * one server. Above a block may stand:
 *
 *   <!-- not run: why -->        and the test tells it
 *   <!-- refuses: what -->       the server is meant to say no
 *   <!-- run until: text -->     it goes on by itself; Ctrl-C once the text has come
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = globSync(['*.md', 'docs/*.md', 'src/**/*.md', 'examples/**/*.md'], { cwd: root })
  .sort()
  .map((path) => ({ path, blocks: codeBlocksOf(readFileSync(join(root, path), 'utf8')) }))
  .filter(({ blocks }) => blocks.length > 0);
const all = documents.flatMap(({ path, blocks }) => blocks.map((block) => ({ path, block })));

/** What the README has pasted first: the other documents use what it sets. */
const preparation = documents.find(({ path }) => path === 'README.md')?.blocks.find(isShellToRun)?.text ?? '';

let server: ServerProcess;
let folder: string;
let anybody: ApiClient;
/** Free, where the documents have 9000. */
let hookPort: number;
before(async () => {
  // A doubt takes as long as the caller waits at most.
  const env = { HWANBUL_GATEWAY_TIMEOUT_MS: '1500', HWANBUL_REQUEST_DEADLINE_MS: '4000' };
  server = await startServerProcess({ env });
  anybody = createApiClient(server.url);
  hookPort = await freePort();
  folder = mkdtempSync(join(tmpdir(), 'hwanbul-documents-'));
  // A clone, in which what is run may write.
  for (const name of ['bin', 'node_modules', 'package.json', 'src']) symlinkSync(join(root, name), join(folder, name));
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const { path, blocks } of documents) {
  describe(path, () => {
    let shell: Shell;
    before(async () => {
      await anybody.post('/sandbox/reset');
      shell = openShell(folder, { LANG: 'C.UTF-8' });
      if (!path.startsWith('README')) await shell.paste(here(preparation));
    });
    after(() => shell.close());
    for (const block of blocks) {
      const skip = reasonNotToRun(block) ?? (block.language === 'html' && noBrowser);
      test(`line ${block.line}, ${block.language}`, { skip }, (t) => run(t, block, shell));
    }
  });
}

function run(t: TestContext, block: CodeBlock, shell: Shell): Promise<void> {
  const text = here(block.text);
  switch (block.language) {
    case 'sh':
      return runShell(block, text, shell);
    case 'js':
      return runJavaScript(text);
    case 'html':
      return runPage(text);
    case 'json':
      return runJson(text);
    case 'yaml':
      return plant(text);
    case 'csv':
      return reconcile(text);
    default:
      t.diagnostic(block.text);
      throw new Error(`nothing here runs ${block.language}: say above the block why it is not run`);
  }
}

async function runShell({ mark }: CodeBlock, text: string, shell: Shell): Promise<void> {
  const until = /^run until: (.+)/.exec(mark ?? '')?.[1];
  if (until !== undefined) {
    const output = await shell.pasteUntil(text, until);
    assert.ok(output.includes(until), output);
    return;
  }
  const { output, failed } = await shell.paste(text);
  assert.deepEqual(failed, [], output);
  const codes = [...output.matchAll(/^\{"code":(-?\d+)/gm)].map(([, code]) => Number(code));
  const refused = codes.filter((code) => code !== 0);
  if (mark?.startsWith('refuses: ')) assert.notDeepEqual(refused, [], output);
  else assert.deepEqual(refused, [], output);
}

const AsyncFunction = (async () => {}).constructor as new (
  ...given: string[]
) => (require: NodeJS.Require, impUid: string) => Promise<unknown>;

/** In an async function, as the README says, with a payment to give 300 won back of. */
async function runJavaScript(text: string): Promise<void> {
  const demo = await anybody.logIn(demoKeyPair.impKey, demoKeyPair.impSecret);
  const impUid = await payByCard(demo);
  await new AsyncFunction('require', 'imp_uid', text)(createRequire(import.meta.url), impUid);
  assert.equal((await demo.get(`/payments/${impUid}`)).response.cancel_amount, 300);
}

async function runJson(text: string): Promise<void> {
  const value = JSON.parse(text);
  if (Array.isArray(value) || 'merchants' in value) {
    const file = join(folder, 'merchants.json');
    // Whoever leaves the secret of the example as it is, is refused.
    writeFileSync(file, text.replaceAll(exampleSecret, randomBytes(30).toString('hex')));
    for (const { malformed } of await summarizeMerchantsFile(file)) assert.deepEqual(malformed, []);
  } else if ('operation' in value) {
    const added = await anybody.post('/sandbox/faults', value);
    assert.equal(added.code, 0, added.text);
  } else if ('success' in value) {
    assert.deepEqual(Object.keys(value), Object.keys(await callbackOf(value.success)), 'what a callback gets');
  } else {
    assert.ok(value.imp_uid, 'what is shown is the body of a webhook');
  }
}

/** What a page is told of a window that is paid in by card, or left. */
async function callbackOf(isPaid: boolean): Promise<object> {
  const request = { pg: 'tosspayments', merchant_uid: `shown-${isPaid}`, amount: 60_000 };
  const { response } = await anybody.post('/checkout/payments', { user_code: 'iamport', request });
  await anybody.post(`/checkout/${response.token}/${isPaid ? 'pay' : 'leave'}`, {});
  return (await anybody.get(`/checkout/${response.token}/result?wait=20`)).response.ended.result;
}

/** A page of another address, in a browser: its button opens a window that a buyer could go on in. */
async function runPage(text: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.route('http://shop.test/', (route) => route.fulfill({ contentType: 'text/html', body: text }));
    await page.goto('http://shop.test/');
    const popup = context.waitForEvent('page');
    popup.catch(() => {});
    const frame = page.frameLocator('#imp-iframe').locator('form');
    await page.click('#pay');
    await Promise.race([frame.waitFor(), popup.then((opened) => opened.locator('form').waitFor())]);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

/** As whoever plants it would have it: without what the blocks before have made go wrong. */
async function plant(text: string): Promise<void> {
  await anybody.delete('/sandbox/faults');
  const planted = await anybody.post('/sandbox/seed', { text });
  assert.equal(planted.code, 0, planted.text);
}

/** Two payments that our book does not have: differences, and no complaint about the file. */
async function reconcile(text: string): Promise<void> {
  writeFileSync(join(folder, 'settlement.csv'), text);
  const options = ['--gateway', 'tosspayments', '--date', '2026-01-31', '--file', 'settlement.csv'];
  const { impKey, impSecret } = demoKeyPair;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/hwanbul.js', 'reconcile', ...options], {
    cwd: folder,
    env: { HWANBUL_URL: server.url, HWANBUL_IMP_KEY: impKey, HWANBUL_IMP_SECRET: impSecret },
    encoding: 'utf8',
  });
  assert.equal(status, 1, stderr);
  assert.match(stdout, /imp_157956638714/);
}

/** What these tell to do takes databases, clusters and hours that are not here; they say how it was tried. */
const aboutMachines = /^docs\/(backup-and-restore|deploying|live|performance|retention|upgrading)\.md$/;

test('what is not run is marked with the reason, and most of the shell is run', (t) => {
  const marks = /^(not run: \S+ \S+ \S+.*|refuses: \S+.*|run until: \S+.*)$/;
  const odd = all.filter(({ block: { mark } }) => mark !== undefined && !marks.test(mark));
  assert.deepEqual(odd, []);
  const skipped = all.filter(({ block }) => reasonNotToRun(block) !== undefined);
  t.diagnostic(
    `${all.length - skipped.length} blocks of ${documents.length} documents are run, ${skipped.length} are not`,
  );
  const shells = all.filter(({ path, block }) => block.language === 'sh' && !aboutMachines.test(path));
  const run = shells.filter(({ block }) => isShellToRun(block));
  assert.ok(run.length > shells.length / 2, `${run.length} of ${shells.length}`);
});

test('a shell block can be pasted into any shell: comments have lines of their own, and nothing is left to be globbed', () => {
  for (const { path, block } of all.filter(({ block: { language } }) => language === 'sh')) {
    const lines = block.text.split('\n');
    for (const [at, line] of lines.entries()) {
      // Typed at a prompt of zsh, it is a command that is not found; a quote would take in what follows.
      if (line.startsWith('#')) assert.doesNotMatch(line, /['"`!\\]/, `${path}, line ${block.line + 1 + at}: ${line}`);
    }
    // A quoted text may go over several lines.
    const commands = lines.filter((line) => !line.startsWith('#')).join('\n');
    const bare = commands.replace(/'[^']*'|"[^"]*"/g, '').replace(/\$[?!]/g, '');
    assert.doesNotMatch(bare, /\s#|[?*![\]]/, `${path}, line ${block.line}`);
  }
});

function reasonNotToRun({ mark }: CodeBlock): string | undefined {
  return /^not run: (.*)/.exec(mark ?? '')?.[1];
}

function isShellToRun(block: CodeBlock): boolean {
  return block.language === 'sh' && reasonNotToRun(block) === undefined;
}

/** The server of the test has another port, and so has a simulator beside it. */
function here(text: string): string {
  return text
    .replaceAll('http://127.0.0.1:8410', server.url)
    .replaceAll('--port 9001', '--port 0')
    .replaceAll('9000', String(hookPort));
}
