import { before, describe, test } from 'node:test';
import { balancerPort, startBalancer } from './balancer.ts';
import { networks } from './machines.ts';
import { type Cluster, postgresPort, startCluster } from './patroni.ts';
import { poolerPort, startPooler } from './pooler.ts';
import { leaseMs, runTrial, type Scenario, type Way } from './trial.ts';

let cluster: Cluster;
before(async () => {
  cluster = await startCluster();
  startBalancer(cluster.machines);
  startPooler();
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
];

const ways: readonly Way[] = [
  {
    name: 'several hosts in DATABASE_URL',
    urlOf: (database) => {
      const hosts = cluster.machines.map((machine) => `${machine.address('servers')}:${postgresPort}`).join();
      return `postgres://hwanbul@${hosts}/${database}?target_session_attrs=read-write`;
    },
    env: {},
  },
  {
    name: 'HAProxy that asks Patroni',
    urlOf: (database) => `postgres://hwanbul@127.0.0.1:${balancerPort}/${database}`,
    env: {},
  },
  {
    name: 'PgBouncer in transaction mode, then HAProxy that asks Patroni',
    urlOf: (database) => `postgres://hwanbul@127.0.0.1:${poolerPort}/${database}`,
    env: { HWANBUL_DATABASE_POOLER: 'transaction' },
  },
];

for (const way of ways) {
  describe(way.name, () => {
    for (const scenario of scenarios) {
      test(`${scenario.name}: each cancellation is carried out once, and nothing stays in doubt`, (t) =>
        runTrial(t, cluster, way, scenario));
    }
  });
}
