import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';

/**
 * Who may import whom (ARCHITECTURE.md tells why), types included. There are no exceptions.
 */
type Wing = keyof typeof mayImport;

const mayImport = {
  platform: [],
  rules: ['platform'],
  port: ['platform'],
  simulators: ['platform', 'port'],
  core: ['platform', 'port', 'rules'],
  gateways: ['platform', 'port'],
  sandbox: ['platform', 'port', 'simulators', 'core'],
  api: ['platform', 'port', 'rules', 'core'],
  metrics: ['platform', 'core'],
  tracing: ['platform'],
  start: ['platform', 'port', 'rules', 'simulators', 'core', 'gateways', 'sandbox', 'api', 'metrics', 'tracing'],
  documents: [
    'platform',
    'port',
    'rules',
    'simulators',
    'core',
    'gateways',
    'sandbox',
    'api',
    'metrics',
    'tracing',
    'start',
    'cli',
    'testing',
  ],
  cli: ['platform', 'rules'],
  testing: ['platform'],
  window: [],
  console: [],
} as const satisfies Record<string, readonly string[]>;

interface Import {
  readonly from: string;
  readonly to: string;
  /** `import()`: loaded when it is wanted. */
  readonly isLazy: boolean;
  /** `import type`, which nothing is left of when the program runs; `import { type … }` still loads the file. */
  readonly isType: boolean;
}

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
const imports = files.flatMap((from) => importsIn(from, readFileSync(new URL(from, source), 'utf8')));

function importsIn(from: string, text: string): Import[] {
  const found = text.matchAll(
    /^(?:import|export)\b(\s+type\b(?!\s*,|\s+from\b))?(?:[^;'"]*?\bfrom)?\s*'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, type, always, lazily]) => ({
    from,
    to: join(dirname(from), always ?? lazily ?? ''),
    isLazy: always === undefined,
    isType: type !== undefined,
  }));
}

function wingOf(path: string): Wing {
  const [wing = ''] = path.split('/');
  if (!(wing in mayImport)) throw new Error(`${path} has no place in the house`);
  return wing as Wing;
}

function isBreach(arrow: Import): boolean {
  const { from, to, isLazy, isType } = arrow;
  const [importer, imported] = [wingOf(from), wingOf(to)];
  if (importer === imported) return importer === 'gateways' ? isBreachInGateways(arrow) : isBreachInCore(arrow);
  if ((mayImport[importer] as readonly string[]).includes(imported)) return false;
  switch (importer) {
    case 'gateways':
      return imported !== 'simulators' || !/^gateways\/([^/]+\/(simulator\/|module\.ts$)|module\.ts$)/.test(from);
    case 'sandbox':
      return to !== 'gateways/registry.ts' && to !== 'gateways/module.ts';
    case 'api':
      return !from.startsWith('api/sandbox/') || !['sandbox', 'simulators'].includes(imported);
    case 'cli':
    case 'testing':
      return !(to.startsWith('api/views/') && isType) && !(imported === 'start' && isLazy);
    case 'window':
    case 'console':
      return !(to.startsWith('api/views/') && isType);
    default:
      return true;
  }
}

/** Gateways that build on another one, because they are two protocols of one company. */
const families: Readonly<Record<string, string>> = { nice_v2: 'nice', smartro_v2: 'smartro' };
/** What every gateway may build on. */
const shared = ['stand-in', 'answers'];

/** What both sides of a gateway agree on knows neither side, the sides do not know each other, and gateways stand alone. */
function isBreachInGateways({ from, to }: Import): boolean {
  const [, gateway = '', side = ''] = from.split('/');
  const [, other = '', otherSide = ''] = to.split('/');
  const isInFolder = (path: string) => path.split('/').length > 2;
  if (!isInFolder(from)) return false;
  if (!isInFolder(to)) return to !== 'gateways/module.ts';
  if (gateway !== other && families[gateway] !== other && !shared.includes(other)) return true;
  const sides = ['wire', 'adapter', 'simulator'];
  if (!sides.includes(side) || !sides.includes(otherSide)) return false;
  return side !== otherSide && otherSide !== 'wire';
}

/** From the ground up. What is not named stands between `operations` and `kinds.ts`. */
const coreFloors = ['schema', 'records', 'merchants', 'operations', '', 'kinds.ts', 'services.ts'];

function isBreachInCore({ from, to }: Import): boolean {
  if (wingOf(from) !== 'core') return false;
  const [floor, otherFloor] = [from, to].map((path) => {
    const named = coreFloors.indexOf(path.split('/')[1] ?? '');
    return named < 0 ? coreFloors.indexOf('') : named;
  });
  return (otherFloor ?? 0) > (floor ?? 0);
}

const line = ({ from, to }: Import): string => `${from} > ${to}`;

test('every file has a place in the house, and every import leads to a file', () => {
  for (const path of files) wingOf(path);
  const unknown = imports.filter(({ to }) => !files.includes(to));
  assert.deepEqual(unknown.map(line), []);
});

test('a wing imports only what stands below it', () => {
  const breaches = [...new Set(imports.filter(isBreach).map(line))].sort();
  assert.deepEqual(breaches, []);
});

test('the command line and the testing package take types of what the API answers, and nothing that runs', () => {
  for (const from of ['cli/commands/payments.ts', 'testing/server/main.ts']) {
    const to = `${'../'.repeat(from.split('/').length - 1)}api/views/payment.ts`;
    const isBreachBy = (statement: string): boolean[] => importsIn(from, statement).map(isBreach);
    for (const allowed of [
      `import type { PaymentAnswer } from '${to}';`,
      `import type {\n  PaymentAnswer,\n} from '${to}';`,
      `export type * from '${to}';`,
    ]) {
      assert.deepEqual(isBreachBy(allowed), [false], allowed);
    }
    for (const refused of [
      `import { viewPayment } from '${to}';`,
      `import { type PaymentAnswer } from '${to}';`,
      `import type from '${to}';`,
      `import '${to}';`,
      `export * from '${to}';`,
      `await import('${to}');`,
      `import type { Payment } from '${to.replace('api/views', 'core/records')}';`,
    ]) {
      assert.deepEqual(isBreachBy(refused), [true], refused);
    }
  }
});

test('the payment window runs in a browser: of the server it takes types of what the API answers, and nobody takes anything of it', () => {
  const breachesOf = (from: string, statement: string): boolean[] => importsIn(from, statement).map(isBreach);
  for (const [from, statement, isRefused] of [
    ['window/page/main.ts', "import type { CheckoutWindowAnswer } from '../../api/views/checkout.ts';", false],
    ['window/page/main.ts', "import { CheckoutWindowView } from '../../api/views/checkout.ts';", true],
    ['window/page/main.ts', "import { amountNumber } from '../../platform/money/currency.ts';", true],
    ['api/sandbox/checkout/assets.ts', "import type { Hint } from '../../../window/protocol.ts';", true],
    ['start/sandbox.ts', "await import('../window/sdk/imp.ts');", true],
  ] as const) {
    assert.deepEqual(breachesOf(from, statement), [isRefused], statement);
  }
});

test('so does the console', () => {
  const breachesOf = (from: string, statement: string): boolean[] => importsIn(from, statement).map(isBreach);
  for (const [from, statement, isRefused] of [
    ['console/payments/page.tsx', "import type { PaymentSearchAnswer } from '../../api/views/payment.ts';", false],
    ['console/payments/page.tsx', "import { PaymentSearchView } from '../../api/views/payment.ts';", true],
    ['console/elements/money.tsx', "import { amountNumber } from '../../platform/money/currency.ts';", true],
    ['console/shell/app.tsx', "import { callServer } from '../../window/call.ts';", true],
    ['api/console/files.ts', "import type { Session } from '../../console/shell/session.ts';", true],
    ['start/live.ts', "await import('../console/main.tsx');", true],
  ] as const) {
    assert.deepEqual(breachesOf(from, statement), [isRefused], statement);
  }
});

/** What a page of the console stands on; pages may build on each other's parts. */
const consoleFloors = ['language', 'api', 'elements', 'shell', '', 'pages.tsx', 'main.tsx'];

function isBreachInConsole({ from, to }: Import): boolean {
  const [floor = 0, otherFloor = 0] = [from, to].map((path) => {
    const named = consoleFloors.indexOf(path.split('/')[1] ?? '');
    return named < 0 ? consoleFloors.indexOf('') : named;
  });
  return otherFloor > floor;
}

test('in the console, what all pages stand on knows no page', () => {
  const within = imports.filter(({ from, to }) => wingOf(from) === 'console' && wingOf(to) === 'console');
  assert.ok(within.length > 50);
  assert.deepEqual(within.filter(isBreachInConsole).map(line), []);
});

test('no files import each other in a circle, types included', () => {
  assert.deepEqual(circles(), []);
});

/** The strongly connected parts of more than one file (Tarjan), each sorted. */
function circles(): string[][] {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  function visit(file: string): void {
    numbers.set(file, numbers.size);
    lowest.set(file, numbers.size - 1);
    open.push(file);
    for (const { to } of targets.get(file) ?? []) {
      if (!numbers.has(to)) visit(to);
      else if (!open.includes(to)) continue;
      lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(to) ?? 0));
    }
    if (lowest.get(file) !== numbers.get(file)) return;
    const part = open.splice(open.indexOf(file));
    if (part.length > 1) found.push(part.sort());
  }
  for (const file of files) if (!numbers.has(file)) visit(file);
  return found.sort();
}
