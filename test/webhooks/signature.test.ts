import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { signBody } from '../../src/core/webhooks/signature.ts';
import { everythingStored, formsOf } from '../api/iamport/everything-stored.ts';
import { newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { startReceiver } from './receiver.ts';
import { newWebhookMerchant } from './webhook-merchant.ts';

let sandbox: Sandbox;
let folder: string;
before(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'hwanbul-signature-'));
});
after(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** The code that the documentation shows for a language, as it stands there. */
function documentedCode(language: string): string {
  const text = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const code = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1];
  assert.ok(code, `the documentation shows code for ${language}`);
  return code;
}

test('the set-up that the documentation shows can be pasted: what arrives is signed with the secret that it shows', async (t) => {
  const receiver = await startReceiver(t);
  const port = new URL(receiver.url).port;
  await receiver.close();
  const block = documentedCode('sh').replaceAll('http://127.0.0.1:8410', sandbox.url).replaceAll('9000', port);
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const { stdout } = await promisify(execFile)('bash', ['-euc', block], { env: { ...process.env, PATH } });
  const secret = /"webhook_secret":"(whsec_[\w-]{43})"/.exec(stdout)?.[1];
  assert.ok(secret, stdout);
  const isFromHwanbul = await verifyInNode();
  const arrived = [...stdout.matchAll(/^(t=\d+,v1=[0-9a-f]{64}) (\{.*\})$/gm)];
  const bodies = arrived.map(([, , body = '']) => JSON.parse(body));
  assert.equal(bodies[0]?.imp_uid, 'imp_1234567890');
  assert.deepEqual([bodies.length, bodies[1]?.status], [2, 'paid']);
  for (const [, header = null, body = ''] of arrived) {
    assert.ok(await isFromHwanbul(secret, header, body, Number(header?.slice(2, header.indexOf(',')))));
  }
});

type Verify = (secret: string, header: string | null, body: string, now: number) => boolean | Promise<boolean>;

async function verifyInNode(): Promise<Verify> {
  const file = join(folder, 'verify.mjs');
  writeFileSync(file, documentedCode('js'));
  const { isFromHwanbul } = (await import(pathToFileURL(file).href)) as { isFromHwanbul: Verify };
  return isFromHwanbul;
}

function verifyInPython(): Verify {
  const file = join(folder, 'verify.py');
  const call = 'is_from_hwanbul(given["secret"], given["header"], given["body"].encode(), given["now"])';
  writeFileSync(
    file,
    `${documentedCode('python')}\nimport json, sys\ngiven = json.loads(sys.stdin.buffer.read())\nprint(${call})\n`,
  );
  return (secret, header, body, now) => {
    const input = JSON.stringify({ secret, header, body, now });
    return execFileSync('python3', [file], { input, encoding: 'utf8' }).trim() === 'True';
  };
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

for (const [language, load, skip] of [
  ['Node', verifyInNode, false],
  ['Python', verifyInPython, hasPython ? false : 'there is no python3 here'],
] as const) {
  test(`the documented code for ${language} believes what is signed, and nothing else`, { skip }, async (t) => {
    const verify = await load();
    const receiver = await startReceiver(t);
    const { client, secret } = await newWebhookMerchant(sandbox.url, {
      webhook_url: receiver.url,
      webhook_signing: true,
    });
    assert.match(secret ?? '', /^whsec_[A-Za-z0-9_-]{43}$/);
    await payByCard(client, 1000, { merchant_uid: `주문 ${newOrder()}` });
    const [received] = await receiver.waitFor(1);
    const header = String(received?.headers['x-hwanbul-signature']);
    const body = received?.body ?? '';
    // By what was signed: the call may have taken a second.
    const now = Number(/t=(\d+)/.exec(header)?.[1]);
    const key = secret ?? '';
    assert.equal(await verify(key, header, body, now), true);
    assert.equal(await verify(key, header, `${body} `, now), false, 'another body');
    assert.equal(await verify(`${key}x`, header, body, now), false, 'another secret');
    assert.equal(await verify(key, header, body, now + 301), false, 'long ago');
    assert.equal(await verify(key, header, body, now - 301), false, 'in the future');
    assert.equal(
      await verify(
        key,
        header.replace(/t=(\d+)/, (_, at) => `t=${Number(at) + 1}`),
        body,
        now,
      ),
      false,
    );
    assert.equal(await verify(key, null, body, now), false, 'no signature');
    assert.equal(await verify(key, 't=1,v1=zz', body, now), false, 'no signature of this form');
  });
}

test('the signature is HMAC-SHA256 of time, dot and body', () => {
  // By: printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
  const expected = '49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686';
  assert.equal(signBody('secret', '{"a":1}', new Date(1_700_000_000_999)), `t=1700000000,v1=${expected}`);
});

test('signing is turned on, renewed and turned off; the secret is shown once and is nowhere in the clear', async (t) => {
  const receiver = await startReceiver(t);
  const { client, secret: none } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  assert.equal(none, null);
  const on = await client.put('/sandbox/merchant', { webhook_signing: true });
  const secret: string = on.response.webhook_secret;
  const renewed: string = (await client.put('/sandbox/merchant', { webhook_signing: true })).response.webhook_secret;
  assert.notEqual(secret, renewed);
  const read = (await client.get('/sandbox/merchant')).response;
  assert.deepEqual([read.webhook_signing, read.webhook_secret], [true, null]);
  const kept = await client.put('/sandbox/merchant', { webhook_retry: true });
  assert.deepEqual([kept.response.webhook_signing, kept.response.webhook_secret], [true, null]);
  await payByCard(client);
  const [signed] = await receiver.waitFor(1);
  const [, at] = /^t=(\d+),/.exec(String(signed?.headers['x-hwanbul-signature'])) ?? [];
  assert.equal(
    signed?.headers['x-hwanbul-signature'],
    signBody(renewed, signed?.body ?? '', new Date(Number(at) * 1000)),
  );
  const stored = await everythingStored(sandbox.database);
  for (const form of formsOf(renewed)) assert.ok(!stored.includes(form));
  await client.put('/sandbox/merchant', { webhook_signing: false });
  await payByCard(client);
  const [, unsigned] = await receiver.waitFor(2);
  assert.equal(unsigned?.headers['x-hwanbul-signature'], undefined);
});
