import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { killPostgres, runningPostgres } from '../kit/embedded-data.ts';
import { eventually } from '../kit/eventually.ts';
import { type Ended, runProgram } from '../kit/run-program.ts';
import { installPackedPackage } from './packed-package.ts';
import { postgresOf, supervisorsOf } from './shared-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'hwanbul-package-'));
const cache = join(folder, 'cache');
const shared = join(cache, 'hwanbul', 'testing');
let shop: string;
before(() => {
  mkdirSync(cache);
  shop = installPackedPackage(folder);
});
after(async () => {
  for (const pid of supervisorsOf(shared)) process.kill(pid, 'SIGKILL');
  await killPostgres(postgresOf(shared));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const require = createRequire(import.meta.url);
const programOf = (name: string, bin: string): string => join(dirname(require.resolve(`${name}/package.json`)), bin);

/** As a user would run it: nothing of this test run's environment but the path and a cache folder of its own. */
function runInShop(program: string, args: readonly string[]): Promise<Ended> {
  return runProgram(program, args, {
    cwd: shop,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      XDG_CACHE_HOME: cache,
      CI: 'true',
      NO_COLOR: '1',
    },
  });
}

/** The example's tests, counted in its source, have all passed. */
async function assertPasses(example: string, ended: Promise<Ended>, report: (count: number) => RegExp): Promise<void> {
  const file = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  const count = readFileSync(file, 'utf8').match(/^(test\('| {4}def test_)/gm)?.length ?? 0;
  assert.ok(count > 1, `${example} has tests`);
  const { code, output } = await ended;
  assert.equal(code, 0, output);
  assert.match(output, report(count), output);
}

test('the example for node:test passes with the packed package', async () => {
  await assertPasses(
    'node-test/refunds.test.mjs',
    runInShop(process.execPath, ['--test', '--test-reporter=tap', 'examples/node-test/refunds.test.mjs']),
    (count) => new RegExp(`^# pass ${count}$`, 'm'),
  );
});

test('the example for Vitest passes with the packed package, in processes and in threads', async () => {
  for (const pool of ['forks', 'threads']) {
    await assertPasses(
      'vitest/refunds.test.mjs',
      runInShop(process.execPath, [
        programOf('vitest', 'vitest.mjs'),
        'run',
        '--pool',
        pool,
        '--dir',
        'examples/vitest',
      ]),
      (count) => new RegExp(`Tests +${count} passed \\(${count}\\)`),
    );
  }
});

test('the example for Jest passes with the packed package, and Jest ends by itself', async () => {
  // Jest needs to be told where a project begins.
  writeFileSync(join(shop, 'package.json'), '{ "name": "shop", "private": true }\n');
  await assertPasses(
    'jest/refunds.test.cjs',
    runInShop(process.execPath, [programOf('jest', 'bin/jest.js'), 'examples/jest', '--detectOpenHandles']),
    (count) => new RegExp(`^Tests: +${count} passed, ${count} total$`, 'm'),
  );
});

test('the document shows the examples as they are', () => {
  const document = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const examples = ['node-test/refunds.test.mjs', 'shop.cjs', 'vitest/refunds.test.mjs', 'jest/refunds.test.cjs'];
  for (const name of [...examples, 'python/test_refunds.py']) {
    const source = readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
    const language = name.endsWith('.py') ? 'python' : 'js';
    assert.ok(document.includes(`\`\`\`${language}\n${source.trimEnd()}\n\`\`\`\n`), `docs/testing.md has ${name}`);
  }
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

test('the example in Python passes with a server that it starts itself', {
  skip: hasPython ? false : 'there is no python3 here',
}, async () => {
  await assertPasses(
    'python/test_refunds.py',
    runInShop('python3', ['-m', 'unittest', 'discover', '-v', 'examples/python']),
    (count) => new RegExp(`^Ran ${count} tests[^]*^OK$`, 'm'),
  );
});

test('the package is typed for modules of both kinds', async () => {
  const use = `import { CallRefused, startHwanbul, type FaultOptions, type Hwanbul } from 'hwanbul/testing';
export async function use(): Promise<string | undefined> {
  const hwanbul: Hwanbul = await startHwanbul({ webhookFormat: 'form' });
  const fault: FaultOptions = { operation: 'cancel', kind: 'reject' };
  await hwanbul.fault(fault);
  // @ts-expect-error There is no such operation.
  await hwanbul.fault({ operation: 'nothing' });
  // @ts-expect-error An amount is a number.
  await hwanbul.pay({ amount: '1000' });
  // @ts-expect-error A status is a number.
  hwanbul.webhooks.answer({ status: 'ok' });
  return new Error() instanceof CallRefused ? undefined : hwanbul.webhooks.all()[0]?.imp_uid;
}
import type Iamport from 'hwanbul/checkout';
import type { RequestPayParams } from 'hwanbul/checkout';
export function pay(params: RequestPayParams): void {
  const imp: Iamport | undefined = window.IMP;
  imp?.request_pay(params, ({ imp_uid }) => imp_uid?.length);
  // @ts-expect-error An order has a name.
  imp?.request_pay({ amount: 1000 });
}
`;
  for (const name of ['use.mts', 'use.cts']) writeFileSync(join(shop, name), use);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const { code, output } = await runInShop(process.execPath, [
    programOf('typescript', 'bin/tsc'),
    ...options,
    'use.mts',
    'use.cts',
  ]);
  assert.deepEqual([code, output], [0, '']);

  const bundled = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node'];
  const ended = await runInShop(process.execPath, [programOf('typescript', 'bin/tsc'), ...bundled, 'use.mts']);
  assert.deepEqual([ended.code, ended.output], [0, '']);
});

test('what is exported with types has them under typesVersions, too, which is all that moduleResolution node10 looks at', () => {
  // TypeScript 7 knows node10 no more; that 5.0 and 5.9 find the types by this was tried by hand.
  const packed = join(shop, 'node_modules', 'hwanbul');
  const { exports, typesVersions } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
  const typed = Object.entries<{ types?: string }>(exports).filter(([, { types }]) => types !== undefined);
  assert.deepEqual(
    typesVersions['*'],
    Object.fromEntries(typed.map(([name, { types }]) => [name.replace(/^\.\//, ''), [types]])),
  );
  for (const [, { types = '' }] of typed) assert.ok(existsSync(join(packed, types)), types);
});

test('the list of parts names what is installed with the package and what was taken into its files, and no tool', () => {
  const packed = join(shop, 'node_modules', 'hwanbul');
  const read = (path: string): string => readFileSync(join(packed, path), 'utf8');
  const { components, metadata, serialNumber } = JSON.parse(read('dist/sbom.cdx.json'));
  const { dependencies, devDependencies, name, version } = JSON.parse(read('package.json'));
  assert.deepEqual([metadata.component.name, metadata.component.version, serialNumber], [name, version, undefined]);
  const names = new Set(components.map((each: { name: string }) => each.name));
  for (const each of Object.keys(dependencies)) assert.ok(names.has(each), each);

  // The bundler writes above each module where it is from.
  const parts = readdirSync(join(packed, 'dist', 'parts')).map((part) => read(`dist/parts/${part}`));
  const taken = parts.flatMap((part) => [...part.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)]);
  assert.ok(taken.length > 100);
  for (const [, each = ''] of taken) assert.ok(names.has(each), each);
  // The console is written without such lines; a licence is there for each of its packages, too.
  const bundled = components.filter((each: { properties: object[] }) =>
    each.properties.some((property) => 'name' in property && property.name === 'hwanbul:bundled'),
  );
  const licences = read('dist/third-party-licenses.txt');
  for (const each of bundled) assert.ok(licences.includes(`${each.name}\n\n`), each.name);
  for (const each of ['react', 'react-dom', 'react-aria-components', 'undici', 'kysely']) {
    assert.ok(
      bundled.some((part: { name: string }) => part.name === each),
      each,
    );
  }
  // `ajv`, for one, is in the package by way of another.
  const tools = ['@biomejs/biome', 'jest', 'playwright-core', 'rolldown', 'typescript'];
  for (const each of tools) assert.ok(each in devDependencies && !names.has(each), each);
});

test('importing the package starts nothing, and nothing of all these runs is left', async () => {
  const imports =
    "await import('hwanbul/testing'); (await import('node:module')).createRequire(process.cwd() + '/')('hwanbul/testing');";
  const { code, output } = await runInShop(process.execPath, ['--input-type=module', '-e', imports]);
  assert.deepEqual([code, output], [0, '']);
  await eventually(async () => {
    assert.equal(runningPostgres(postgresOf(shared)), undefined);
    assert.deepEqual(supervisorsOf(shared), []);
  }, 60_000);
  assert.deepEqual(readdirSync(join(shared, 'servers')), []);
});
