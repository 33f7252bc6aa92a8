import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { createIdempotencyKeys } from '../../src/core/idempotency/idempotency.ts';
import { countCiphertexts } from '../../src/core/key-rotation/count-ciphertexts.ts';
import { rotateCiphertexts } from '../../src/core/key-rotation/rotate-ciphertexts.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { type EncryptedColumn, encryptedColumns, placeIn } from '../../src/core/records/encrypted-columns.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { serverClockForAll } from '../../src/platform/clock/merchant-clocks.ts';
import type { Database } from '../../src/platform/database/pool.ts';
import {
  createEncryption,
  DecryptionError,
  type Encryption,
  keyIdOf,
} from '../../src/platform/encryption/encryption.ts';
import { createSimulatorControl } from '../../src/simulators/control.ts';
import type { Server } from '../../src/start/server.ts';
import { type SharedSimulators, startServerOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { join } from '../kit/console-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import {
  assertBooksAgree,
  depositedVbank,
  goodCard,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import { encryptUnbound } from '../kit/unbound-ciphertext.ts';

/**
 * One database, which goes through its life: written by a server with the old key, attacked, rotated while servers with both
 * keys write, and at last served with the new key alone.
 */
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const old = createEncryption(oldKey);
const both = createEncryption(newKey, [oldKey]);
const columns: readonly EncryptedColumn[] = Object.values(encryptedColumns);

let simulators: SharedSimulators;
let testDatabase: TestDatabase;
let database: Database;
let server: Server;
let keyPair: { readonly imp_key: string; readonly imp_secret: string };
let client: ApiClient;

before(async () => {
  simulators = await startSharedSimulators();
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  server = await serverWith(old);
  const merchants = await Promise.all([newMerchant(), newMerchant()]);
  [keyPair] = merchants as [typeof keyPair, typeof keyPair];
  for (const pair of merchants) {
    const merchant = await logIn(pair);
    client ??= merchant;
    await doEverything(merchant);
  }
});
after(async () => {
  await server?.close();
  await testDatabase?.drop();
  await simulators?.close();
});

function serverWith(encryption: Encryption): Promise<Server> {
  return startServerOn(testDatabase.url, simulators.urls, {}, systemClock, encryption);
}

async function newMerchant(): Promise<typeof keyPair> {
  return (await createApiClient(server.url).post('/sandbox/merchants')).response;
}

function logIn({ imp_key, imp_secret }: typeof keyPair): Promise<ApiClient> {
  return createApiClient(server.url).logIn(imp_key, imp_secret);
}

/** Writes into every column that is encrypted. */
async function doEverything(merchant: ApiClient): Promise<void> {
  const signed = await merchant.put('/sandbox/merchant', { webhook_signing: true });
  assert.equal(signed.code, 0, signed.text);
  const impUid = await depositedVbank(merchant);
  const cancel = { imp_uid: impUid, amount: 300, ...refundAccount };
  const refunded = await merchant.post('/payments/cancel', cancel, { 'idempotency-key': `first-${impUid}` });
  assert.equal(refunded.code, 0, refunded.text);
  const clerk = await join(merchant, 'operator');
  const asked = await clerk.post('/refund-requests', { imp_uid: impUid, amount: 100, ...refundAccount });
  assert.equal(asked.code, 0, asked.text);
  const file = `imp_uid,amount,refund_holder,refund_bank,refund_account\n${impUid},10,홍길동,004,123456789012\n`;
  const planned = await merchant.post('/bulk-refunds', { file });
  assert.equal(planned.response.invalid_rows, 0, planned.text);
  const registered = await merchant.post('/subscribe/customers/card', { pg: 'tosspayments', ...goodCard });
  assert.equal(registered.code, 0, registered.text);
  const certified = await merchant.post('/sandbox/certifications', { name: '홍길동' });
  assert.equal(certified.code, 0, certified.text);
  const member = await join(merchant, 'owner');
  assert.equal((await member.post('/console/api/factors/totp')).code, 0);
}

interface Sealed {
  readonly column: EncryptedColumn;
  readonly key: Readonly<Record<string, unknown>>;
  readonly row: Readonly<Record<string, unknown>>;
  readonly ciphertext: Buffer;
}

async function allSealed(): Promise<readonly Sealed[]> {
  const all: Sealed[] = [];
  for (const column of columns) {
    const rows = await database.query<Record<string, unknown>>(
      `select * from ${column.table} where ${column.column} is not null`,
    );
    for (const row of rows) {
      const key = Object.fromEntries(Object.keys(column.primaryKey).map((name) => [name, row[name]]));
      all.push({ column, key, row, ciphertext: row[column.column] as Buffer });
    }
  }
  return all;
}

async function put({ column, key }: Sealed, ciphertext: Buffer): Promise<void> {
  const names = Object.keys(key);
  const rows = await database.query(
    `update ${column.table} set ${column.column} = $1 where ${names.map((name, at) => `${name} = $${at + 2}`).join(' and ')} returning 1`,
    [ciphertext, ...Object.values(key)],
  );
  assert.equal(rows.length, 1);
}

function totals(rotations: Awaited<ReturnType<typeof rotateCiphertexts>>) {
  const sum = (of: (each: (typeof rotations)[number]) => number): number =>
    rotations.reduce((all, each) => all + of(each), 0);
  return {
    rewritten: sum((each) => each.rewritten),
    left: sum((each) => each.ofOtherKeys + each.unbound),
    unreadable: sum((each) => each.unreadable),
  };
}

const rotate = (more: Partial<Parameters<typeof rotateCiphertexts>[0]> = {}) =>
  rotateCiphertexts({ database, encryption: both, isDryRun: false, ...more });

test('every column of bytes is known to be a ciphertext, or something that is none', async () => {
  const rows = await database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea'`,
  );
  const others = [
    'access_tokens.nonce',
    'access_tokens.previous_token_hash',
    'access_tokens.token_hash',
    'checkouts.token_hash',
    'gateway_notices.digest',
    'invitations.token_hash',
    'merchants.imp_secret_hash',
    'merchants.operator_secret_hash',
    'merchants.previous_secret_hash',
    'oidc_sign_ins.browser_hash',
    'oidc_sign_ins.state_hash',
    'passkey_challenges.challenge_hash',
    'recovery_codes.code_hash',
    'schema_migrations.checksum',
    'second_factors.public_key',
    'server_facts.value',
    'sessions.token_hash',
    'sign_in_counts.subject',
    'sign_in_tickets.token_hash',
    'webhook_attempts.answer',
  ];
  const ciphertexts = columns.map(({ table, column }) => `${table}.${column}`);
  assert.deepEqual(rows.map(({ name }) => name).sort(), [...others, ...ciphertexts].sort());
});

test('a ciphertext moved to another row, merchant or column can not be read, and each is read in its own place', async () => {
  const all = await allSealed();
  for (const column of columns) assert.ok(all.filter((each) => each.column === column).length >= 2, column.column);
  for (const [at, { column, row, ciphertext }] of all.entries()) {
    assert.ok(old.decrypt(ciphertext, placeIn(column, row)).length > 0);
    for (const [to, other] of all.entries()) {
      if (to === at) continue;
      const moved = () => old.decrypt(ciphertext, placeIn(other.column, other.row));
      assert.throws(moved, DecryptionError, `${column.table} to ${other.column.table}`);
    }
  }
});

test('a request that needs a ciphertext which was moved ends in an internal error that tells nothing', async (t) => {
  const all = await allSealed();
  const [merchant] = await database.query<{ id: bigint }>('select id from merchants where imp_key = $1', [
    keyPair.imp_key,
  ]);
  const takeOver = async (
    column: EncryptedColumn,
    isLike: (one: Sealed, other: Sealed) => boolean,
  ): Promise<Sealed> => {
    for (const mine of all.filter((each) => each.column === column && each.row.merchant_id === merchant?.id)) {
      const others = all.find(
        (each) => each.column === column && each.row.merchant_id !== merchant?.id && isLike(mine, each),
      );
      if (!others) continue;
      await put(mine, others.ciphertext);
      t.after(() => put(mine, mine.ciphertext));
      return mine;
    }
    throw new Error('nothing to move');
  };
  const hash = await takeOver(encryptedColumns.requestHash, () => true);
  const repeated = await client.post('/payments/cancel', { imp_uid: 'x' }, { 'idempotency-key': String(hash.row.key) });
  await takeOver(
    encryptedColumns.credentials,
    (one, other) => one.row.provider === other.row.provider && one.row.is_default === true,
  );
  const paid = await client.post('/subscribe/payments/onetime', {
    merchant_uid: newOrder(),
    amount: 1000,
    ...goodCard,
  });
  for (const answer of [repeated, paid]) {
    assert.equal(answer.status, 500, answer.text);
    assert.doesNotMatch(answer.text, /cipher|crypt|place|another key/i);
  }
});

/** Repeats the first cancellation of the merchant; nothing is refunded a second time. */
async function assertRepeats(merchant: ApiClient): Promise<void> {
  const [row] = await database.query<{ key: string; body: string }>(
    `select k.key, k.body from idempotency_keys k join merchants m on m.id = k.merchant_id
     where m.imp_key = $1 and k.key like 'first-%'`,
    [keyPair.imp_key],
  );
  assert.ok(row);
  const impUid = row.key.replace('first-', '');
  const cancel = { imp_uid: impUid, amount: 300, ...refundAccount };
  const repeat = await merchant.post('/payments/cancel', cancel, { 'idempotency-key': row.key });
  assert.equal(repeat.code, 0, repeat.text);
  assert.equal(repeat.response.cancel_amount, 300);
  const other = await merchant.post('/payments/cancel', { ...cancel, amount: 301 }, { 'idempotency-key': row.key });
  assert.equal(other.error, 'idempotency_key_reused');
  await assertBooksAgree(merchant, impUid);
}

test('what older servers wrote is read as before: unbound ciphertexts, hashes of requests, digests of notices, tokens', async () => {
  await server.close();
  for (const sealed of await allSealed()) {
    const { column, row, ciphertext } = sealed;
    if (column === encryptedColumns.requestHash) continue;
    const plaintext = old.decrypt(ciphertext, placeIn(column, row));
    await put(sealed, encryptUnbound(oldKey, plaintext, `${column.table}.${column.column}`));
  }
  const token = client.token;
  server = await serverWith(both);
  const again = await logIn(keyPair);
  assert.equal(again.token, token, 'the token of then, made again with the key of then');
  await assertRepeats(again);
  const [channel] = await database.query<{ base_url: string }>(
    `select base_url from channels where provider = 'tosspayments' limit 1`,
  );
  const [notice] = await createSimulatorControl(channel?.base_url ?? '').listNotices({});
  assert.ok(notice);
  const noticesOf = () => database.query<{ n: bigint }>('select count(*) as n from gateway_notices');
  const before = await noticesOf();
  const answer = await fetch(`${server.url}/gateways/tosspayments/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(notice.body, 'base64'),
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(await noticesOf(), before, 'the same notice is the same row');
  client = again;
  await depositedVbank(client);
});

test('the hash of a request that an older server has left is compared with whichever key made it', async (t) => {
  const [row] = await database.query<{ id: bigint }>('select id from merchants where imp_key = $1', [keyPair.imp_key]);
  assert.ok(row);
  const keys = (encryption: Encryption) =>
    createIdempotencyKeys({
      database,
      encryption,
      clock: systemClock,
      clocks: serverClockForAll(systemClock),
      leases: createLeases(systemClock),
      runningMs: 60_000,
      keptForDays: 15,
    });
  const request = { method: 'POST', path: '/', parameters: { a: 1 } };
  const admission = await keys(both).admit(row.id, 'of an older server', request);
  assert.equal(admission.kind, 'first');
  t.after(() => database.query(`delete from idempotency_keys where key = 'of an older server'`));
  await keys(both).keep(row.id, (admission as { id: bigint }).id, {
    errorCode: null,
    refusalCategory: null,
    body: '{}',
  });
  await database.query(`update idempotency_keys set request_hash = $1 where key = 'of an older server'`, [
    old.derive(Buffer.from('POST /\n{"a":1}'), 'idempotent_request'),
  ]);
  assert.equal((await keys(both).admit(row.id, 'of an older server', request)).kind, 'repeat');
  assert.equal((await keys(old).admit(row.id, 'of an older server', request)).kind, 'repeat');
  await assert.rejects(keys(createEncryption(newKey)).admit(row.id, 'of an older server', request), /Idempotency-Key/);
  await assert.rejects(keys(both).admit(row.id, 'of an older server', { ...request, path: '/x' }), /Idempotency-Key/);
});

test('what no given key reads stays as it is, and is counted with the key that it names', async () => {
  const stranger = createEncryption(randomBytes(32));
  const [sealed] = await allSealed();
  assert.ok(sealed);
  await put(sealed, stranger.encrypt('whsec', placeIn(sealed.column, sealed.row)));
  const before = await allSealed();
  const wrong = createEncryption(newKey, [randomBytes(32)]);
  const rotations = await rotate({ encryption: wrong });
  const mine = rotations.find(({ column }) => column === 'merchants.webhook_secret');
  assert.deepEqual(mine?.unreadableKeyIds, [keyIdOf(stranger.fingerprint())]);
  const ofNewKey = before.filter(({ ciphertext }) => ciphertext.subarray(0, 9).equals(both.currentHeader())).length;
  assert.ok(ofNewKey > 0);
  assert.deepEqual(totals(rotations), { rewritten: 0, left: 0, unreadable: before.length - ofNewKey });
  assert.deepEqual(await allSealed(), before);
  await put(sealed, sealed.ciphertext);
});

test('a dry run counts and changes nothing', async () => {
  const before = await allSealed();
  const counted = totals(await rotate({ isDryRun: true, rowsAtOnce: 3 }));
  const stale = before.filter(({ ciphertext }) => !ciphertext.subarray(0, 9).equals(both.currentHeader())).length;
  assert.ok(stale > 20);
  assert.deepEqual(counted, { rewritten: 0, left: stale, unreadable: 0 });
  assert.deepEqual(await allSealed(), before);
});

test('a rotation that is stopped in the middle has lost nothing, and the next one goes on from there', async () => {
  const before = totals(await rotate({ isDryRun: true }));
  let stoppedAt = 0;
  const stopped = rotate({
    rowsAtOnce: 2,
    onBatch({ rewritten }) {
      if (rewritten < 5) return;
      stoppedAt = rewritten;
      throw new Error('stopped');
    },
  });
  await assert.rejects(stopped, /stopped/);
  assert.ok(stoppedAt >= 5 && stoppedAt < before.left);
  assert.equal(totals(await rotate({ isDryRun: true })).left, before.left - stoppedAt);
  for (const { column, row, ciphertext } of await allSealed()) both.decrypt(ciphertext, placeIn(column, row));
});

test('a write that comes between is not lost, and a row that somebody holds is waited for', async () => {
  const [merchant] = (await allSealed()).filter(
    ({ column, ciphertext }) =>
      column === encryptedColumns.credentials && !ciphertext.subarray(0, 9).equals(both.currentHeader()),
  );
  assert.ok(merchant);
  const place = placeIn(merchant.column, merchant.row);
  const fresh = both.encrypt(JSON.stringify({ secretKey: 'changed meanwhile' }), place);
  const plain = both.decrypt(merchant.ciphertext, place);
  let rotation: Promise<unknown> | undefined;
  await database.withTransaction(async (holder) => {
    await holder.query('update channels set credentials = $2 where id = $1', [merchant.key.id, fresh]);
    rotation = rotate();
    await eventually(async () => {
      const waiting = await database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'update channels c set%'`,
      );
      assert.equal(waiting.length, 1);
    });
  });
  await rotation;
  const [row] = await database.query<{ credentials: Buffer }>('select credentials from channels where id = $1', [
    merchant.key.id,
  ]);
  assert.deepEqual(row?.credentials, fresh);
  await put(merchant, both.encrypt(plain, place));
});

/** Puts everything back under the old key. */
async function underOldKey(): Promise<number> {
  const all = await allSealed();
  for (const sealed of all) {
    const place = placeIn(sealed.column, sealed.row);
    await put(sealed, old.encrypt(both.decrypt(sealed.ciphertext, place), place));
  }
  return all.length;
}

test('two rotations at once encrypt every ciphertext anew once between them', async () => {
  const count = await underOldKey();
  const results = await Promise.all([rotate({ rowsAtOnce: 7 }), rotate({ rowsAtOnce: 5 }), rotate()]);
  assert.equal(
    results.map((each) => totals(each).rewritten).reduce((sum, each) => sum + each),
    count,
  );
  for (const each of results)
    assert.deepEqual({ ...totals(each), rewritten: 0 }, { rewritten: 0, left: 0, unreadable: 0 });
  assert.deepEqual(totals(await rotate()), { rewritten: 0, left: 0, unreadable: 0 });
});

test('a rotation while servers pay, deposit, refund and change secrets leaves nothing behind and disturbs nobody', async () => {
  await underOldKey();
  const second = await serverWith(both);
  const other = await createApiClient(second.url).logIn(keyPair.imp_key, keyPair.imp_secret);
  let isRotating = true;
  const made: string[] = [];
  const work = async (merchant: ApiClient, at: number): Promise<void> => {
    for (let round = 0; isRotating || round < 2; round++) {
      const paid = await payByCard(merchant);
      const account = await depositedVbank(merchant);
      const cancel = { imp_uid: account, amount: 100, ...refundAccount };
      const name = `busy-${at}-${account}`;
      const [one, same] = [
        await merchant.post('/payments/cancel', cancel, { 'idempotency-key': name }),
        await merchant.post('/payments/cancel', cancel, { 'idempotency-key': name }),
      ];
      assert.deepEqual([one.code, same.code, same.response.cancel_amount], [0, 0, 100], `${one.text} ${same.text}`);
      assert.equal((await merchant.put('/sandbox/merchant', { webhook_signing: true })).code, 0);
      made.push(paid, account);
    }
  };
  const working = Promise.all([client, other].map(work));
  try {
    for (let times = 0; times < 5; times++) await rotate({ rowsAtOnce: 4 });
  } finally {
    isRotating = false;
  }
  await working;
  for (const impUid of made) await assertBooksAgree(client, impUid);
  await second.close();
  assert.deepEqual(totals(await rotate({ isDryRun: true })), { rewritten: 0, left: 0, unreadable: 0 });
  assert.deepEqual(
    [...new Set((await countCiphertexts(database)).map(({ keyId }) => keyId))],
    [keyIdOf(both.fingerprint())],
  );
});

test('after the rotation the new key alone serves everything, and a token of the old key gives way to a new one', async (t: TestContext) => {
  const waiting = await issueVbank(client);
  const token = client.token ?? '';
  await server.close();
  server = await serverWith(createEncryption(newKey));
  await assertRepeats(createApiClient(server.url, token));
  const again = await logIn(keyPair);
  await assertRepeats(again);
  // The token that was made with the old key goes on until it expires; what is given out now can be made again.
  assert.equal((await logIn(keyPair)).token, again.token);
  const [kept] = await database.query<{ nonce: Buffer; token_hash: Buffer }>(
    `select nonce, token_hash from access_tokens t join merchants m on m.id = t.merchant_id where m.imp_key = $1`,
    [keyPair.imp_key],
  );
  const made = createEncryption(newKey)
    .derive(kept?.nonce ?? Buffer.alloc(0), 'access_token')
    .toString('hex')
    .slice(0, 40);
  assert.deepEqual(kept?.token_hash, createHash('sha256').update(made).digest());
  const deposited = await again.post(`/sandbox/vbanks/${waiting}/deposit`);
  assert.equal(deposited.code, 0, deposited.text);
  await payByCard(again);
  t.diagnostic(`${(await allSealed()).length} ciphertexts`);
});
