import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/platform/database/pool.ts';
import { assertEachOnce, insistOn, seededRandom, wantCancels } from '../exactly-once/insistence.ts';
import { addFault, untilNothingIsOpen } from '../exactly-once/observations.ts';
import { startServerProcessOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import type { Machine } from './machines.ts';
import { type Cluster, postgresPort } from './patroni.ts';

/** The way from a server to its database. */
export interface Way {
  readonly name: string;
  urlOf(database: string): string;
  readonly env: Readonly<Record<string, string>>;
  readonly has: readonly ('balancer' | 'pooler')[];
}

/** What is there when something happens to it. */
export interface Struck {
  readonly cluster: Cluster;
  readonly primary: Machine;
  readonly servers: readonly [ServerProcess, ServerProcess];
  /** The server at this place, started anew. */
  restart(at: 0 | 1): Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** Ends when it is over, as far as it ends by itself. */
  strike(struck: Struck): Promise<void>;
  /** Whether another machine becomes the primary by it. */
  readonly failsOver: boolean;
  /** Only where this is on the way to the database; absent: on every way. */
  readonly of?: 'balancer' | 'pooler';
}

/** Shorter than a start has them, so that leases run out within the trial; the order is the same. */
const limits = {
  HWANBUL_TURN_WAIT_MS: '3000',
  HWANBUL_GATEWAY_TIMEOUT_MS: '2000',
  HWANBUL_REQUEST_DEADLINE_MS: '6000',
  HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS: '3000',
  HWANBUL_RECOVERY_INTERVAL_MS: '500',
};
/** The time after which nobody works on an operation that was begun by a server with these limits: 10 s and two requests. */
export const leaseMs = 10_000 + 2 * Number(limits.HWANBUL_GATEWAY_TIMEOUT_MS);

const payments = 80;
const callers = 16;
/** Of each cancellation at the gateway, so that some are on their way in whatever moment something happens. */
const gatewayMs = 150;
const callerLimitMs = 8_000;
/** Longer than any failover: a cancellation that has not succeeded by then never will. */
const insistenceLimitMs = 120_000;

/** Servers under load, something that happens to them, and then the callers' answers, our book and the gateway's, payment by payment. */
export async function runTrial(t: TestContext, cluster: Cluster, way: Way, scenario: Scenario): Promise<void> {
  await cluster.heal();
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const name = `trial_${randomBytes(4).toString('hex')}`;
  await cluster.createDatabase(name);
  const start = (): Promise<ServerProcess> =>
    startServerProcessOn(t, way.urlOf(name), simulators, { ...limits, ...way.env });
  const servers: [ServerProcess, ServerProcess] = [await start(), await start()];
  const hosts = cluster.machines.map((machine) => `${machine.address('servers')}:${postgresPort}`).join();
  const database = openDatabase(`postgres://hwanbul@${hosts}/${name}?target_session_attrs=read-write`, {
    poolSize: 2,
    applicationName: 'hwanbul trial',
  });
  t.after(() => database.close());

  const made = await createApiClient(servers[0].url).post('/sandbox/merchants');
  const { token } = await createApiClient(servers[0].url).logIn(made.response.imp_key, made.response.imp_secret);
  const clientOf = (at: 0 | 1): ApiClient => createApiClient(servers[at].url, token);
  const wanted = await wantCancels(clientOf(0), payments, seededRandom(Date.now() % 2 ** 31));
  await addFault(clientOf(0), { operation: 'cancel', kind: 'slow', delay_ms: gatewayMs, count: 100_000 });
  const primary = await cluster.primary();
  assert.ok(primary);
  let isGood = false;
  t.after(() => {
    if (isGood) return;
    for (const server of servers) t.diagnostic(`a server's log: ${server.stdout().slice(-20_000)}`);
    t.diagnostic(cluster.log());
  });

  const successes: number[] = [];
  let struckAt: number | undefined;
  let over: Promise<void> | undefined;
  let succession: Promise<number> | undefined;
  let turn: 0 | 1 = 0;
  const troubles = await insistOn(wanted, {
    callers,
    limitMs: insistenceLimitMs,
    client() {
      turn = turn === 0 ? 1 : 0;
      return impatient(clientOf(turn));
    },
    onDone(done) {
      successes.push(performance.now());
      if (done !== wanted.length / 5) return;
      struckAt = performance.now();
      over = scenario.strike({
        cluster,
        primary,
        servers,
        async restart(at) {
          servers[at] = await start();
        },
      });
      // It is looked at below; until then its failure is not nobody's.
      over.catch(() => {});
      if (scenario.failsOver) succession = cluster.successorOf(primary);
    },
  });
  await over;
  assert.ok(struckAt !== undefined);
  const silence = longestSilence(successes, struckAt);
  const since = (moment: number): string => `${((moment - (struckAt ?? 0)) / 1000).toFixed(1)} s`;
  const failover = succession && (await succession);
  t.diagnostic(
    `${wanted.length} cancellations of ${payments} payments; longest silence ${(silence.ms / 1000).toFixed(1)} s, success again ` +
      `${since(silence.endedAt)} after the strike${failover ? `; Patroni had another primary after ${since(failover)}` : ''}`,
  );
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  await untilNothingIsOpen(database);
  t.diagnostic(
    `nothing was open ${since(performance.now())} after the strike, all answered ${since(successes.at(-1) ?? 0)} after`,
  );
  await assertEachOnce(clientOf(0), database, wanted);
  await assertEachOnce(clientOf(1), database, wanted);
  isGood = true;
}

/** A caller that waits no longer than callers do, and asks again. What it no longer waits for may be carried out all the same. */
function impatient(client: ApiClient): ApiClient {
  return {
    ...client,
    async post(path, body, headers) {
      const { promise: late, reject } = Promise.withResolvers<ApiAnswer>();
      const timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'LATE' })), callerLimitMs);
      return await Promise.race([client.post(path, body, headers), late]).finally(() => clearTimeout(timer));
    },
  };
}

/** The longest time without a success, of all that end after `from`. */
function longestSilence(moments: readonly number[], from: number): { readonly ms: number; readonly endedAt: number } {
  const spans = moments
    .map((endedAt, index) => ({ ms: endedAt - Math.max(from, moments[index - 1] ?? from), endedAt }))
    .filter(({ endedAt }) => endedAt > from);
  return spans.reduce((longest, span) => (span.ms > longest.ms ? span : longest), { ms: 0, endedAt: from });
}
