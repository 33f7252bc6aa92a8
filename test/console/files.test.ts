import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { consoleFiles } from '../../src/api/console/files.ts';
import { request } from '../../src/platform/node-http.ts';
import { installed } from '../kit/program.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

async function textOf(name: string): Promise<string> {
  const file = await consoleFiles.file(name);
  assert.ok(file, name);
  return file.body.toString();
}

const addressed = (document: string): string[] =>
  [...document.matchAll(/(?:src|href)="\/console\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
/** What a script loads before it runs. */
const importedBy = (script: string): string[] =>
  [...script.matchAll(/\bfrom\s*["']\.\/([^"']+)["']|\bimport\s*["']\.\/([^"']+)["']/g)].map(
    ([, name, bare]) => name ?? bare ?? '',
  );

test('the first load has at most 250 KB on the wire: the document, what it names, and the largest page', async () => {
  const sizeOf = async (name: string) => gzipSync(await textOf(name)).length;
  const document = await textOf('index.html');
  const first = new Set(['index.html', ...addressed(document)]);
  for (const name of first) {
    if (name.endsWith('.js')) for (const each of importedBy(await textOf(name))) assert.ok(first.has(each), each);
  }
  let size = 0;
  for (const name of first) size += await sizeOf(name);
  const others = (await consoleFiles.names()).filter((name) => name.endsWith('.js') && !first.has(name));
  let largest = 0;
  for (const name of others) {
    let own = await sizeOf(name);
    for (const each of importedBy(await textOf(name))) if (!first.has(each)) own += await sizeOf(each);
    largest = Math.max(largest, own);
  }
  assert.ok(largest > 0);
  assert.ok(size + largest <= 250 * 1024, `${size} + ${largest}`);
});

test('the published package has the same files, and the licences of what is in them', async () => {
  const folder = `${installed}/dist/console/`;
  assert.deepEqual(readdirSync(folder).sort(), [...(await consoleFiles.names())].sort());
  for (const name of readdirSync(folder)) assert.equal(readFileSync(folder + name, 'utf8'), await textOf(name), name);
  const licences = readFileSync(`${installed}/dist/third-party-licenses.txt`, 'utf8');
  for (const name of ['react', 'react-dom', 'react-aria', '@tanstack/query-core', 'wouter']) {
    assert.ok(licences.includes(`${name}\n\n`), name);
  }
});

test('every address of a page is the same document, which lets nothing in from elsewhere', async () => {
  for (const path of ['/console', '/console/', '/console/payments', '/console/payments/imp_1?x=1']) {
    const answer = await fetch(sandbox.url + path);
    assert.equal(answer.status, 200, path);
    assert.equal(await answer.text(), await textOf('index.html'));
    assert.equal(
      answer.headers.get('content-security-policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.equal(answer.headers.get('x-frame-options'), 'DENY');
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
  }
  const policy = await textOf('index.html');
  assert.doesNotMatch(policy, /<style|style=|<script>|https?:/);
});

test('no page is where the API, or a part of the console, is not', async () => {
  for (const path of ['/console/api/none', '/console/api', '/console/assets/none.js', '/console/assets/index.html']) {
    const answer = await fetch(sandbox.url + path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get('x-hwanbul-error'), 'not_found');
  }
  assert.equal((await fetch(`${sandbox.url}/console/assets/..%2f..%2fpackage.json`)).status, 404);
});

test('parts are kept for ever, and come as small as the browser reads them', async () => {
  const [script = ''] = addressed(await textOf('index.html')).filter((name) => name.startsWith('main-'));
  const path = `/console/assets/${script}`;
  const expected = await textOf(script);
  for (const [accepted, encoding, read] of [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ] as const) {
    const { headers, body } = await get(path, { 'accept-encoding': accepted });
    assert.equal(headers['content-encoding'], encoding);
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.match(headers.vary ?? '', /accept-encoding/);
    assert.ok(read(body).toString() === expected);
    const known = { 'accept-encoding': accepted, 'if-none-match': headers.etag ?? '' };
    assert.equal((await get(path, known)).status, 304);
  }
});

/** As it comes; `fetch` unpacks by itself. */
function get(path: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string>; body: Buffer }>((resolve, reject) => {
    request(sandbox.url + path, { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          headers: answer.headers as NodeJS.Dict<string>,
          body: Buffer.concat(parts),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
