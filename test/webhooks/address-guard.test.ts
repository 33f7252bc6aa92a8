import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import {
  type AddressGuard,
  createLiveGuard,
  createSandboxGuard,
  type Resolve,
} from '../../src/core/webhooks/address-guard.ts';
import { createSendWebhook, type SendResult } from '../../src/core/webhooks/send.ts';
import { startReceiver, withStatus } from './receiver.ts';

const live = createLiveGuard([]);
const sandbox = createSandboxGuard();

const never = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '2001:0:a9fe:a9fe::1',
  'not an address',
  '',
];
const privateOnly = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '::1',
  'fc00::1',
  'fd12:3456:789a::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::7f00:1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '100::1',
  '5f00::1',
  'fec0::1',
];
const publicOnes = [
  '1.1.1.1',
  '11.0.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '223.255.255.254',
  '2606:4700::1111',
  '2400:cb00::1',
];

test('the addresses at which clouds give their machines credentials are called in no mode, however they are written', () => {
  for (const address of [
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '::ffff:168.63.129.16',
    '::ffff:a83f:8110',
    '::ffff:100.100.100.200',
    '::ffff:192.0.0.192',
    '64:ff9b::a83f:8110',
    '2002:a83f:8110::',
    '::a83f:8110',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd00:0ec2:0:0::254',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    '::ffff:0:a9fe:a9fe',
    'fe80::a9fe:a9fe',
  ]) {
    assert.equal(live.allows(address), false, `live ${address}`);
    assert.equal(sandbox.allows(address), false, `sandbox ${address}`);
  }
  for (const near of ['168.63.129.17', '168.63.129.15']) assert.equal(live.allows(near), true, near);
  for (const near of ['100.100.100.201', '192.0.0.193', 'fd00:ec3::254', 'fd20:ce::253', '::1', '0:0:0:0:0:0:0:1']) {
    assert.equal(sandbox.allows(near), true, near);
  }
});

test('in live mode only public addresses may be called, however a private one is written', () => {
  for (const address of [...never, ...privateOnly]) assert.equal(live.allows(address), false, address);
  for (const address of publicOnes) assert.equal(live.allows(address), true, address);
});

test("in live mode this machine's own public addresses may not be called either", () => {
  const guard = createLiveGuard(['1.1.1.1', '2606:4700::1111', 'fe80::1%eth0']);
  assert.equal(guard.allows('1.1.1.1'), false);
  assert.equal(guard.allows('2606:4700::1111'), false);
  assert.equal(guard.allows('1.1.1.2'), true);
});

test('in a sandbox this machine and its networks may be called, and what is never a receiver may not', () => {
  for (const address of never) assert.equal(sandbox.allows(address), false, address);
  for (const address of ['127.0.0.1', '::1', '10.0.0.1', '172.17.0.2', '192.168.0.1', 'fd00::1', '1.1.1.1']) {
    assert.equal(sandbox.allows(address), true, address);
  }
});

/** A resolver that answers the next of these at every question, and counts the questions. */
function resolver(...answers: readonly (readonly string[])[]): { resolve: Resolve; asked: () => number } {
  let asked = 0;
  const resolve: Resolve = (_name, _options, done) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    const addresses: LookupAddress[] = answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    queueMicrotask(() => done(null, addresses));
  };
  return { resolve, asked: () => asked };
}

function send(guard: AddressGuard, url: string, resolve?: Resolve): Promise<SendResult> {
  return createSendWebhook(
    guard,
    resolve,
  )({
    url,
    contentType: 'application/json',
    body: '{}',
    headers: {},
    limits: { allMs: 5_000 },
  });
}

test('in live mode an address in the URL is refused in whatever notation it is written, and nothing is sent', async (t) => {
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0',
    '0.0.0.0',
    '127.0.0.1.',
  ];
  for (const host of hosts) {
    const result = await send(live, `http://${host}:${port}/webhook`);
    assert.deepEqual(
      [result.status, result.error, result.mayBeRepeated],
      [null, 'the address may not be called', false],
      host,
    );
  }
  assert.equal(receiver.received.length, 0);
});

test('in live mode a name is refused when any of its addresses is private, localhost first of all', async (t) => {
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  const refused = { status: null, error: 'the address may not be called' };
  for (const addresses of [
    ['127.0.0.1'],
    ['::1'],
    ['1.1.1.1', '127.0.0.1'],
    ['2606:4700::1111', '::ffff:10.0.0.1'],
    [],
  ]) {
    const { resolve } = resolver(addresses);
    const { status, error } = await send(live, `http://shop.example:${port}/`, resolve);
    assert.deepEqual({ status, error }, refused, addresses.join());
  }
  const { status, error } = await send(live, `http://localhost:${port}/`);
  assert.deepEqual({ status, error }, refused, 'by the resolver of the system');
  assert.equal(receiver.received.length, 0);
});

test('the address that was checked is the one that is called: a name is resolved once per attempt, and each time checked', async (t) => {
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  const url = `http://shop.example:${port}/webhook`;
  const checked: string[] = [];
  const onlyFirst: AddressGuard = {
    allows(address) {
      checked.push(address);
      return address === '127.0.0.1';
    },
  };
  // Whoever asked twice would be given an address that nobody checked, where nobody listens.
  const changing = resolver(['127.0.0.1'], ['127.0.0.2']);
  assert.equal((await send(onlyFirst, url, changing.resolve)).status, 200);
  assert.equal(changing.asked(), 1);
  assert.equal(receiver.received[0]?.headers.host, `shop.example:${port}`);
  assert.equal((await send(onlyFirst, url, changing.resolve)).error, 'the address may not be called');
  assert.deepEqual(checked, ['127.0.0.1', '127.0.0.2']);
  assert.equal(receiver.received.length, 1);
});

test('a redirect to a private address leads nowhere', async (t) => {
  const inner = await startReceiver(t);
  const outer = await startReceiver(t, withStatus(302, { location: inner.url }));
  const { port } = new URL(outer.url);
  const guard: AddressGuard = { allows: (address) => address === '127.0.0.1' };
  const result = await send(guard, `http://shop.example:${port}/`, resolver(['127.0.0.1']).resolve);
  assert.deepEqual([result.status, result.mayBeRepeated], [302, false]);
  assert.equal(inner.received.length, 0);
});

test('a name that can not be resolved may be tried again, and an error never quotes the URL', async () => {
  const failing: Resolve = (name, _options, done) => {
    const error: NodeJS.ErrnoException = new Error(`getaddrinfo ENOTFOUND ${name}`);
    error.code = 'ENOTFOUND';
    queueMicrotask(() => done(error, []));
  };
  const result = await send(live, 'http://shop.example/?key=hunter2', failing);
  assert.deepEqual([result.error, result.mayBeRepeated], ['no connection could be made (ENOTFOUND)', true]);
});
