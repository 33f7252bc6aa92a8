import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTakeOver } from '../../src/core/webhooks/take-over.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { createPresence, type Presence } from '../../src/platform/database/presence.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { until } from '../exactly-once/observations.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/** Time is a number here, so that a process can be missing for long without anybody waiting. */
let nowMs = 0;
const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
let testDatabase: TestDatabase;
before(async () => {
  testDatabase = await createTestDatabase();
  await testDatabase.database.query(
    `insert into merchants (imp_key, imp_secret_hash, name, created_at) values ('key', '', 'test', now())`,
  );
});
after(() => testDatabase.drop());

interface Process {
  readonly database: Database;
  readonly presence: Presence;
  /** As a kill does: its connections end, whatever they were about. */
  die(): Promise<void>;
}

async function startProcess(owner: string): Promise<Process> {
  const database = openDatabase(testDatabase.url, { poolSize: 2, applicationName: owner });
  const presence = createPresence(database, owner, clock);
  await presence.begin();
  assert.equal(presence.shownName(), `present-${owner}`);
  return {
    database,
    presence,
    async die() {
      await presence.end();
      await database.close();
    },
  };
}

/** A webhook that this owner is sending. */
async function leasedTo(owner: string): Promise<bigint> {
  const [row] = await testDatabase.database.query<{ id: bigint }>(
    `insert into webhook_deliveries (merchant_id, event, body, url, endpoint, format, state, attempts_max, next_attempt_at,
       lease_of, created_at)
     select id, 'paid', '{}', 'http://x/', 'http://x', 'json', 'waiting', 1, now() + interval '80 s', $1, now() from merchants
     returning id`,
    [owner],
  );
  return row?.id ?? 0n;
}

async function ownerOf(id: bigint): Promise<string | null | undefined> {
  const [row] = await testDatabase.database.query<{ lease_of: string | null }>(
    'select lease_of from webhook_deliveries where id = $1',
    [id],
  );
  return row?.lease_of;
}

async function loseConnections(applicationName: string): Promise<void> {
  await testDatabase.database.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
    [applicationName],
  );
}

const takeOverOf = ({ database, presence }: Process) =>
  createTakeOver({ database, presence, clock, log: createLog('silent') });

test('what a dead process had taken is given back once it has been missing for five seconds, and not before', async (t) => {
  const [observer, doomed] = [await startProcess('observer-1'), await startProcess('doomed')];
  t.after(() => observer.die());
  const takeOver = takeOverOf(observer);
  const id = await leasedTo('present-doomed');
  await doomed.die();
  await takeOver.runOnce();
  nowMs += 4_999;
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), 'present-doomed');
  nowMs += 1;
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), null);
});

test('a process that lives keeps what it has taken, however long it takes, and although it loses all its connections', async (t) => {
  const [observer, slow] = [await startProcess('observer-2'), await startProcess('slow')];
  t.after(() => Promise.all([observer.die(), slow.die()]));
  const takeOver = takeOverOf(observer);
  const id = await leasedTo('present-slow');
  for (let minute = 0; minute < 3; minute++) {
    await takeOver.runOnce();
    nowMs += 60_000;
  }
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), 'present-slow');

  await loseConnections('slow');
  await takeOver.runOnce();
  nowMs += 1;
  await until('its sign is back', async () => slow.presence.shownSinceMs() === nowMs);
  await takeOver.runOnce();
  nowMs += 60_000;
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), 'present-slow');
});

test('who was out itself believes in nobody’s death until it has watched anew', async (t) => {
  const [observer, other] = [await startProcess('observer-3'), await startProcess('other')];
  t.after(() => observer.die());
  const takeOver = takeOverOf(observer);
  const id = await leasedTo('present-other');
  await other.die();
  await takeOver.runOnce();
  nowMs += 60_000;
  await loseConnections('observer-3');
  await until('its sign is back', async () => observer.presence.shownSinceMs() === nowMs);
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), 'present-other', 'the database may have been out, for everybody');
  nowMs += 5_000;
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), null);
});

test('a process whose session no longer has the lock, as behind a pool of sessions, notices, and shows its sign anew', async (t) => {
  const database = openDatabase(testDatabase.url, { poolSize: 2, applicationName: 'pooled' });
  const sessions: { query(text: string): Promise<unknown> }[] = [];
  database.pool.on('acquire', (client) => sessions.push(client));
  const presence = createPresence(database, 'pooled', clock);
  t.after(async () => {
    await presence.end();
    await database.close();
  });
  await presence.begin();
  await sessions[0]?.query('select pg_advisory_unlock_all()');
  nowMs += 1;
  await until('the sign is given anew', async () => presence.shownSinceMs() === nowMs);
  assert.equal(sessions.length, 2, 'over another connection');
});

test('a lease under a name that never had a sign of life is left to run out', async (t) => {
  const observer = await startProcess('observer-4');
  t.after(() => observer.die());
  const takeOver = takeOverOf(observer);
  const id = await leasedTo('4711-abcdef');
  await takeOver.runOnce();
  nowMs += 60_000;
  await takeOver.runOnce();
  assert.equal(await ownerOf(id), '4711-abcdef');
});
