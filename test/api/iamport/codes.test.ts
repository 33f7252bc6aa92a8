import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gateways } from '../../../src/gateways/registry.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';
import type { PayMethodCapabilities } from '../../../src/port/capabilities.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import { type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.demo();
});
after(() => sandbox?.close());

interface Code {
  readonly code: string;
  readonly name: string;
}

test('every bank is listed once with its code of three digits, and answers by that code', async () => {
  const listed = (await client.get('/banks')).response as Code[];
  assert.deepEqual(new Map(listed.map(({ code, name }) => [code, name])), banks);
  assert.equal(listed.length, banks.size);
  for (const { code, name } of listed) {
    assert.match(code, /^\d{3}$/);
    assert.notEqual(name, '');
  }
  assert.deepEqual((await client.get('/banks/004')).response, { code: '004', name: '국민은행' });
  assert.deepEqual((await client.get('/banks/209')).response, { code: '209', name: '유안타증권' });
});

test('every card company is listed once, and answers by its code', async () => {
  const listed = (await client.get('/cards')).response as Code[];
  assert.deepEqual(new Map(listed.map(({ code, name }) => [code, name])), cards);
  assert.equal(listed.length, cards.size);
  assert.deepEqual((await client.get('/cards/366')).response, { code: '366', name: '신한카드' });
  assert.deepEqual((await client.get('/cards/10006')).response, { code: '10006', name: '해외JCB' });
});

test('a code is taken as it is: one that nobody has is not found, nor one with other digits before or after', async () => {
  for (const path of ['/banks/4', '/banks/0004', '/banks/366', '/banks/%20004', '/cards/004', '/cards/1', '/cards/x']) {
    const answer = await client.get(path);
    assert.deepEqual([answer.status, answer.code, answer.error], [404, -1, 'standard_code_not_found'], path);
  }
  // A property of every object is no code.
  assert.equal((await client.get('/banks/constructor')).error, 'standard_code_not_found');
});

test('every bank that a gateway issues accounts at, and every code that it translates to, is a standard one', async () => {
  const { gateways: shown } = (await client.get('/capabilities')).response;
  for (const { vbank_codes } of shown) for (const code of vbank_codes ?? []) assert.ok(banks.has(code), code);
  for (const [provider, { gateway }] of gateways) {
    for (const code of banks.keys()) {
      const own = gateway.codes.bankCode(code);
      const back = own === undefined ? code : gateway.codes.kftcBankCode(own);
      assert.ok(back !== undefined && banks.has(back), `${provider} ${code}`);
    }
    for (const code of cards.keys()) {
      const own = gateway.codes.cardCode(code);
      const back = own === undefined ? code : gateway.codes.standardCardCode(own);
      assert.ok(back !== undefined && cards.has(back), `${provider} ${code}`);
    }
  }
});

test('the capabilities show every gateway, pay method and operation without a token', async () => {
  const { response } = await createApiClient(sandbox.url).get('/capabilities');
  assert.deepEqual(
    response.gateways.map(({ pg_provider }: { pg_provider: string }) => pg_provider),
    [...gateways.keys()],
  );
  for (const shown of response.gateways) {
    const gateway = gateways.get(shown.pg_provider)?.gateway;
    assert.ok(gateway);
    assert.equal(shown.live_mode, gateway.liveBaseUrl !== undefined);
    assert.equal(shown.live_tested, false);
    assert.ok(shown.sources.length > 0);
    const listed = Object.keys(gateway.capabilities.payMethods);
    assert.deepEqual(
      shown.pay_methods.map(({ pay_method }: { pay_method: string }) => pay_method),
      listed,
    );
    for (const { pay_method, operations } of shown.pay_methods) {
      const known: PayMethodCapabilities | undefined = gateway.capabilities.payMethods[pay_method as PayMethod];
      assert.deepEqual(
        Object.fromEntries(Object.entries(operations).filter(([, support]) => support !== 'unsupported')),
        Object.fromEntries(Object.entries(known?.operations ?? {}).filter(([, support]) => support !== 'unsupported')),
      );
    }
  }
});

test("Galaxia's barcodes are shown as undocumented and without a live mode, Toss's card payments as supported with one", async () => {
  const { response } = await client.get('/capabilities');
  const of = (provider: string) =>
    response.gateways.find(({ pg_provider }: { pg_provider: string }) => pg_provider === provider);
  const [barcodes] = of('galaxia').pay_methods;
  assert.deepEqual([of('galaxia').live_mode, barcodes.operations.issue_barcode], [false, 'undocumented']);
  assert.deepEqual([barcodes.operations.cancel, barcodes.operations.approve], ['unsupported', 'unsupported']);
  const [card] = of('tosspayments').pay_methods;
  assert.deepEqual([of('tosspayments').live_mode, card.operations.cancel], [true, 'supported']);
  assert.deepEqual(card.cancel_window, { kind: 'unlimited', length: null });
});

test('a page of any address may read the code lists with a token, and nothing else', async () => {
  const token = client.token ?? '';
  const origin = 'https://shop.example';
  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(sandbox.url + path, { method, headers: { origin, ...headers } });
  for (const path of ['/banks', '/banks/004', '/cards', '/cards/366']) {
    const preflight = await ask('OPTIONS', path, {
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /\bAuthorization\b/);
    assert.match(preflight.headers.get('allow') ?? '', /\bGET\b/);
    for (const authorization of [token, 'wrong']) {
      const answer = await ask('GET', path, { authorization });
      assert.equal(answer.headers.get('access-control-allow-origin'), '*', 'a refusal can be read as well');
    }
  }
  for (const path of ['/users/pg', '/payments/cancel', '/payments/status/all', '/users/getToken']) {
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await ask(method, path, { authorization: token });
      assert.equal(answer.headers.get('access-control-allow-origin'), null, `${method} ${path}`);
    }
  }
});

test('codes are listed in their order, and the letters that foreign cards had before are taken', async () => {
  for (const path of ['/banks', '/cards']) {
    const codes = ((await client.get(path)).response as Code[]).map(({ code }) => code);
    assert.deepEqual(codes, codes.toSorted());
  }
  for (const [letters, code] of Object.entries({
    UNI: '10001',
    DIN: '10002',
    AMX: '10003',
    MAS: '10004',
    VIS: '10005',
    JCB: '10006',
  })) {
    assert.equal((await client.get(`/cards/${letters}`)).response.code, code);
  }
});
