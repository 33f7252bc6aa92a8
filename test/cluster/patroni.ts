import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { request } from 'undici';
import { eventually } from '../kit/eventually.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { type Machine, makeMachines, ourAddress, postgresUser } from './machines.ts';
import { postgresPrograms } from './needs.ts';

/** Three PostgreSQL under Patroni, of which one is the primary and another one has whatever the primary has said yes to. */
export interface Cluster {
  readonly machines: readonly Machine[];
  /** What Patroni keeps its leader in. */
  readonly etcd: Daemon;
  /** The machine whose Patroni says that it is the primary. */
  primary(): Promise<Machine | undefined>;
  /** A planned change to the synchronous standby. */
  switchOver(): Promise<void>;
  /** Whatever was killed or cut off is there again: a primary, a synchronous standby, and one more. */
  heal(): Promise<void>;
  /** Waits for another primary than `former`, and gives the moment (of `performance.now()`) in which it is one. */
  successorOf(former: Machine): Promise<number>;
  /** A new database, of the role `hwanbul`, which has the time limits that a pooler needs. */
  createDatabase(name: string): Promise<void>;
  /** The last lines of all logs. */
  log(): string;
}

export const postgresPort = 5432;
export const patroniPort = 8008;
const etcdPort = 2379;
const healLimitMs = 120_000;

/**
 * Patroni's own default is a `ttl` of 30 s and a loop of 10 s. A shorter time is as good here, where the time of the failover is what
 * the servers' is measured against; 20 s is the least that it takes.
 */
const dynamic = { ttl: 20, loop_wait: 2, retry_timeout: 5, maximum_lag_on_failover: 1_048_576 };

export async function startCluster(): Promise<Cluster> {
  const { uid, gid } = postgresUser();
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-cluster-'));
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o755);
  const logOf = (name: string): string => join(folder, `${name}.log`);
  const machines = makeMachines(3);
  const etcd = startEtcd(folder, logOf('etcd'));
  const files = new Map(machines.map((machine) => [machine, writeConfiguration(folder, machine)] as const));
  const patronis = new Map<Machine, ChildProcess>();
  const [anyFile = ''] = files.values();

  const patronictl = (...args: readonly string[]): Promise<{ stdout: string }> =>
    promisify(execFile)('patronictl', ['-c', anyFile, ...args], { timeout: 20_000 });

  function startPatroni(machine: Machine): void {
    patronis.set(machine, machine.start('/usr/bin/patroni', [files.get(machine) ?? ''], logOf(machine.name)));
  }

  async function primary(): Promise<Machine | undefined> {
    const says = await Promise.all(machines.map((machine) => isPrimary(machine)));
    return machines.find((_, index) => says[index]);
  }

  async function assertWhole(): Promise<void> {
    const { stdout } = await patronictl('list', '--format', 'json');
    const members = JSON.parse(stdout) as readonly { Role: string; State: string; 'Lag in MB'?: number | string }[];
    const roles = members.map(({ Role }) => Role).sort();
    assert.deepEqual(roles, ['Leader', 'Replica', 'Sync Standby'], stdout);
    const well = members.every(
      ({ State, Role }) => State === 'running' || (Role !== 'Leader' && State === 'streaming'),
    );
    assert.ok(well, stdout);
    assert.ok(await primary(), 'the leader says that it is the primary');
  }

  async function onPrimary(statement: string): Promise<void> {
    const machine = await primary();
    assert.ok(machine, 'there is a primary');
    const client = new pg.Client({ connectionString: `postgres://postgres@${machine.address('servers')}/postgres` });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  const log = (): string =>
    ['etcd', ...machines.map(({ name }) => name)]
      .map((name) => `${name}\n${readFileSync(logOf(name), 'utf8').split('\n').slice(-40).join('\n')}`)
      .join('\n\n');

  async function heal(): Promise<void> {
    for (const machine of machines) {
      machine.join();
      const patroni = patronis.get(machine);
      if (patroni && patroni.exitCode === null && patroni.signalCode === null) continue;
      startPatroni(machine);
    }
    await eventually(assertWhole, healLimitMs).catch((error) => assert.fail(`${error.message}\n${log()}`));
  }

  await heal();
  await onPrimary(`create role hwanbul login`);
  for (const [limit, value] of Object.entries(limits)) await onPrimary(`alter role hwanbul set ${limit} = '${value}'`);

  return Object.freeze({
    machines,
    etcd,
    primary,
    heal,
    log,
    async switchOver() {
      const leader = await primary();
      await patronictl('switchover', '--master', leader?.name ?? '', '--force');
    },
    async successorOf(former) {
      const others = machines.filter((machine) => machine !== former);
      for (;;) {
        if ((await Promise.all(others.map(isPrimary))).includes(true)) return performance.now();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    createDatabase: (name) => onPrimary(`create database ${name} owner hwanbul`),
  } satisfies Cluster);
}

/** docs/several-servers.md: behind a pooler in transaction mode the role has to have them. */
const limits = { statement_timeout: '15s', lock_timeout: '10s', idle_in_transaction_session_timeout: '15s' };

async function isPrimary(machine: Machine): Promise<boolean> {
  try {
    const url = `http://${machine.address('servers')}:${patroniPort}/primary`;
    const { statusCode, body } = await request(url, { headersTimeout: 1_000, signal: AbortSignal.timeout(1_000) });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

/** One is enough: that etcd itself loses machines is not what is tried here. */
function startEtcd(folder: string, logFile: string): Daemon {
  const at = (port: number): string => `http://${ourAddress('cluster')}:${port}`;
  const [forClients, forPeers] = [at(etcdPort), at(etcdPort + 1)];
  return startDaemon(
    'etcd',
    [
      ...['--name', 'etcd', '--data-dir', join(folder, 'etcd'), '--initial-cluster', `etcd=${forPeers}`],
      ...['--listen-client-urls', forClients, '--advertise-client-urls', forClients],
      ...['--listen-peer-urls', forPeers, '--initial-advertise-peer-urls', forPeers],
    ],
    logFile,
  );
}

/** YAML takes JSON. Nobody is asked for a password in a network that nothing else can reach. */
function writeConfiguration(folder: string, machine: Machine): string {
  const { uid, gid } = postgresUser();
  const own = join(folder, machine.name);
  mkdirSync(own, { mode: 0o700 });
  chownSync(own, uid, gid);
  const address = machine.address('cluster');
  const configuration = {
    scope: 'hwanbul',
    name: machine.name,
    restapi: { listen: `0.0.0.0:${patroniPort}`, connect_address: `${address}:${patroniPort}` },
    etcd3: { hosts: `${ourAddress('cluster')}:${etcdPort}` },
    bootstrap: {
      dcs: {
        ...dynamic,
        synchronous_mode: true,
        postgresql: { use_pg_rewind: true, use_slots: true, parameters: { max_connections: 200, wal_log_hints: 'on' } },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `0.0.0.0:${postgresPort}`,
      connect_address: `${address}:${postgresPort}`,
      data_dir: join(own, 'data'),
      bin_dir: postgresPrograms(),
      pgpass: join(own, 'pgpass'),
      authentication: { superuser: { username: 'postgres' }, replication: { username: 'replicator' } },
      parameters: { unix_socket_directories: own },
      pg_hba: ['local all all trust', 'host all all 0.0.0.0/0 trust', 'host replication all 0.0.0.0/0 trust'],
    },
  };
  const file = join(folder, `${machine.name}.yml`);
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}
