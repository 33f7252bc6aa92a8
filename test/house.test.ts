import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';
import { circlesAllowed, importsAllowed } from './house-breaches.ts';

/**
 * Who may import whom (ARCHITECTURE.md tells why), types included. What broke the rules when they were made is listed in
 * house-breaches.ts, and may only shrink: a breach that is mended must leave the list, and nothing may join it.
 */
type Wing = keyof typeof mayImport;

const mayImport = {
  platform: [],
  port: ['platform'],
  simulators: ['platform', 'port'],
  core: ['platform', 'port'],
  gateways: ['platform', 'port'],
  sandbox: ['platform', 'port', 'simulators', 'core'],
  api: ['platform', 'port', 'core'],
  start: ['platform', 'port', 'simulators', 'core', 'gateways', 'sandbox', 'api'],
  documents: ['platform', 'port', 'simulators', 'core', 'gateways', 'sandbox', 'api', 'start', 'cli', 'testing'],
  cli: ['platform'],
  testing: ['platform'],
} as const satisfies Record<string, readonly string[]>;

/** The first that fits; what fits none has no place in the house. */
const wings: readonly (readonly [RegExp, Wing])[] = [
  [/^(main|server|lifetime)\.ts$|^encryption\/key|^settings\/database-mode|^merchants\/merchants-file/, 'start'],
  [/^gateways\/simulator\/(main|run)\.ts$/, 'start'],
  [/^(clock|csv|database|encryption|errors|logging|money|settings|banks|cards)\/|^version\.ts$/, 'platform'],
  [/^gateways\/(euc-kr|utf-8)\.ts$|^api\/foundation\/php-json\.ts$|^reconciliation\/day\.ts$/, 'platform'],
  [/^gateways\/(gateway|capabilities|notices|codes|http-client)\.ts$/, 'port'],
  [/^gateways\/(simulator\/|sample-payment\.ts$)/, 'simulators'],
  [/^gateways\//, 'gateways'],
  [/^(operations|cancellation|payments|receipts|notices|doubts|idempotency|webhooks|merchants)\//, 'core'],
  [/^services\.ts$|^reconciliation\/(ask-gateway|our-book)\.ts$/, 'core'],
  [/^reconciliation\/compared\.ts$|^api\//, 'api'],
  [/^reconciliation\/|^cli\//, 'cli'],
  [/^sandbox\//, 'sandbox'],
  [/^testing\//, 'testing'],
  [/^documents\//, 'documents'],
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** `import()`: loaded when it is wanted. */
  readonly isLazy: boolean;
}

const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const imports = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const text = readFileSync(new URL(from, source), 'utf8');
  const found = text.matchAll(/^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm);
  return [...found].map(([, always, lazily]) => ({
    from,
    to: join(dirname(from), always ?? lazily ?? ''),
    isLazy: always === undefined,
  }));
}

function wingOf(path: string): Wing {
  const wing = wings.find(([pattern]) => pattern.test(path))?.[1];
  if (wing === undefined) throw new Error(`${path} has no place in the house`);
  return wing;
}

function isBreach({ from, to, isLazy }: Import): boolean {
  const [importer, imported] = [wingOf(from), wingOf(to)];
  if (importer === imported) return false;
  if ((mayImport[importer] as readonly string[]).includes(imported)) return false;
  switch (importer) {
    case 'gateways':
      return imported !== 'simulators' || !/\/(simulator|sandbox)[^/]*(\/|\.ts$)|\/module\.ts$/.test(from);
    case 'sandbox':
      return to !== 'gateways/modules.ts';
    case 'api':
      return !from.startsWith('api/sandbox/') || !['sandbox', 'simulators'].includes(imported);
    case 'cli':
    case 'testing':
      return !to.startsWith('api/views/') && !(imported === 'start' && isLazy);
    default:
      return true;
  }
}

const line = ({ from, to }: Import): string => `${from} > ${to}`;

test('every file has a place in the house, and every import leads to a file', () => {
  for (const path of files) wingOf(path);
  const unknown = imports.filter(({ to }) => !files.includes(to));
  assert.deepEqual(unknown.map(line), []);
});

test('a wing imports only what stands below it', () => {
  const breaches = [...new Set(imports.filter(isBreach).map(line))].sort();
  assert.deepEqual(breaches, [...importsAllowed].sort());
});

test('no files import each other in a circle, types included', () => {
  assert.deepEqual(circles(), circlesAllowed);
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
