import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { everyStep } from '../../src/platform/rounds/every-step.ts';
import { createRound, type Round, type RoundParts } from '../../src/platform/rounds/rounds.ts';
import { startInTurn } from '../../src/platform/rounds/start-in-turn.ts';

/** A round's own timer keeps nothing alive, and so would not keep a test alive that waits for it. */
let keepAlive: NodeJS.Timeout;
before(() => {
  keepAlive = setInterval(() => undefined, 60_000);
});
after(() => clearInterval(keepAlive));

/** Longer than any test: a run that comes all the same was not the interval's. */
const never = 86_400_000;

/** One call of a round's work, which lasts until the test ends it. */
interface Run {
  readonly stopping: AbortSignal;
  succeed(): void;
  fail(error: Error): void;
}

interface Rig {
  readonly round: Round;
  /** Waits for the next run to begin; each one is handed out once. */
  next(): Promise<Run>;
  readonly begun: () => number;
  readonly logged: () => { level: string; round: string; err: { message: string } }[];
}

/** A round whose runs the test watches and ends. */
function createRig(parts: Partial<RoundParts> = {}): Rig {
  const lines: string[] = [];
  const runs: Run[] = [];
  const waiting: ((run: Run) => void)[] = [];
  let begun = 0;
  const round = createRound({
    name: 'sweeping',
    intervalMs: 1,
    clock: systemClock,
    log: createLog('debug', { write: (line: string) => void lines.push(line) }),
    work(stopping) {
      begun += 1;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const run = { stopping, succeed: resolve, fail: reject };
      const waiter = waiting.shift();
      if (waiter) waiter(run);
      else runs.push(run);
      return promise;
    },
    ...parts,
  });
  return {
    round,
    async next() {
      return runs.shift() ?? new Promise<Run>((resolve) => waiting.push(resolve));
    },
    begun: () => begun,
    logged: () => lines.map((line) => JSON.parse(line)),
  };
}

/** Long enough for many rounds of a millisecond. Too short a pause could only hide a run that should not be. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 50));

test('a round runs when it is started, and again after each run', async () => {
  const { round, next } = createRig();
  round.start();
  for (let run = 0; run < 3; run++) (await next()).succeed();
  (await next()).succeed();
  await round.stop();
});

test('starting gives the end of the first run, whether it succeeds or fails', async () => {
  for (const ending of ['succeed', 'fail'] as const) {
    const { round, next } = createRig({ intervalMs: never });
    let isOver = false;
    const started = round.start().then(() => {
      isOver = true;
    });
    const run = await next();
    await aWhile();
    assert.equal(isOver, false);
    if (ending === 'succeed') run.succeed();
    else run.fail(new Error('no luck'));
    await started;
    await round.stop();
  }
});

test('of rounds that start in turn, one begins when the first run of the one before has ended, even by a failure', async () => {
  const rigs = [createRig({ intervalMs: never }), createRig({ intervalMs: never }), createRig({ intervalMs: never })];
  const begun = () => rigs.map((rig) => rig.begun());
  const [first, second, third] = rigs as [Rig, Rig, Rig];
  const started = startInTurn(
    rigs.map(({ round }) => round),
    never,
  );
  const run = await first.next();
  await aWhile();
  assert.deepEqual(begun(), [1, 0, 0]);
  run.fail(new Error('no luck'));
  const next = await second.next();
  await aWhile();
  assert.deepEqual(begun(), [1, 1, 0]);
  next.succeed();
  (await third.next()).succeed();
  await started;
  await Promise.all(rigs.map(({ round }) => round.stop()));
});

test('a first run that does not end keeps the next round waiting for a while only', async () => {
  const [slow, next] = [createRig({ intervalMs: never }), createRig({ intervalMs: never })];
  const started = startInTurn([slow.round, next.round], 1);
  const run = await slow.next();
  (await next.next()).succeed();
  await started;
  assert.equal(slow.begun(), 1);
  run.succeed();
  await Promise.all([slow.round.stop(), next.round.stop()]);
});

test('a round that is stopped before its turn does not begin', async () => {
  const [first, second] = [createRig({ intervalMs: never }), createRig({ intervalMs: never })];
  const started = startInTurn([first.round, second.round], never);
  const run = await first.next();
  const stopped = Promise.all([first.round.stop(), second.round.stop()]);
  run.succeed();
  await Promise.all([started, stopped]);
  assert.equal(second.begun(), 0);
});

test('of several steps each has its turn after the one before, and the first failure is told at the end', async () => {
  const told: string[] = [];
  const step = (name: string, error?: Error) => async () => {
    told.push(`${name} begins`);
    await aWhile();
    told.push(`${name} ends`);
    if (error) throw error;
  };
  await everyStep([step('a'), step('b')]);
  const steps = [step('c', new Error('of c')), step('d', new Error('of d')), step('e')];
  await assert.rejects(everyStep(steps), { message: 'of c' });
  const names = ['a', 'b', 'c', 'd', 'e'];
  assert.deepEqual(
    told,
    names.flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
});

test('a round that fails runs again', async () => {
  const { round, next } = createRig();
  round.start();
  (await next()).fail(new Error('no luck'));
  (await next()).succeed();
  await round.stop();
});

test('work that throws at once fails like any other', async () => {
  const thrown = Promise.withResolvers<void>();
  let runs = 0;
  const { round } = createRig({
    work() {
      runs += 1;
      if (runs === 2) thrown.resolve();
      throw new Error('no luck');
    },
  });
  round.start();
  await thrown.promise;
  await round.stop();
});

test('no run begins before the one before it has ended', async () => {
  const { round, next, begun } = createRig();
  round.start();
  const run = await next();
  round.wake();
  await aWhile();
  assert.equal(begun(), 1);
  run.succeed();
  (await next()).succeed();
  await round.stop();
});

test('two calls share a run, with each other and with one that came by itself', async () => {
  const { round, next, begun } = createRig({ intervalMs: never });
  const calls = [round.runOnce(), round.runOnce()];
  (await next()).succeed();
  await Promise.all(calls);
  assert.equal(begun(), 1);
  round.start();
  const own = await next();
  const shared = round.runOnce();
  own.succeed();
  await shared;
  assert.equal(begun(), 2);
  await round.stop();
});

test('a call after a run has ended is a run of its own', async () => {
  const { round, next, begun } = createRig({ intervalMs: never });
  for (let run = 0; run < 2; run++) {
    const called = round.runOnce();
    (await next()).succeed();
    await called;
  }
  assert.equal(begun(), 2);
});

test('who asks for a run learns of its failure', async () => {
  const { round, next } = createRig();
  const calls = [round.runOnce(), round.runOnce()];
  (await next()).fail(new Error('no luck'));
  for (const call of await Promise.allSettled(calls)) {
    assert.equal(call.status === 'rejected' && call.reason.message, 'no luck');
  }
});

test('a run on demand starts no round', async () => {
  const { round, next, begun } = createRig();
  const called = round.runOnce();
  (await next()).succeed();
  await called;
  round.wake();
  await aWhile();
  assert.equal(begun(), 1);
});

test('a round that is woken does not wait for its interval', async () => {
  const { round, next } = createRig({ intervalMs: never });
  round.start();
  (await next()).succeed();
  await aWhile();
  round.wake();
  (await next()).succeed();
  await round.stop();
});

test('of two wakings the earlier one counts, in either order', async () => {
  const { round, next } = createRig({ intervalMs: never });
  round.start();
  (await next()).succeed();
  for (const pauses of [
    [1, never],
    [never, 1],
  ]) {
    await aWhile();
    for (const pause of pauses) round.wake(pause);
    (await next()).succeed();
  }
  await round.stop();
});

test('being woken for later does not put off a run that is due', async () => {
  const { round, next } = createRig();
  round.start();
  for (let run = 0; run < 3; run++) {
    (await next()).succeed();
    round.wake(never);
  }
  (await next()).succeed();
  await round.stop();
});

test('however often a round is woken during a run, one more run follows', async () => {
  const { round, next, begun } = createRig({ intervalMs: never });
  round.start();
  const run = await next();
  for (let times = 0; times < 5; times++) round.wake();
  round.wake(never);
  run.succeed();
  (await next()).succeed();
  await aWhile();
  assert.equal(begun(), 2);
  await round.stop();
});

test('work that wakes its own round at once is followed by one more run', async () => {
  const twice = Promise.withResolvers<void>();
  let runs = 0;
  const { round } = createRig({
    intervalMs: never,
    async work() {
      runs += 1;
      if (runs === 1) round.wake();
      else twice.resolve();
    },
  });
  round.start();
  await twice.promise;
  await round.stop();
  assert.equal(runs, 2);
});

test('stopping waits for the run under way, and tells it', async () => {
  const { round, next } = createRig();
  round.start();
  const run = await next();
  assert.equal(run.stopping.aborted, false);
  const stopped = round.stop();
  assert.equal(run.stopping.aborted, true);
  assert.equal(await Promise.race([stopped.then(() => 'stopped'), aWhile().then(() => 'waiting')]), 'waiting');
  run.succeed();
  await stopped;
});

test('a run that fails while it is waited for does not fail the stop', async () => {
  const { round, next } = createRig();
  round.start();
  const run = await next();
  const stopped = round.stop();
  run.fail(new Error('no luck'));
  await stopped;
});

test('stopping waits for what the runs have set off, after the last run, once', async () => {
  const order: string[] = [];
  const { round, next } = createRig({
    async drain() {
      await aWhile();
      order.push('drained');
    },
  });
  round.start();
  const run = await next();
  const stops = [round.stop(), round.stop()];
  order.push('run ended');
  run.succeed();
  await Promise.all(stops);
  assert.deepEqual(order, ['run ended', 'drained']);
});

test('nothing runs after the stop: neither by itself, nor woken, nor asked for, nor started again', async () => {
  const { round, next, begun } = createRig();
  round.start();
  const run = await next();
  round.wake();
  const stopped = round.stop();
  run.succeed();
  await stopped;
  round.wake();
  round.start();
  await round.runOnce();
  await aWhile();
  assert.equal(begun(), 1);
});

test('a round that was never started runs nothing and can be stopped', async () => {
  const { round, begun } = createRig();
  round.wake();
  await aWhile();
  await round.stop();
  assert.equal(begun(), 0);
});

test('a round tells when it last succeeded and what it last failed of', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const { round, next } = createRig({ clock: { now: () => now, monotonicMs: systemClock.monotonicMs } });
  assert.deepEqual(round.health(), { lastSucceededAt: undefined, lastFailure: undefined });
  const runs = async (end: (run: Run) => void) => {
    const called = round.runOnce();
    end(await next());
    await called.catch(() => undefined);
  };
  const error = new Error('no luck');
  await runs((run) => run.fail(error));
  const lastFailure = { at: now, error };
  assert.deepEqual(round.health(), { lastSucceededAt: undefined, lastFailure });
  now = new Date('2026-01-01T00:01:00Z');
  await runs((run) => run.succeed());
  assert.deepEqual(round.health(), { lastSucceededAt: now, lastFailure });
});

test('a failure is logged once, as an error with the name of the round, whoever asked for the run', async () => {
  const { round, next, logged } = createRig();
  const calls = [round.runOnce(), round.runOnce()];
  (await next()).fail(new Error('no luck'));
  await Promise.allSettled(calls);
  assert.deepEqual(
    logged().map(({ level, round: name, err }) => [level, name, err.message]),
    [['error', 'sweeping', 'no luck']],
  );
});

test('an outage of the database is no error in the log', async () => {
  const { round, next, logged } = createRig();
  const called = round.runOnce();
  const outage = Object.assign(new Error('the server is starting up'), { code: '57P03' });
  (await next()).fail(outage);
  await assert.rejects(called, outage);
  assert.deepEqual(
    logged().map(({ level, round: name }) => [level, name]),
    [['debug', 'sweeping']],
  );
  assert.equal(round.health().lastFailure?.error, outage);
});

test('a round keeps no process alive', async () => {
  const program = `
    import { createRound } from ${JSON.stringify(new URL('../../src/platform/rounds/rounds.ts', import.meta.url).href)};
    const clock = { now: () => new Date(), monotonicMs: () => performance.now() };
    createRound({ name: 'sweeping', intervalMs: ${never}, clock, log: {}, work: async () => {} }).start();
    setTimeout(() => console.log('last'), 100);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 60_000,
  });
  assert.equal(stdout, 'last\n');
});
