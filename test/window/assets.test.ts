import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type AssetName, assetNames, windowFiles } from '../../src/api/sandbox/checkout/assets.ts';
import { installed } from '../kit/program.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
const folder = mkdtempSync(join(tmpdir(), 'hwanbul-types-'));
before(async () => {
  sandbox = await startSandbox();
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sandbox.close();
});

async function asset(name: AssetName): Promise<{ readonly body: Buffer }> {
  const file = await windowFiles.file(name);
  assert.ok(file, name);
  return file;
}

test('the script of shops has at most 8 KB on the wire, the page with its style at most 30 KB', async () => {
  const sizeOf = async (name: (typeof assetNames)[number]) => gzipSync((await asset(name)).body).length;
  for (const name of ['iamport.js', 'iamport.esm.js'] as const) assert.ok((await sizeOf(name)) <= 8_192, name);
  assert.ok((await sizeOf('page.js')) + (await sizeOf('page.css')) <= 30_720);
});

test('scripts need no newer syntax than that of 2017', async () => {
  for (const name of ['iamport.js', 'iamport.esm.js', 'page.js', 'shop.js'] as const) {
    const { body } = await asset(name);
    assert.doesNotMatch(body.toString(), /\?\?|\?\.[a-zA-Z[(]|catch\s*\{|\bstatic\b|\|\|=/, name);
  }
});

test('the published package has the same files, and needs nothing to make them', async () => {
  for (const name of assetNames) {
    const { body } = await asset(name);
    assert.equal(readFileSync(`${installed}/dist/window/${name}`, 'utf8'), body.toString(), name);
  }
});

test('source maps hold their sources, and no path of the machine', async () => {
  for (const name of ['iamport.js.map', 'iamport.esm.js.map', 'page.js.map', 'shop.js.map'] as const) {
    const { sources, sourcesContent } = JSON.parse((await asset(name)).body.toString());
    assert.ok(sources.length > 5);
    assert.equal(sourcesContent.length, sources.length);
    for (const source of sources) assert.match(source, /^(\.\.\/)*[\w/.-]+\.ts$/);
  }
  assert.doesNotMatch(
    (await asset('page.js.map')).body.toString(),
    new RegExp(fileURLToPath(new URL('../..', import.meta.url))),
  );
});

test('all names of the script lead to it, for pages of every origin, and each says where its map is', async () => {
  const names = [
    ...[
      '/v1/iamport.js',
      '/js/iamport.payment-1.0.0.js',
      '/js/iamport.payment-1.1.0.js',
      '/js/iamport.payment-1.1.8.js',
    ],
    ...['/js/iamport.payment-1.1.8-rc.1.js', '/js/iamport.payment-1.1.9-rc.js', '/js/iamport.payment-1.2.1.js'],
  ];
  for (const name of names) {
    const answer = await fetch(`${sandbox.url}${name}`, { headers: { origin: 'https://shop.example' } });
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/javascript/);
    const [, map = ''] = /\n\/\/# sourceMappingURL=(\S+)\n$/.exec(await answer.text()) ?? [];
    assert.equal((await fetch(new URL(map, answer.url))).status, 200, map);
    assert.equal((await fetch(`${answer.url}.map`)).status, 200);
  }
  const unknown = [
    '/js/iamport.payment-1.3.0.js',
    '/js/iamport.payment-1.2.js',
    '/js/x.js',
    '/checkout/assets/iamport.js',
  ];
  const elsewhere = ['/v1/page.js', '/shop/assets/page.js', '/shop/assets/iamport.js', '/checkout/assets/shop.js'];
  for (const name of [...unknown, ...elsewhere, '/checkout/assets/..%2f..%2fpackage.json']) {
    assert.equal((await fetch(`${sandbox.url}${name}`)).status, 404, name);
  }
});

test('a browser that has a file already is told so', async () => {
  for (const path of [
    ...['/v1/iamport.js', '/v1/iamport.esm.js', '/checkout/assets/page.js', '/checkout/assets/page.css'],
    ...['/shop/assets/shop.js', '/shop/assets/shop.js.map', '/shop/assets/shop.css'],
  ]) {
    const first = await fetch(`${sandbox.url}${path}`);
    const etag = first.headers.get('etag') ?? '';
    assert.match(etag, /^"[\w-]{22}(-br|-gzip)?"$/);
    const again = await fetch(`${sandbox.url}${path}`, { headers: { 'if-none-match': `"other", W/${etag}` } });
    assert.deepEqual([again.status, await again.text()], [304, '']);
    assert.equal((await fetch(`${sandbox.url}${path}`, { headers: { 'if-none-match': '"other"' } })).status, 200);
  }
});

/** As shops wrote it for the package `iamport-typings`, with another name of the module, and what that one had no types for. */
const shop = `
import type Iamport from 'hwanbul/checkout';
import type { PaymentMethod, Pg, RequestPayNaverParams, RequestPayParams, RequestPayResponse, RequestPayResponseCallback } from 'hwanbul/checkout';

declare global {
  interface Window {
    IMP?: Iamport;
  }
}
const method: PaymentMethod = 'card';
const pg: Pg = 'html5_inicis';
const params: RequestPayParams = {
  pg: \`\${pg}.INIpayTest\`, pay_method: method, merchant_uid: 'order-1', name: '외투', amount: 129_000, buyer_tel: '010-1234-5678',
  display: { card_quota: [2, 3] }, card: { direct: { code: '366', quota: 0 } }, language: 'ko', m_redirect_url: 'https://shop.example',
};
const naver: RequestPayNaverParams = {
  ...params, naverUseCfm: '20301231', naverPopupMode: true,
  naverProducts: [{ categoryType: 'BOOK', categoryId: 'GENERAL', uid: '1', name: '책', count: 1 }],
};
const onPaid: RequestPayResponseCallback = (response: RequestPayResponse) => {
  const { imp_uid, merchant_uid, error_msg, success } = response;
  const uid: string | null = imp_uid;
  console.log(uid, merchant_uid.length, success === true, error_msg?.length, response.paid_amount?.toFixed());
};
const { IMP } = window;
if (IMP) {
  IMP.init('imp00000000');
  IMP.agency('imp00000000', 'ABC');
  IMP.request_pay(params, onPaid);
  IMP.request_pay({ ...naver, amount: '129000' });
  IMP.certification({ merchant_uid: 'c', popup: true }, ({ success, imp_uid }) => console.log(success, imp_uid));
  IMP.loadUI('paypal-spb', params, onPaid);
  IMP.loadModule('toss-brandpay', { userCode: 'imp00000000' }).catch((error: { error_code: string }) => console.log(error.error_code));
  // @ts-expect-error no such method
  IMP.request_pay({ ...params, pay_method: 'cash' });
  // @ts-expect-error an order has a name
  IMP.request_pay({ amount: 1 });
}
`;

test('hwanbul/checkout has the types of the script, under the names that shops know', () => {
  const clone = fileURLToPath(new URL('../..', import.meta.url));
  writeFileSync(join(folder, 'shop.ts'), shop);
  const config = {
    compilerOptions: {
      ...{ noEmit: true, strict: true, target: 'es2020', lib: ['es2020', 'dom'], module: 'esnext', types: [] },
      ...{ moduleResolution: 'bundler', paths: { 'hwanbul/checkout': [join(clone, 'src/window/checkout.ts')] } },
    },
    files: ['shop.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const { status, stdout } = spawnSync(process.execPath, [compiler, '--project', folder], { encoding: 'utf8' });
  assert.deepEqual([stdout, status], ['', 0]);
});
