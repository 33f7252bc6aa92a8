import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forgetKeys, readKeysInUse } from '../../src/core/key-rotation/keys-in-use.ts';
import {
  createEncryption,
  DecryptionError,
  keyIdOf,
  keyIdOfCiphertext,
} from '../../src/platform/encryption/encryption.ts';
import { SettingsError } from '../../src/platform/settings/settings.ts';
import { assertKeyMatches, loadOrCreateKey } from '../../src/start/encryption-key.ts';
import { createTestDatabase } from '../kit/database.ts';
import { encryptUnbound } from '../kit/unbound-ciphertext.ts';

const key = randomBytes(32);
const encryption = createEncryption(key);
const place = { column: 'channels.credentials', row: ['7', 'tosspayments', 'mid'] };

test('what was encrypted comes back, and no ciphertext repeats', () => {
  for (const plaintext of ['', '계좌 110-123-456789', 'x'.repeat(10_000)]) {
    const first = encryption.encrypt(plaintext, place);
    assert.equal(encryption.decrypt(first, place), plaintext);
    assert.notDeepEqual(encryption.encrypt(plaintext, place), first);
    if (plaintext) assert.ok(!first.includes(plaintext));
  }
});

test('a ciphertext with any byte changed, cut or added does not decrypt', () => {
  const ciphertext = encryption.encrypt('secret', place);
  for (let position = 0; position < ciphertext.length; position += 1) {
    const changed = Buffer.from(ciphertext);
    changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
    assert.throws(() => encryption.decrypt(changed, place), DecryptionError, `byte ${position}`);
    assert.throws(() => encryption.decrypt(ciphertext.subarray(0, position), place), DecryptionError);
  }
  assert.throws(() => encryption.decrypt(Buffer.concat([ciphertext, Buffer.alloc(1)]), place), DecryptionError);
});

test('a ciphertext decrypts neither with another key nor in another place', () => {
  const ciphertext = encryption.encrypt('secret', place);
  assert.throws(() => createEncryption(randomBytes(32)).decrypt(ciphertext, place), DecryptionError);
  for (const other of [
    { ...place, row: ['8', 'tosspayments', 'mid'] },
    { ...place, row: ['7', 'tosspayments', 'mid2'] },
    { ...place, row: ['7', 'tosspayments', 'mid', ''] },
    { ...place, row: ['7', 'tosspaymentsmid'] },
    { ...place, row: ['7', 'tosspayments","mid'] },
    { ...place, column: 'operations.secrets' },
    { column: 'channels.credentials","7', row: ['tosspayments', 'mid'] },
  ]) {
    assert.throws(() => encryption.decrypt(ciphertext, other), DecryptionError, JSON.stringify(other));
  }
});

test('a ciphertext names its key, by an id that shows nothing of the key', () => {
  const ciphertext = encryption.encrypt('secret', place);
  assert.equal(keyIdOfCiphertext(ciphertext), keyIdOf(encryption.fingerprint()));
  assert.equal(keyIdOfCiphertext(encryptUnbound(key, 'secret', place.column)), null);
  for (let at = 0; at + 4 <= key.length; at++) assert.ok(!ciphertext.includes(key.subarray(at, at + 4)));
});

test('with the previous keys beside it, whatever they made is read, and whatever is new is the current key’s', () => {
  const [older, old] = [randomBytes(32), randomBytes(32)];
  const rotating = createEncryption(key, [old, older, key]);
  assert.equal(rotating.fingerprints().length, 3, 'a key that is named twice is one key');
  for (const each of [older, old, key]) {
    assert.equal(rotating.decrypt(createEncryption(each).encrypt('계좌', place), place), '계좌');
    assert.equal(rotating.decrypt(encryptUnbound(each, '계좌', place.column), place), '계좌');
  }
  assert.equal(encryption.decrypt(rotating.encrypt('new', place), place), 'new');
  assert.deepEqual(rotating.encrypt('new', place).subarray(0, 9), encryption.currentHeader());
  const nonce = randomBytes(16);
  assert.deepEqual(
    rotating.derivations(nonce, 'token'),
    [key, old, older].map((each) => createEncryption(each).derive(nonce, 'token')),
  );
});

test('an unbound ciphertext of an older version is read in its own column, and by its own key', () => {
  const ciphertext = encryptUnbound(key, 'secret', 'channels.credentials');
  assert.equal(encryption.decrypt(ciphertext, place), 'secret');
  assert.throws(() => encryption.decrypt(ciphertext, { ...place, column: 'operations.secrets' }), DecryptionError);
  assert.throws(() => createEncryption(randomBytes(32), [randomBytes(32)]).decrypt(ciphertext, place), DecryptionError);
  for (let length = 0; length < ciphertext.length; length++) {
    assert.throws(() => encryption.decrypt(ciphertext.subarray(0, length), place), DecryptionError);
  }
});

test('what can not be read is told by the id of its key, and by nothing else', () => {
  const other = createEncryption(randomBytes(32));
  const ciphertext = other.encrypt('a secret account', place);
  const failed = [
    [() => encryption.decrypt(ciphertext, place), new RegExp(keyIdOf(other.fingerprint()))],
    [() => other.decrypt(ciphertext, { ...place, row: ['8', 'tosspayments', 'mid'] }), /for another place/],
  ] as const;
  for (const [decrypt, message] of failed) {
    assert.throws(decrypt, (error) => {
      assert.ok(error instanceof DecryptionError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret|account|tosspayments/);
      return true;
    });
  }
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

test('a database whose key was changed needs both keys, until nothing needs the previous one', async (t) => {
  const { database, drop } = await createTestDatabase();
  t.after(drop);
  const old = createEncryption(key);
  const newKey = randomBytes(32);
  await assertKeyMatches(database, old);
  // Given beside the current one, a key that is to come changes nothing yet.
  await assertKeyMatches(database, createEncryption(key, [newKey]));
  await assertKeyMatches(database, old);
  await assertKeyMatches(database, createEncryption(newKey, [key]));
  const refused = [
    createEncryption(newKey),
    old,
    createEncryption(newKey, [randomBytes(32)]),
    createEncryption(randomBytes(32), [key]),
  ];
  for (const each of refused) {
    await assert.rejects(
      assertKeyMatches(database, each),
      /^SettingsError: This database was made with another encryption key/,
    );
  }
  // And back again: a change that is taken back.
  await assertKeyMatches(database, createEncryption(key, [newKey]));
  await assertKeyMatches(database, createEncryption(newKey, [key]));
  await forgetKeys(database, [old.fingerprint()]);
  await assertKeyMatches(database, createEncryption(newKey));
  await assert.rejects(assertKeyMatches(database, old), SettingsError);
});

test('servers that start at once with the keys in either order agree on what the database needs', async (t) => {
  const { database, drop } = await createTestDatabase();
  t.after(drop);
  const other = randomBytes(32);
  await assertKeyMatches(database, encryption);
  const both = [createEncryption(other, [key]), createEncryption(key, [other])];
  await Promise.all([...both, ...both, ...both].map((each) => assertKeyMatches(database, each)));
  const needed = (await readKeysInUse(database)).map((each) => each.toString('hex')).sort();
  assert.deepEqual(needed, both.map((each) => each.fingerprint().toString('hex')).sort());
});
