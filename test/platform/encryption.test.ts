import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEncryption, DecryptionError } from '../../src/platform/encryption/encryption.ts';
import { SettingsError } from '../../src/platform/settings/settings.ts';
import { assertKeyMatches, loadOrCreateKey } from '../../src/start/encryption-key.ts';
import { createTestDatabase } from '../kit/database.ts';

const key = randomBytes(32);
const encryption = createEncryption(key);
const context = 'channel:7:credentials';

test('what was encrypted comes back, and no ciphertext repeats', () => {
  for (const plaintext of ['', '계좌 110-123-456789', 'x'.repeat(10_000)]) {
    const first = encryption.encrypt(plaintext, context);
    assert.equal(encryption.decrypt(first, context), plaintext);
    assert.notDeepEqual(encryption.encrypt(plaintext, context), first);
    if (plaintext) assert.ok(!first.includes(plaintext));
  }
});

test('a ciphertext with any byte changed, cut or added does not decrypt', () => {
  const ciphertext = encryption.encrypt('secret', context);
  for (let position = 0; position < ciphertext.length; position += 1) {
    const changed = Buffer.from(ciphertext);
    changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
    assert.throws(() => encryption.decrypt(changed, context), DecryptionError, `byte ${position}`);
    assert.throws(() => encryption.decrypt(ciphertext.subarray(0, position), context), DecryptionError);
  }
  assert.throws(() => encryption.decrypt(Buffer.concat([ciphertext, Buffer.alloc(1)]), context), DecryptionError);
});

test('a ciphertext decrypts neither with another key nor in another place', () => {
  const ciphertext = encryption.encrypt('secret', context);
  assert.throws(() => createEncryption(randomBytes(32)).decrypt(ciphertext, context), DecryptionError);
  assert.throws(() => encryption.decrypt(ciphertext, 'channel:8:credentials'), DecryptionError);
});

test('a derived value depends on the key, the nonce and the context, and on nothing else', () => {
  const nonce = randomBytes(16);
  const derived = encryption.derive(nonce, 'token');
  assert.equal(derived.length, 32);
  assert.deepEqual(createEncryption(key).derive(nonce, 'token'), derived);
  assert.notDeepEqual(encryption.derive(randomBytes(16), 'token'), derived);
  assert.notDeepEqual(encryption.derive(nonce, 'other'), derived);
  assert.notDeepEqual(createEncryption(randomBytes(32)).derive(nonce, 'token'), derived);
});

test('a key of another length is no key', () => {
  assert.throws(() => createEncryption(randomBytes(16)), RangeError);
});

test('a sandbox makes its key once, readable by its owner only, and finds it again', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hwanbul-key-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const settings = { encryptionKey: undefined, mode: 'sandbox', dataDir } as const;
  const first = loadOrCreateKey(settings);
  assert.equal(first.length, 32);
  assert.deepEqual(loadOrCreateKey(settings), first);
  assert.equal(statSync(join(dataDir, 'encryption.key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dataDir), ['encryption.key']);
  assert.equal(readFileSync(join(dataDir, 'encryption.key'), 'utf8').trim(), first.toString('base64'));
});

test('a key file that was damaged is not silently replaced', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hwanbul-key-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  writeFileSync(join(dataDir, 'encryption.key'), 'half');
  assert.throws(() => loadOrCreateKey({ encryptionKey: undefined, mode: 'sandbox', dataDir }), SettingsError);
  assert.equal(readFileSync(join(dataDir, 'encryption.key'), 'utf8'), 'half');
});

test('a given key wins over the file', () => {
  assert.equal(loadOrCreateKey({ encryptionKey: key, mode: 'live', dataDir: '/nonexistent' }), key);
});

test('a database keeps the fingerprint of its first key and refuses every other', async (t) => {
  const { database, drop } = await createTestDatabase();
  t.after(drop);
  await assertKeyMatches(database, encryption);
  await assertKeyMatches(database, createEncryption(Buffer.from(key)));
  await assert.rejects(assertKeyMatches(database, createEncryption(randomBytes(32))), (error) => {
    assert.ok(error instanceof SettingsError);
    assert.match(error.message, /^This database was made with another encryption key: .*ENCRYPTION_KEY/);
    return true;
  });
  const [fact] = await database.query<{ value: Buffer }>(
    "select value from server_facts where name = 'encryption_key_fingerprint'",
  );
  assert.deepEqual(fact?.value, encryption.fingerprint());
  assert.ok(!fact?.value.includes(key.subarray(0, 8)));
});

test('two servers that start at once with two keys: one of them is refused', async (t) => {
  const { database, drop } = await createTestDatabase();
  t.after(drop);
  const results = await Promise.allSettled(
    [encryption, createEncryption(randomBytes(32))].map((each) => assertKeyMatches(database, each)),
  );
  assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
});
