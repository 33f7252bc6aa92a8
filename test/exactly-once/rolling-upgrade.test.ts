import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { readMigrations } from '../../src/platform/database/migrations/migration-files.ts';
import { startProgram } from '../cli/program.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { programWith } from '../kit/newer-program.ts';
import { newOrder, payManyByCard } from '../kit/orders.ts';
import { program } from '../kit/program.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import { assertEachOnce, insistOn, type WantedCancel } from './insistence.ts';
import { untilNothingIsOpen } from './observations.ts';
import { startServerProcessOn, startSharedSimulators } from './servers.ts';

/** Nothing here is about running out of time, on however busy a machine. */
const amplyLimited = {
  HWANBUL_MIGRATE: 'off',
  HWANBUL_TURN_WAIT_MS: '10000',
  HWANBUL_GATEWAY_TIMEOUT_MS: '20000',
  HWANBUL_REQUEST_DEADLINE_MS: '40000',
};

/** What the next release brings: a column and an index of the table that every cancellation writes to. */
async function migrationsOfTheNextRelease(): Promise<Readonly<Record<string, string>>> {
  const count = (await readMigrations(migrationsFolder)).length;
  const numbered = (more: number): string => String(count + more).padStart(4, '0');
  const mark = '-- breaks older processes: no';
  return {
    [`${numbered(1)}_payments_have_a_branch.sql`]: `${mark}\nalter table payments add column branch text not null default 'main';\n`,
    [`${numbered(2)}_payments_by_branch.sql`]: `${mark}\ncreate index concurrently payments_by_branch on payments (merchant_id, branch);\n`,
  };
}

test('a rolling upgrade under load: only shutting_down is answered with 5xx, nothing is in doubt, and the books are equal', async (t) => {
  const newer = programWith(t, await migrationsOfTheNextRelease());
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const { database, url, drop } = await createTestDatabase({ poolSize: 4 });
  t.after(drop);
  const start = (file: string): Promise<ServerProcess> =>
    startServerProcessOn(t, url, simulators, amplyLimited, { program: file });

  const servers = await Promise.all([start(program), start(program)]);
  const made = await createApiClient(servers[0].url).post('/sandbox/merchants');
  const { token } = await createApiClient(servers[0].url).logIn(made.response.imp_key, made.response.imp_secret);
  const impUids = await payManyByCard(createApiClient(servers[0].url, token), 24);

  const faults: (string | undefined)[] = [];
  let turn = 0;
  const clientOf = (at: number): ApiClient => createApiClient((servers[at] as ServerProcess).url, token);
  /** Server after server, as a simple load balancer does it: past one that no longer listens, and with every answer as it comes. */
  const balanced: ApiClient = {
    ...createApiClient('', token),
    async post(...call) {
      turn = 1 - turn;
      const [chosen, other] = [turn, 1 - turn];
      const answer = await clientOf(chosen)
        .post(...call)
        .catch((error) => {
          if (error.code !== 'ECONNREFUSED') throw error;
          return clientOf(other).post(...call);
        });
      if (answer.status >= 500) faults.push(answer.error);
      return answer;
    },
  };

  const wanted: WantedCancel[] = [];
  const troubles = new Map<string, number>();
  let isOver = false;
  async function load(): Promise<void> {
    for (let count = 0; !isOver && count < 900; count++) {
      const round = impUids.map((impUid) => ({ impUid, amount: 1, key: newOrder('key') }));
      wanted.push(...round);
      const met = await insistOn(round, { client: () => balanced, callers: 8 });
      for (const [trouble, count] of met) troubles.set(trouble, (troubles.get(trouble) ?? 0) + count);
    }
  }

  async function rollOut(): Promise<void> {
    const migrated = await startProgram(['migrate'], { DATABASE_URL: url, DATA_DIR: '/nonexistent' }, '/', newer).ended;
    assert.equal(migrated.code, 0, migrated.stderr);
    assert.match(migrated.stdout, /payments_have_a_branch: applied .*\n.*payments_by_branch: applied .*\nDone: 2 /);
    for (const [at, server] of [...servers].entries()) {
      const answer = await fetch(`${server.url}/ready`);
      assert.equal(answer.status, 200, 'a server of the version before is ready beside the newer schema');
      await answer.body?.cancel();
      const before = wanted.length;
      server.kill('SIGTERM');
      assert.deepEqual(await server.exited, { code: 0, signal: null });
      servers[at] = await start(newer);
      assert.ok(wanted.length > before, 'cancellations went on meanwhile');
    }
  }

  const loading = load();
  await Promise.all([
    loading,
    rollOut().finally(() => {
      isOver = true;
    }),
  ]);
  t.diagnostic(`${wanted.length} cancellations; what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  assert.deepEqual(
    faults.filter((each) => each !== 'shutting_down'),
    [],
  );
  await untilNothingIsOpen(database);
  assert.deepEqual(await database.query("select operation_id from operation_audit where to_state = 'in_doubt'"), []);
  const [index] = await database.query<{ indisvalid: boolean }>(
    "select indisvalid from pg_index where indexrelid = 'payments_by_branch'::regclass",
  );
  assert.equal(index?.indisvalid, true);
  await assertEachOnce(createApiClient(servers[0].url, token), database, wanted);
});
