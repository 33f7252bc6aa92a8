import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readSettings, SettingsError, settingsTable } from '../../src/platform/settings/settings.ts';
import { bareEnvironment } from '../kit/bare-environment.ts';
import { runProgram } from '../kit/run-program.ts';
import { endMs, read, root, settingsIn, version } from './environment.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwanbul-deploy-files-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const files = ['Dockerfile', 'compose.yaml', ...globSync('deploy/**/*.*', { cwd: fileURLToPath(root) })].sort();

/** A file that is not there is what the server says of a variable that it knows, and it leaves one alone that it does not know. */
function readsFileOf(variable: string): boolean {
  const nowhere = join(folder, 'nowhere');
  try {
    readSettings({ [variable]: nowhere }, []);
    return false;
  } catch (error) {
    return (
      error instanceof SettingsError &&
      error.problems.some((each) => each.startsWith(variable) && each.includes(nowhere))
    );
  }
}

test('every setting that is named in a file of deploy, the Dockerfile or compose.yaml exists', () => {
  const known = new Set<string>(settingsTable.map(({ name }) => name));
  const named = files.flatMap((path) =>
    [...read(path).matchAll(/\b(?:HWANBUL|ENCRYPTION|DATABASE|MERCHANTS|LOG|DATA)_[A-Z][A-Z_]*\b/g)].map(
      ([name]) => [path, name] as const,
    ),
  );
  assert.ok(new Set(named.map(([, name]) => name)).size > 15);
  assert.deepEqual(
    named.filter(([, name]) => !known.has(name) && !readsFileOf(name)),
    [],
  );
  assert.equal(readsFileOf('HWANBUL_NO_SUCH_FILE'), false);
  assert.equal(readsFileOf('PORT_FILE'), false);
});

test('every YAML file can be read', () => {
  const paths = files.filter((path) => /\.ya?ml$/.test(path) && !path.includes('/templates/'));
  assert.ok(paths.length >= 7);
  for (const path of paths) assert.ok(parse(read(path), { merge: true }), path);
});

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>> | readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly ipam?: { readonly config: { readonly subnet: string }[] } }>>;
  readonly volumes: Readonly<Record<string, object>>;
}

const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const serviceOf = (name: string): Service => compose.services[name] ?? assert.fail(`there is no service ${name}`);

test('compose.yaml is as the schema of Compose has it, and what it names is there', () => {
  const schema = createRequire(import.meta.url)
    .resolve('dclint/package.json')
    .replace(/package\.json$/, 'schemas/compose.schema.json');
  // Its address is not the one by which Ajv knows that dialect.
  const { $schema, ...composeSchema } = JSON.parse(readFileSync(schema, 'utf8'));
  const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(composeSchema);
  assert.ok(isCompose(compose), JSON.stringify(isCompose.errors));
  assert.equal(isCompose({ services: { one: { imagine: 'x' } } }), false);

  for (const [name, service] of Object.entries(compose.services)) {
    for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/, name);
    for (const each of service.secrets ?? []) assert.ok(compose.secrets[each], `${name}: ${each}`);
    for (const each of service.networks) assert.ok(each in compose.networks, `${name}: ${each}`);
    for (const each of Object.keys(service.depends_on ?? {})) {
      if (!Array.isArray(service.depends_on)) assert.ok(compose.services[each], `${name}: ${each}`);
    }
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      assert.ok(
        from.startsWith('./') ? existsSync(new URL(from, root)) : from in compose.volumes,
        `${name}: ${volume}`,
      );
    }
    assert.match(service.image, /:(?!latest$)[\w.]+$/, `${name}: a version of its image`);
  }
  // A value that YAML takes for a number or a switch would reach the container in another form.
  for (const { environment } of Object.values(compose.services)) {
    for (const [name, value] of Object.entries(environment ?? {})) assert.equal(typeof value, 'string', name);
  }
  const ignored = [read('.gitignore'), read('.dockerignore')];
  for (const { file } of Object.values(compose.secrets)) assert.match(file, /^\.\/secrets\//);
  assert.match(ignored[0] ?? '', /^\/secrets\/$/m);
});

test('the servers of compose.yaml start with their settings, in front of the proxy and the Prometheus that are beside them', () => {
  const servers = ['hwanbul-1', 'hwanbul-2'].map(serviceOf);
  const prometheus = parse(read('deploy/compose/prometheus.yaml'));
  for (const server of servers) {
    const settings = settingsIn({ ...imageEnvironment(), ...server.environment });
    assert.equal(settings.mode, 'live');
    assert.equal(settings.port, 8410);
    assert.ok(Number(/^(\d+)s$/.exec(server.stop_grace_period ?? '')?.[1]) * 1000 > endMs(settings));
    assert.deepEqual(settings.trustedProxies, [compose.networks.front?.ipam?.config[0]?.subnet]);
    assert.equal(server.read_only, true);
    const [{ targets }] = prometheus.scrape_configs[0].static_configs;
    assert.deepEqual(
      targets,
      ['hwanbul-1', 'hwanbul-2'].map((name) => `${name}:${settings.metricsPort}`),
    );
    assert.ok(read('docs/monitoring.md').includes(`HWANBUL_METRICS_PORT=${settings.metricsPort}`));
  }
  const { environment, ports } = serviceOf('haproxy');
  assert.deepEqual(environment, { BIND: ':8410', SERVER_ONE: 'hwanbul-1:8410', SERVER_TWO: 'hwanbul-2:8410' });
  assert.deepEqual(ports, ['127.0.0.1:8410:8410']);
  // The balancer has to have seen it before a server that is told to stop refuses anything.
  const { lameDuckMs } = settingsIn({ ...imageEnvironment(), ...servers[0]?.environment });
  const checks = /timeout check (\d+)s[\s\S]*check inter (\d+)s fastinter (\d+)ms downinter \d+s fall 2 /.exec(
    read('deploy/haproxy/haproxy.cfg'),
  );
  const [answerS, pauseS, quickMs] = (checks ?? []).slice(1).map(Number);
  assert.ok(lameDuckMs > (answerS ?? Number.NaN) * 2000 + (pauseS ?? 0) * 1000 + (quickMs ?? 0), 'two questions');
  assert.equal(settingsIn({ ...imageEnvironment(), ...serviceOf('sandbox').environment }).mode, 'sandbox');
});

test('docs/deploying.md tells each port at which something can be reached, and each setting in it exists', () => {
  const document = read('docs/deploying.md');
  const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
  assert.ok(ports.length >= 4);
  for (const port of ports) assert.match(document, new RegExp(`\\b${port.split(':')[1]}\\b`), port);
  const named = [...document.matchAll(/`(HWANBUL_[A-Z_]+)/g)].map(([, name]) => name);
  const known = settingsTable.map(({ name }) => name);
  assert.deepEqual(
    named.filter((name) => !known.includes(name ?? '')),
    [],
  );
});

const dockerfile = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', '')
  .split('\n')
  .filter((line) => line !== '');
const lastStage = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));
const instruction = (name: string): string =>
  lastStage.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? assert.fail(`no ${name}`);

function imageEnvironment(): Record<string, string> {
  return Object.fromEntries(
    instruction('ENV')
      .split(' ')
      .map((each) => each.split('=') as [string, string]),
  );
}

test('the image runs as nobody special, hands signals to the server, and has the version of the package', () => {
  assert.match(instruction('USER'), /^[1-9]\d*:[1-9]\d*$/);
  assert.deepEqual(JSON.parse(instruction('ENTRYPOINT')), ['node', '/opt/hwanbul/bin/hwanbul.js']);
  assert.deepEqual(JSON.parse(instruction('CMD')), ['serve']);
  assert.ok(lastStage.includes(`ARG VERSION=${version}`));
  const kept = dockerfile.filter((line) => line.startsWith('COPY . '));
  assert.equal(kept.length, 1, 'sources are copied into the stage that packs, and no other');
  assert.ok(lastStage.every((line) => !line.startsWith('COPY') || line.startsWith('COPY --from=')));
});

test('the health check of the image passes where /live is 200, and nowhere else', async () => {
  const command = JSON.parse(instruction('HEALTHCHECK').replace(/^.*? CMD /, '')) as string[];
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/live' && isWell ? 200 : 503;
    response.end();
  }).listen(0, '127.0.0.1');
  let isWell = true;
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const check = () =>
    runProgram(process.execPath, command.slice(1), { env: { ...bareEnvironment(), PORT: `${port}` } });
  assert.equal(command[0], 'node');
  assert.equal((await check()).code, 0);
  isWell = false;
  assert.equal((await check()).code, 1);
  server.close();
  server.closeAllConnections();
  assert.equal((await check()).code, 1);
});

test('the build of the image is sent what the package is made of, and nothing else of a clone', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(lines[0], '*', 'whatever is not named stays out');
  const named = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const name of named) assert.ok(existsSync(new URL(name, root)), name);
  const packed = (JSON.parse(read('package.json')) as { files: string[] }).files.filter((name) => name !== 'dist');
  for (const name of [...packed, 'package-lock.json', 'src', 'sbom.ts']) assert.ok(named.includes(name), name);
  for (const name of ['.git', 'node_modules', 'data', 'secrets', 'test', '.npmrc'])
    assert.ok(!named.includes(name), name);
});

const unit = read('deploy/systemd/hwanbul.service');
const lineOf = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? assert.fail(name);

test('the systemd unit starts with its settings, and ends before systemd kills it', () => {
  const assigned = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) => line.split(' '));
  const fromFile = read('deploy/systemd/hwanbul.env')
    .split('\n')
    .filter((line) => /^#?[A-Z]/.test(line) && line.includes('='));
  const env = [...assigned, ...fromFile.map((line) => line.replace(/^#/, ''))].map((each) => each.split('=', 2));
  const settings = settingsIn(Object.fromEntries(env) as Record<string, string>);
  assert.equal(settings.mode, 'live');
  assert.ok(Number(lineOf('TimeoutStopSec')) * 1000 > endMs(settings));
  const credentials = [...unit.matchAll(/^LoadCredential=([^:]+):/gm)].map(([, name]) => name);
  const named = [...unit.matchAll(/=%d\/(\S+)/g)].map(([, name]) => name);
  assert.deepEqual(named.sort(), credentials.sort());
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test('systemd reads the unit, and finds little that it could do beside its work', {
  skip: hasSystemd ? false : 'there is no systemd-analyze here (Debian: systemd)',
}, async () => {
  const path = join(folder, 'hwanbul.service');
  writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
  const verified = await runProgram('systemd-analyze', ['verify', path], {});
  assert.deepEqual([verified.code, verified.output], [0, '']);
  const judged = await runProgram(
    'systemd-analyze',
    ['security', '--offline=true', '--no-pager', '--threshold=20', path],
    {},
  );
  assert.equal(judged.code, 0, judged.output);
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test('Prometheus reads its configurations and rules', {
  skip: hasPromtool ? false : 'there is no promtool here (Debian: prometheus)',
}, async () => {
  for (const path of ['deploy/prometheus/prometheus.yaml', 'deploy/compose/prometheus.yaml']) {
    const beside = join(folder, path.split('/')[1] ?? '');
    mkdirSync(beside);
    copyFileSync(new URL(path, root), join(beside, 'prometheus.yaml'));
    copyFileSync(new URL('deploy/prometheus/alerts.yaml', root), join(beside, 'alerts.yaml'));
    const { code, output } = await runProgram('promtool', ['check', 'config', join(beside, 'prometheus.yaml')], {});
    assert.equal(code, 0, output);
  }
});

test('Grafana finds its data source and the dashboard', () => {
  const [source] = parse(read('deploy/grafana/provisioning/datasources/prometheus.yaml')).datasources;
  assert.equal(source.url, 'http://prometheus:9090');
  const [provider] = parse(read('deploy/grafana/provisioning/dashboards/hwanbul.yaml')).providers;
  const { volumes } = serviceOf('grafana');
  assert.ok(volumes?.includes(`./deploy/grafana/hwanbul.json:${provider.options.path}/hwanbul.json:ro`));
  const dashboard = JSON.parse(read('deploy/grafana/hwanbul.json')) as {
    templating: { list: { type: string; query: string }[] };
  };
  const variable = dashboard.templating.list.find(({ type }) => type === 'datasource');
  assert.equal(variable?.query, source.type);
});
