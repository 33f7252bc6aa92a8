import { type ContractOperation, contract, nameOf, responseTypeOf } from './contract.ts';
import { type Described, describedOperations, type Schema } from './described.ts';
import { fieldRows, noteDefinitions, parameterRows, type SchemasOfDefinitions, typeText } from './fields.ts';
import { readShown, type Shown } from './shown.ts';

/** Tests that walk over all operations, and so show a status of each without a record of it. */
export const walks: Readonly<Record<string, Pick<Shown, 'file' | 'test'>>> = Object.freeze({
  '401': { file: 'test/contract/walks.test.ts', test: 'without a token nothing of a merchant is shown or done' },
  '405': { file: 'test/contract/walks.test.ts', test: 'a known path refuses every method that it does not have' },
});

/** `docs/surface.md`: every operation of i'mport's contract, what there is of it here, and the tests that show it. */
export async function surfaceDocument(): Promise<string> {
  const described = await describedOperations();
  const shown = readShown();
  return [
    intro,
    totals(described),
    '## Operations',
    operationTable(described, shown),
    '## Parameters',
    ...contract.operations.map((operation) => parameterSection(operation, described.get(nameOf(operation)))),
    '## Answers',
    answersIntro,
    ...definitionSections(described),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

const intro = `# The surface

Every operation of i'mport's REST API, made by \`npm run generate\` from the contract (\`test/contract/imp-v1.json\`), from the server's own
description of itself (\`GET /openapi.json\`) and from what tests have seen it answer (\`test/contract/shown\`); do not edit.

- **real**: in live mode and in a sandbox, over the gateways that have it ([gateways.md](gateways.md)), or over our own book.
- **stand-in**: its service has no public protocol. A sandbox keeps a state machine of its own in its place; live mode refuses it.
- **not there**: answered with 404.

What a sandbox and live mode refuse otherwise, and in which words, is in [errors.md](errors.md).`;

function stateOf(described: Described | undefined): string {
  if (described === undefined) return 'not there';
  const standIn = described['x-hwanbul-stand-in'];
  return standIn === undefined ? 'real' : `stand-in: ${standIn}`;
}

function totals(described: ReadonlyMap<string, Described>): string {
  const standIns = [...described.values()].filter((each) => each['x-hwanbul-stand-in'] !== undefined).length;
  const all = contract.operations.length;
  return `${all} operations: ${described.size - standIns} real, ${standIns} with a stand-in, ${all - described.size} not there.`;
}

/** A status of an operation that is there, and why it counts as known: a test, a reason, or nothing yet. */
export interface StatusRow {
  readonly operation: string;
  readonly status: string;
  readonly isDocumented: boolean;
  readonly shown?: Pick<Shown, 'file' | 'test'>;
  readonly reason?: string;
}

export function statusRows(
  operation: ContractOperation,
  described: Described | undefined,
  shown: readonly Shown[],
): readonly StatusRow[] {
  const name = nameOf(operation);
  const seen = shown.filter((each) => each.operation === name);
  const documented = Object.keys(operation.responses);
  const statuses = new Set([...documented, ...(described ? seen.map(({ status }) => status) : [])]);
  return [...statuses].sort().map((status) => {
    const row = { operation: name, status, isDocumented: documented.includes(status) };
    if (described === undefined) return row;
    const by = seen.find((each) => each.status === status) ?? walkOf(status, described);
    const reason = described['x-hwanbul-never-answers']?.[status];
    return { ...row, ...(by && { shown: by }), ...(reason !== undefined && { reason }) };
  });
}

function walkOf(status: string, described: Described): Pick<Shown, 'file' | 'test'> | undefined {
  return status === '401' && described.security.length === 0 ? undefined : walks[status];
}

function operationTable(described: ReadonlyMap<string, Described>, shown: readonly Shown[]): string {
  const rows = contract.operations.flatMap((operation) => {
    const own = described.get(nameOf(operation));
    return statusRows(operation, own, shown).map(({ operation: name, status, isDocumented, shown: by, reason }, at) => [
      at === 0 ? `\`${name}\`` : '',
      at === 0 ? stateOf(own) : '',
      isDocumented ? status : `${status} (not documented)`,
      by ? testLink(by) : (reason ?? ''),
    ]);
  });
  return table(['Operation', 'State', 'Status', 'Shown by'], rows);
}

function testLink({ file, test }: Pick<Shown, 'file' | 'test'>): string {
  return `[${test}](../${file})`;
}

function parameterSection(operation: ContractOperation, described: Described | undefined): string {
  const rows = parameterRows(operation.params, described).map((row) => [
    `\`${row.name}\``,
    row.in,
    row.documented,
    row.here,
  ]);
  const answer = responseTypeOf(operation, 200);
  return [
    `### ${nameOf(operation)}`,
    rows.length === 0 ? 'No parameters.' : table(['Parameter', 'In', 'Documented', 'Here'], rows),
    ...(answer === undefined ? [] : [`Answers ${typeText(answer)}.`]),
  ].join('\n\n');
}

const answersIntro =
  '`=`: as documented. A field that has no value is null where the table says so, and 0, false or an empty list elsewhere.';

function definitionSections(described: ReadonlyMap<string, Described>): readonly string[] {
  const noted: SchemasOfDefinitions = new Map();
  for (const operation of contract.operations) {
    const own = described.get(nameOf(operation));
    for (const { type } of operation.params) noteDefinitions(noted, type, undefined);
    const answer = responseTypeOf(operation, 200);
    if (answer !== undefined) noteDefinitions(noted, answer, own && successOf(own));
  }
  return [...noted].map(([name, schemas]) => {
    const rows = fieldRows(name, schemas.values()).map((row) => [`\`${row.name}\``, row.documented, row.here]);
    const body = rows.length === 0 ? 'No fields.' : table(['Field', 'Documented', 'Here'], rows);
    return `### ${name}\n\n${body}`;
  });
}

/** What stands in `response` of a success. */
function successOf({ responses }: Described): Schema | undefined {
  const schema = responses['200']?.content['application/json'].schema;
  const success = schema?.oneOf?.[0] ?? schema;
  return success?.properties?.response;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
