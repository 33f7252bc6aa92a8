import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GatewayModule } from '../../src/gateways/module.ts';
import { readChoice, skeletonOperations } from '../../tools/new-gateway/choice.ts';
import { renderGateway } from '../../tools/new-gateway/render.ts';

/**
 * `npm run new-gateway` in a copy of the project: what it writes there is checked by the compiler, the linter, the rules of
 * the house, its own tests and the conformance suite, as it is.
 */
const project = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'hwanbul-new-gateway-'));
after(() => rmSync(copy, { recursive: true, force: true }));

/** Between them they have every part of the skeleton, and each part is missing in one. */
const made: readonly (readonly [name: string, ...options: readonly string[]])[] = [
  ['whole_pay', '--operations', skeletonOperations.join(',')],
  ['plain_pay', '--title', 'Plain & Simple (2)'],
  ['account_pay', '--operations', 'issue_vbank'],
  ['barcode_pay', '--operations', 'issue_barcode'],
  ['mixed_pay', '--operations', 'approve, revoke_vbank, issue_receipt'],
];

/** What it needs, and what is run on it. */
const copied = [
  ...['package.json', 'tsconfig.json', 'biome.json', '.gitignore', 'src', 'docs', 'tools', 'deploy'],
  ...['test/house.test.ts', 'test/kit', 'test/simulators', 'test/gateways'],
  ...['test/contract/imp-v1.json', 'test/contract/shown'],
];

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  // A test runner that is started by a test would take itself for a part of it.
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: copy, env: { ...inherited, ...env }, maxBuffer: 2 ** 26 },
      (error, out, errors) => resolve({ code: error ? Number(error.code ?? 1) : 0, out, errors }),
    );
  });
}

async function succeed(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const { code, out, errors } = await run(args, env);
  assert.equal(code, 0, `${args.join(' ')}\n${out}\n${errors}`);
  return out;
}

const newGateway = (...args: readonly string[]) => run(['tools/new-gateway/main.ts', ...args]);
const program = (name: string, file: string) =>
  fileURLToPath(new URL(file, import.meta.resolve(`${name}/package.json`)));

function filesIn(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(copy, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(copy.length + 1)),
  );
}

/** Everything that could have been changed, with what is in it. */
function everything(): Map<string, string> {
  return new Map(filesIn('src', 'test', 'docs').map((path) => [path, readFileSync(join(copy, path), 'utf8')]));
}

const written = new Map<string, readonly string[]>();

before(async () => {
  for (const part of copied) {
    cpSync(join(project, part), join(copy, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(project, 'node_modules')), join(copy, 'node_modules'), 'dir');
  for (const args of made) {
    const { code, out, errors } = await newGateway(...args);
    assert.equal(code, 0, `${args.join(' ')}\n${out}\n${errors}`);
    const [name] = args;
    written.set(
      name,
      out.split('\n').filter((line) => line.startsWith('src/gateways/') || line.startsWith('test/gateways/')),
    );
  }
});

test('each file that was written is told, and nothing else was', () => {
  const known = new Set(
    ['src', 'test', 'docs'].flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    ),
  );
  const added = filesIn('src', 'test', 'docs').filter((path) => !known.has(path));
  const list = 'src/gateways/modules.ts (one line)';
  for (const lines of written.values()) assert.ok(lines.includes(list));
  const told = [...written.values()].flat().filter((line) => line !== list);
  assert.deepEqual(told.sort(), added.sort());
});

test('the list of gateways has a line more for each, and no other change', () => {
  const lines = (root: string) => readFileSync(join(root, 'src/gateways/modules.ts'), 'utf8').split('\n');
  const added = made.map(([name]) => `export { ${name.replace('_p', 'P')} } from './${name}/module.ts';`);
  assert.deepEqual(
    lines(copy).filter((line) => !added.includes(line)),
    lines(project),
  );
  assert.equal(lines(copy).length, lines(project).length + added.length);
});

test('the compiler and the linter have nothing to say', async () => {
  const folders = made.flatMap(([name]) => [`src/gateways/${name}`, `test/gateways/${name}`]);
  // The rest of the project has been checked where it is.
  const include = ['src/gateways/registry.ts', ...folders];
  writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify({ extends: './tsconfig.json', include }));
  // Each further thread would look at much of it once more, and other tests have the other cores.
  await succeed([program('typescript', 'bin/tsc'), '--singleThreaded', '--noEmit', '--project', 'tsconfig.new.json']);
  const lint = ['check', '--error-on-warnings', 'src/gateways/modules.ts', ...folders];
  await succeed([program('@biomejs/biome', 'bin/biome'), ...lint]);
});

test('the rules of the house hold, and the documents are up to date', async () => {
  await succeed(['--test', 'test/house.test.ts', 'test/gateways/documents.test.ts']);
});

test('its own tests pass', async () => {
  const files = [...written.values()].flat().filter((path) => path.endsWith('.test.ts'));
  assert.equal(files.filter((path) => path.endsWith('adapter.test.ts')).length, made.length);
  await succeed(['--test', '--test-concurrency=2', ...files]);
});

test('the conformance suite passes, and has tried every operation', async () => {
  const out = await succeed(['--test', '--test-reporter=tap', 'test/gateways/conformance.test.ts'], {
    GATEWAY: 'whole_pay',
  });
  for (const operation of skeletonOperations) {
    assert.match(out, new RegExp(`^ *ok \\d+ - ${operation} without a fault is confirmed`, 'm'));
  }
});

test('its simulator prints a call that works, whatever the gateway can do', async () => {
  const pattern = '^(whole_pay|account_pay|barcode_pay|mixed_pay) alone prints a call';
  await succeed(['--test', `--test-name-pattern=${pattern}`, 'test/simulators/simulator-process.test.ts']);
});

test('nothing of it is claimed: all is undocumented, it has no live mode, and each file says what is invented', async () => {
  for (const [name] of made) {
    const folder = join(copy, 'src/gateways', name);
    const modules: Record<string, GatewayModule> = await import(pathToFileURL(join(folder, 'module.ts')).href);
    const [module] = Object.values(modules);
    assert.ok(module);
    assert.equal(module.gateway.liveBaseUrl, undefined);
    for (const { operations } of Object.values(module.gateway.capabilities.payMethods)) {
      for (const support of Object.values(operations)) assert.equal(support, 'undocumented');
    }
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const path of written.get(name) ?? []) {
      if (!path.endsWith('.ts')) continue;
      const text = readFileSync(join(copy, path), 'utf8');
      assert.match(text, /^\/\*\*[\s\S]{1,400}\*\/\n\n/, path);
      if (!text.includes('INVENTED') || path.startsWith('test/')) continue;
      assert.ok(readme.includes(`\`${path.slice(`src/gateways/${name}/`.length)}\``), path);
    }
  }
});

test('what there can not be is refused in a sentence', () => {
  const cases: readonly (readonly [RegExp, { name?: string; title?: string; operations?: string }])[] = [
    [/a name is made of a-z/, { name: 'Green' }],
    [/a name is made of a-z/, { name: '../green' }],
    [/a name is made of a-z/, { name: '9pay' }],
    [/a name is made of a-z/, { name: '' }],
    [/is a word of the language/, { name: 'delete' }],
    [/is a word of the language/, { name: 'await' }],
    [/is a word that the files need/, { name: 'cancel' }],
    [/a title is made of letters/, { title: "Green's" }],
    [/a title is made of letters/, { title: 'Green */' }],
    [/there is no operation "refund"/, { operations: 'cancel,refund' }],
    [/there is no operation ""/, { operations: '' }],
    [/at least one of/, { operations: 'revoke_vbank' }],
    [/has no charge_key: it is added by hand/, { operations: 'cancel,charge_key' }],
    [/has no pay_from_wallet: it is added by hand/, { operations: 'cancel,pay_from_wallet' }],
    [/needs issue_barcode/, { operations: 'cancel,revoke_barcode' }],
    [/needs issue_receipt/, { operations: 'cancel,revoke_receipt' }],
  ];
  for (const [message, { name = 'green_pay', title, operations }] of cases) {
    assert.throws(() => renderGateway(readChoice({ name, title, operations })), { name: 'ChoiceError', message });
  }
});

test('where something is in the way, nothing is written', async () => {
  mkdirSync(join(copy, 'test/gateways/blue_pay'));
  const before = everything();
  const cases: readonly (readonly [RegExp, ...string[]])[] = [
    [/Unknown option '--operation'/, 'green_pay', '--operation', 'cancel'],
    [/^there is a gateway html5_inicis already$/m, 'html5_inicis'],
    [/^src\/gateways\/modules.ts has a niceV2 already, of another gateway$/m, 'nice__v2'],
    [/^src\/gateways\/answers is in the way$/m, 'answers'],
    [/^test\/gateways\/blue_pay is in the way$/m, 'blue_pay'],
  ];
  for (const [expected, ...args] of cases) {
    const { code, errors } = await newGateway(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(errors, expected);
    assert.doesNotMatch(errors, /^ +at /m, 'no stack');
  }
  const { code, errors } = await run(['tools/new-gateway/main.ts', 'green_pay'], { npm_config_operations: 'cancel' });
  assert.equal(code, 1);
  assert.match(errors, /put -- before it/);
  assert.deepEqual(everything(), before);
});
