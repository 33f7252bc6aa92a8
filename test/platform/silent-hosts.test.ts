import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { isDatabaseOutage, isSurelyUndone } from '../../src/platform/database/transient-errors.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let testDatabase: TestDatabase;
before(async () => {
  testDatabase = await createTestDatabase();
});
after(() => testDatabase.drop());

/** Stands between a pool and PostgreSQL. Nobody learns of what it swallows: connections stay, as with a machine that is lost. */
interface Relay {
  readonly port: number;
  /** How many connections have been made to it. */
  taken(): number;
  /** When an answer has brought so many bytes over one connection from now on, the rest of that connection is swallowed. */
  breakOffAfter(bytes: number): void;
  /** And everything else with it, new connections too. */
  breakOffWithHostAfter(bytes: number): void;
  /** What is sent from here on is swallowed, over the connections that there are. */
  swallowQuestionsAfter(bytes: number): void;
  heal(): void;
}

async function startRelay(t: TestContext): Promise<Relay> {
  const { hostname, port: behind } = new URL(testDatabase.url);
  const sockets = new Set<Socket>();
  let taken = 0;
  let isHostLost = false;
  let answerLeft = Number.POSITIVE_INFINITY;
  let questionsLeft = Number.POSITIVE_INFINITY;
  let takesHostAlong = false;
  const server = createServer((caller) => {
    taken += 1;
    let isLost = false;
    const postgres = connect(Number(behind), hostname);
    for (const [one, other] of [
      [caller, postgres],
      [postgres, caller],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('data', (part) => {
        if (isLost || isHostLost) return;
        const left = one === postgres ? answerLeft : questionsLeft;
        const through = part.subarray(0, left);
        if (one === postgres) answerLeft -= through.length;
        else questionsLeft -= through.length;
        other.write(through);
        if (through.length === part.length) return;
        isLost = true;
        isHostLost = takesHostAlong;
        answerLeft = Number.POSITIVE_INFINITY;
        questionsLeft = Number.POSITIVE_INFINITY;
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return {
    port: address.port,
    taken: () => taken,
    breakOffAfter(bytes) {
      answerLeft = bytes;
      takesHostAlong = false;
    },
    breakOffWithHostAfter(bytes) {
      answerLeft = bytes;
      takesHostAlong = true;
    },
    swallowQuestionsAfter(bytes) {
      questionsLeft = bytes;
      takesHostAlong = false;
    },
    heal() {
      isHostLost = false;
    },
  };
}

/** One connection in all: a pool has one beyond its size. */
function openThrough(t: TestContext, { port }: Relay): Database {
  const url = new URL(testDatabase.url);
  url.host = `127.0.0.1:${port}`;
  const database = openDatabase(url.href, { poolSize: 0, applicationName: 'through a relay' });
  t.after(() => database.close());
  return database;
}

/** A pool of one connection, which has been used. */
async function startThroughRelay(t: TestContext): Promise<{ readonly relay: Relay; readonly database: Database }> {
  const relay = await startRelay(t);
  const database = openThrough(t, relay);
  await database.query('select 1');
  return { relay, database };
}

const large = `select repeat('x', 500000) as text`;

/** It may have been carried out: nobody may take it for undone. */
function isLostConnection(error: unknown): boolean {
  assert.equal((error as NodeJS.ErrnoException).code, 'ETIMEDOUT', String(error));
  assert.ok(isDatabaseOutage(error) && !isSurelyUndone(error));
  return true;
}

test('an answer that breaks off in its middle, with the machine that gave it, is given up', async (t) => {
  const { relay, database } = await startThroughRelay(t);
  relay.breakOffWithHostAfter(100_000);
  await assert.rejects(database.query(large), isLostConnection);
  relay.heal();
  const [row] = await database.query<{ text: string }>(large);
  assert.equal(row?.text.length, 500_000);
});

test('so it is when only this connection is lost: the session has said all and waits for the next question', async (t) => {
  const { relay, database } = await startThroughRelay(t);
  relay.breakOffAfter(100_000);
  await assert.rejects(database.query(large), isLostConnection);
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('a question that the network has swallowed, in part too, is given up while the host answers others', async (t) => {
  const relay = await startRelay(t);
  const database = openThrough(t, relay);
  for (const bytes of [0, 1_000]) {
    await database.query('select 1');
    relay.swallowQuestionsAfter(bytes);
    await assert.rejects(database.query('select length($1::text)', ['x'.repeat(100_000)]), isLostConnection);
  }
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('a question that is sent together with the end of the answer before it is waited for like any other', async (t) => {
  const { relay, database } = await startThroughRelay(t);
  const first = database.query(`select pg_sleep(0.2), 1 as one`);
  const second = database.query(large);
  // The first answer fits, of the second one only the beginning.
  relay.breakOffWithHostAfter(1_000);
  assert.equal((await first).length, 1);
  await assert.rejects(second, isLostConnection);
  relay.heal();
});

test('a statement that takes long is waited for, also one that has begun to answer', async (t) => {
  const relay = await startRelay(t);
  const database = openThrough(t, relay);
  const blocker = await testDatabase.database.pool.connect();
  t.after(() => blocker.release());
  // PostgreSQL sends its buffer of 8 kB when it is full: the first row is here long before the second.
  const slow = await database.query(
    `select repeat('x', 100000) as text, case i when 2 then pg_sleep(8) end from generate_series(1, 2) as i`,
  );
  assert.equal(slow.length, 2);
  await blocker.query('begin; select pg_advisory_xact_lock(77)');
  const waiting = database.query('select pg_advisory_xact_lock(77)');
  await testDatabase.database.query('select pg_sleep(8)');
  await blocker.query('commit');
  assert.equal((await waiting).length, 1);
  assert.equal(relay.taken() > 1, true, 'somebody has looked');
});

test('a password that a host refuses is asked about once, while another host says nothing', async (t) => {
  const relay = await startRelay(t);
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  assert.ok(typeof address === 'object' && address);
  const held: Socket[] = [];
  silent.on('connection', (socket) => held.push(socket.on('error', () => {})));
  t.after(() => {
    for (const socket of held) socket.destroy();
    silent.close();
  });
  const { username, password } = new URL(testDatabase.url);
  // A database that is not there is refused for good like a password, whatever this PostgreSQL asks passwords of.
  const url = `postgres://${username}:${password}@127.0.0.1:${relay.port},127.0.0.1:${address.port}/not_there`;
  const database = openDatabase(url, { poolSize: 1, applicationName: 'refused' });
  t.after(() => database.close());
  await assert.rejects(database.query('select 1'), (error: NodeJS.ErrnoException) => error.code === '3D000');
  assert.equal(relay.taken(), 1);
});
