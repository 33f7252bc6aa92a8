import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startServerProcess } from '../kit/server-process.ts';

const source = new URL('../../src/', import.meta.url).href;
const recorder = new URL('./record-loaded.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'hwanbul-loaded-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The modules of the real program until it takes requests, by the thread that loaded them; those of `src` as paths below it. */
async function loadedBy(
  mode: 'live' | 'sandbox',
  env: NodeJS.ProcessEnv,
  program: 'sources' | 'published' = 'sources',
) {
  const file = join(folder, `${program}-${mode}`);
  const server = await startServerProcess({
    ofClone: program === 'sources',
    env: { ...env, HWANBUL_MODE: mode, NODE_OPTIONS: `--import=${recorder}`, RECORD_LOADED: file },
  });
  server.kill('SIGTERM');
  await server.exited;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const of = (thread: 'server' | 'thread') =>
    lines.filter((line) => line.startsWith(`${thread} `)).map((line) => line.split(' ')[1]?.replace(source, '') ?? '');
  return { server: of('server'), thread: of('thread') };
}

const isOfSandbox = (path: string) => /^(simulators|sandbox|api\/sandbox|gateways\/[^/]+\/simulator)\//.test(path);
const isOfTraces = (path: string) => path.startsWith('tracing/') || path.includes('/@opentelemetry/');
const isOfCommandLine = (path: string) => path.startsWith('cli/');
const folders = readdirSync(new URL('gateways/', source), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(new URL(`gateways/${name}/`, source)).includes('module.ts'));

function liveSettings(): NodeJS.ProcessEnv {
  const merchants = join(folder, 'merchants.json');
  const channel = { provider: 'tosspayments', mid: 'shop', mode: 'live', credentials: { secretKey: 'live_sk_x' } };
  const merchant = { name: 'shop', imp_key: '1234567890123456', imp_secret: 's'.repeat(80), channels: [channel] };
  writeFileSync(merchants, JSON.stringify([merchant]));
  return { MERCHANTS_FILE: merchants, ENCRYPTION_KEY: Buffer.alloc(32, 'live test key').toString('base64') };
}

test('live mode loads every adapter, and no file of a simulator or of the sandbox', async () => {
  const { server, thread } = await loadedBy('live', liveSettings());
  for (const name of folders) assert.ok(server.includes(`gateways/${name}/adapter/adapter.ts`), name);
  assert.ok(server.includes('start/live.ts'));
  assert.deepEqual(server.filter(isOfSandbox), []);
  assert.deepEqual(server.filter(isOfCommandLine), ['cli/main.ts']);
  assert.deepEqual(thread, []);
  assert.ok(!server.includes('node:sqlite'));
  assert.ok(server.includes('platform/tracing/tracing.ts'));
  assert.deepEqual(server.filter(isOfTraces), []);
});

test('the same look at a sandbox sees what the server needs to know of every simulator, and the simulators in their thread', async () => {
  const { server, thread } = await loadedBy('sandbox', {});
  for (const name of folders) {
    assert.ok(server.includes(`gateways/${name}/adapter/adapter.ts`), name);
    assert.ok(server.includes(`gateways/${name}/simulator/sandbox.ts`), name);
    assert.ok(!server.includes(`gateways/${name}/simulator/simulator.ts`), name);
    assert.ok(thread.includes(`gateways/${name}/simulator/simulator.ts`), name);
  }
  assert.ok(server.includes('start/sandbox.ts') && !server.includes('start/live.ts'));
  assert.deepEqual(server.filter(isOfCommandLine), ['cli/main.ts']);
  assert.deepEqual(server.filter(isOfTraces), []);
  assert.ok(thread.includes('node:sqlite') && !server.includes('node:sqlite'));
  assert.deepEqual(
    thread.filter((path) => /^(core|api|start)\//.test(path)),
    [],
  );
});

/** The parts of the published program among these, by the names of those who load them (`bundle-parts.ts`). */
function partsIn(modules: readonly string[]): readonly string[] {
  return modules.flatMap((url) => /\/dist\/parts\/(.+)-[\w-]{8}\.js$/.exec(url)?.[1] ?? []);
}

test('nor does the published program, whose parts are loaded by those alone that are in their names', async () => {
  const live = await loadedBy('live', liveSettings(), 'published');
  assert.ok(partsIn(live.server).includes('server') && partsIn(live.server).includes('live'));
  assert.deepEqual(
    partsIn(live.server).filter((name) => /^(sandbox|simulator)/.test(name)),
    [],
  );
  assert.deepEqual(live.thread, []);
  assert.ok(!live.server.includes('node:sqlite'));

  const sandbox = await loadedBy('sandbox', {}, 'published');
  assert.ok(partsIn(sandbox.server).includes('server') && partsIn(sandbox.server).includes('sandbox'));
  assert.ok(!partsIn(sandbox.server).includes('simulators') && partsIn(sandbox.thread).includes('simulators'));
  assert.deepEqual(
    partsIn(sandbox.thread).filter((name) => /^(server|live|commands)/.test(name) && !name.includes('simulators')),
    [],
  );
  assert.ok(sandbox.thread.includes('node:sqlite') && !sandbox.server.includes('node:sqlite'));
});
