import { before, describe, test } from 'node:test';
import { balancerPort, startBalancer } from './balancer.ts';
import type { Daemon } from './daemon.ts';
import { networks } from './machines.ts';
import { type Cluster, postgresPort, startCluster } from './patroni.ts';
import { poolerPort, startPooler } from './pooler.ts';
import { leaseMs, runTrial, type Scenario, type Way } from './trial.ts';

let cluster: Cluster;
let balancer: Daemon;
let pooler: Daemon;
before(async () => {
  cluster = await startCluster();
  balancer = startBalancer(cluster.machines);
  pooler = startPooler();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const scenarios: readonly Scenario[] = [
  {
    name: 'the primary is killed, and its Patroni with it',
    failsOver: true,
    strike: ({ primary }) => primary.kill(),
  },
  {
    name: 'a planned switchover',
    failsOver: true,
    strike: () => cluster.switchOver(),
  },
  {
    name: 'the primary is cut off from everybody',
    failsOver: true,
    strike: async ({ primary }) => primary.cut(networks),
  },
  {
    name: 'the primary is cut off from the other machines and etcd, and servers still reach it',
    failsOver: true,
    strike: async ({ primary }) => primary.cut(['cluster']),
  },
  {
    name: 'a server is killed, and another one starts in its place',
    failsOver: false,
    async strike({ servers, restart }) {
      servers[1].kill('SIGKILL');
      await servers[1].exited;
      await restart(1);
    },
  },
  {
    name: 'a server is stopped for longer than its lease, and goes on',
    failsOver: false,
    async strike({ servers }) {
      servers[1].kill('SIGSTOP');
      await pause(leaseMs + 5_000);
      servers[1].kill('SIGCONT');
    },
  },
  {
    // For longer than Patroni's ttl: without it nobody may be the primary, and there is none until it is back.
    name: 'etcd is lost, and comes back',
    failsOver: false,
    strike: () => cluster.etcd.lose(30_000),
  },
  {
    name: 'HAProxy is killed, and comes back',
    failsOver: false,
    of: 'balancer',
    strike: () => balancer.lose(3_000),
  },
  {
    name: 'PgBouncer is killed, and comes back',
    failsOver: false,
    of: 'pooler',
    strike: () => pooler.lose(3_000),
  },
];

const ways: readonly Way[] = [
  {
    name: 'several hosts in DATABASE_URL',
    urlOf: (database) => {
      const hosts = cluster.machines.map((machine) => `${machine.address('servers')}:${postgresPort}`).join();
      return `postgres://hwanbul@${hosts}/${database}?target_session_attrs=read-write`;
    },
    env: {},
    has: [],
  },
  {
    name: 'HAProxy that asks Patroni',
    urlOf: (database) => `postgres://hwanbul@127.0.0.1:${balancerPort}/${database}`,
    env: {},
    has: ['balancer'],
  },
  {
    name: 'PgBouncer in transaction mode, then HAProxy that asks Patroni',
    urlOf: (database) => `postgres://hwanbul@127.0.0.1:${poolerPort}/${database}`,
    env: { HWANBUL_DATABASE_POOLER: 'transaction' },
    has: ['balancer', 'pooler'],
  },
];

for (const way of ways) {
  describe(way.name, () => {
    for (const scenario of scenarios.filter(({ of }) => of === undefined || way.has.includes(of))) {
      test(`${scenario.name}: each cancellation is carried out once, and nothing stays in doubt`, (t) =>
        runTrial(t, cluster, way, scenario));
    }
  });
}
