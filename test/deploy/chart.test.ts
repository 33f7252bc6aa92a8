import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { parse, parseAllDocuments } from 'yaml';
import {
  chart,
  madeOf,
  missingForRendering,
  renderChart,
  renderedChart,
  type ValuesName,
  valuesFile,
  valuesOf,
} from '../../tools/render-chart/rendered-chart.ts';
import { endMs, settingsIn, version } from './environment.ts';

const readYaml = (path: string) => parse(readFileSync(path, 'utf8'));
const values = readYaml(join(chart, 'values.yaml'));
const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
const accepts = new Ajv({ strict: false }).compile(schema);

/** As Helm merges what it is given into the chart's own. */
function merged(base: unknown, over: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over;
  const both = Object.entries(over).map(([name, value]) => [name, name in base ? merged(base[name], value) : value]);
  return { ...base, ...Object.fromEntries(both) };
}

test('the schema takes the values that it should, and refuses slips', () => {
  const least = readYaml(valuesFile('least'));
  for (const name of valuesOf) {
    assert.ok(accepts(merged(values, readYaml(valuesFile(name)))), `${name}: ${JSON.stringify(accepts.errors)}`);
  }
  const slips = [
    {},
    { image: { repository: '' } },
    { secret: { name: '' } },
    { replicas: 0 },
    { replica: 3 },
    { settings: { HWANBUL_MAX_REQUESTS: '1' } },
    { settings: { HWANBUL_MODE: 'sandbox' } },
    { settings: { DATABASE_URL: 'postgres://in.the.open/' } },
    { settings: { LOG_LEVEL: null } },
    { antiAffinity: 'none' },
  ];
  for (const slip of slips) {
    const given = Object.keys(slip).length === 0 ? values : merged(merged(values, least), slip);
    assert.equal(accepts(given), false, JSON.stringify(slip));
  }
});

test('what the chart makes itself can not be set a second time', () => {
  const settable: readonly string[] = schema.definitions.setting.enum;
  const given = Object.keys(readYaml(valuesFile('everything')).settings);
  const made = valuesOf.flatMap((name) =>
    serverOf(name).env.map((each) => each.name.replace(/(?<!MERCHANTS)_FILE$/, '')),
  );
  assert.deepEqual(
    made.filter((name) => settable.includes(name) && !given.includes(name)),
    [],
  );
  assert.ok(settable.length > 15);
});

test('the chart is of the version of the package', () => {
  assert.equal(readYaml(join(chart, 'Chart.yaml')).appVersion, version);
});

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string>; readonly annotations?: object };
  // biome-ignore lint/suspicious/noExplicitAny: the schemas of Kubernetes say what it is
  readonly spec: any;
}

const manifestsOf = (name: ValuesName): Manifest[] =>
  parseAllDocuments(readFileSync(renderedChart(name), 'utf8'))
    .map((document) => document.toJS())
    .filter((each) => each !== null);

function only(name: ValuesName, kind: string): Manifest {
  const found = manifestsOf(name).filter((each) => each.kind === kind);
  assert.equal(found.length, 1, `one ${kind}`);
  return found[0] as Manifest;
}

function serverOf(name: ValuesName): Container {
  return only(name, 'Deployment').spec.template.spec.containers[0];
}

const known = [
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
];

const isIn = (part: Record<string, string>, whole: Record<string, string>): boolean =>
  Object.entries(part).every(([name, value]) => whole[name] === value);

for (const name of valuesOf) {
  describe(`rendered with ${name}.values.yaml`, () => {
    const manifests = manifestsOf(name);
    const deployment = only(name, 'Deployment');
    const pods = manifests.flatMap(({ spec }) => (spec?.template ? [spec.template] : []));

    test('what is kept is of this chart', () => {
      const [first] = readFileSync(renderedChart(name), 'utf8').split('\n');
      assert.equal(first, madeOf(name), 'the chart, the values or the renderer has changed: npm run render-chart');
    });

    test('each manifest is as the schema of its kind has it', () => {
      for (const manifest of manifests) {
        const Kind = known.find((each) => each.kind === manifest.kind && each.apiVersion === manifest.apiVersion);
        if (Kind) new Kind(manifest as never).validate();
        // Not of Kubernetes, but of the Prometheus operator.
        else assert.equal(manifest.kind, 'ServiceMonitor');
      }
      assert.throws(() => new Deployment({ spec: { replicas: 'two' } } as never).validate());
      assert.equal(new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size, manifests.length);
    });

    test('the server takes its settings, and ends before it is killed', () => {
      const { env } = serverOf(name);
      assert.equal(new Set(env.map((each) => each.name)).size, env.length);
      const settings = settingsIn(Object.fromEntries(env.map((each) => [each.name, each.value])));
      assert.equal(settings.mode, 'live');
      assert.ok(deployment.spec.template.spec.terminationGracePeriodSeconds * 1000 > endMs(settings));
      const { ports = [] } = serverOf(name);
      assert.deepEqual(
        ports.map(({ containerPort }) => containerPort),
        [settings.port, settings.metricsPort],
      );
    });

    test('each pod is as closed as can be, and has nothing of the Services in its environment', () => {
      for (const { spec } of pods) {
        assert.equal(spec.enableServiceLinks, false);
        assert.equal(spec.automountServiceAccountToken, false);
        assert.deepEqual(spec.securityContext, {
          ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
          seccompProfile: { type: 'RuntimeDefault' },
        });
        for (const container of spec.containers as Container[]) {
          assert.deepEqual(container.securityContext, {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ['ALL'] },
          });
          const volumes = spec.volumes.map((volume: { name: string }) => volume.name);
          for (const mount of container.volumeMounts) assert.ok(volumes.includes(mount.name));
          // What is secret is a file.
          for (const { value } of container.env) assert.doesNotMatch(value, /postgres:|:\/\/[^/]*@/);
        }
      }
    });

    test('what selects servers selects them, and not the migration, which the NetworkPolicy holds as well', () => {
      const { labels } = deployment.spec.template.metadata;
      const selectors = manifests.flatMap(({ kind, spec }) => {
        if (kind === 'Service') return [spec.selector];
        if (kind === 'Deployment' || kind === 'PodDisruptionBudget') return [spec.selector.matchLabels];
        return [];
      });
      assert.equal(selectors.length, 4);
      const migration = manifests.find(({ kind }) => kind === 'Job');
      for (const selector of selectors) {
        assert.ok(isIn(selector, labels), JSON.stringify(selector));
        if (migration) assert.ok(!isIn(selector, migration.spec.template.metadata.labels), JSON.stringify(selector));
      }
      const policy = only(name, 'NetworkPolicy').spec.podSelector.matchLabels;
      for (const { metadata } of pods) assert.ok(isIn(policy, metadata.labels));
      const affinity = JSON.stringify(deployment.spec.template.spec.affinity);
      assert.ok(affinity.includes(JSON.stringify(deployment.spec.selector.matchLabels)));
    });

    test('probes and services lead to ports that the server has', () => {
      const server = serverOf(name);
      const ports = server.ports?.map((port) => port.name) ?? [];
      const probes = [server.startupProbe, server.livenessProbe, server.readinessProbe].map(({ httpGet }) => httpGet);
      assert.deepEqual(
        probes.map(({ path }) => path),
        ['/live', '/live', '/ready'],
      );
      // There they wait behind no connection of the callers'.
      const probed = ports.includes('metrics') ? 'metrics' : 'http';
      assert.deepEqual(
        probes.map(({ port }) => port),
        [probed, probed, probed],
      );
      for (const { spec } of manifests.filter(({ kind }) => kind === 'Service')) {
        for (const { targetPort } of spec.ports) assert.ok(ports.includes(targetPort));
      }
      const policy = only(name, 'NetworkPolicy').spec;
      for (const { ports: allowed } of policy.ingress) for (const { port } of allowed) assert.ok(ports.includes(port));
    });

    test('rendered here, it is what is kept', { skip: missingForRendering() ?? false }, () => {
      assert.equal(renderChart(name), readFileSync(renderedChart(name), 'utf8'));
    });
  });
}

test('the migration runs before everything else with nothing that the chart makes, and then the servers apply nothing', () => {
  const job = only('least', 'Job');
  assert.deepEqual(Object.values(job.metadata.annotations ?? {}), [
    'pre-install,pre-upgrade',
    'before-hook-creation,hook-succeeded',
  ]);
  const { spec } = job.spec.template;
  assert.equal(spec.serviceAccountName, undefined);
  assert.deepEqual(spec.containers[0].args, ['migrate']);
  const isOff = ({ env }: Container) => env.some((each) => each.name === 'HWANBUL_MIGRATE' && each.value === 'off');
  assert.ok(isOff(serverOf('least')));
  assert.ok(!isOff(serverOf('everything')));
  assert.ok(manifestsOf('everything').every(({ kind }) => kind !== 'Job'));
});
