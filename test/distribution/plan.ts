/** A node of a plan, as PostgreSQL prints it by `explain (verbose, format json)`. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Parent Relationship'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Join Type'?: string;
  readonly Operation?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Alias?: string;
  readonly 'CTE Name'?: string;
  readonly 'Function Call'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Filter?: string;
  readonly 'Hash Cond'?: string;
  readonly 'Merge Cond'?: string;
  readonly 'Join Filter'?: string;
  readonly Output?: readonly string[];
  readonly Plans?: readonly PlanNode[];
}

/** What the catalogue says of the tables that have merchants: where `merchant_id` stands among the columns, from 0. */
export type MerchantColumns = ReadonlyMap<string, number>;

/** In every row that counts, the column `of` (`alias.column`) has the value of `by`: a column, a parameter, a constant. */
interface Equality {
  readonly of: string;
  readonly by: string;
}

const column = /^(?:"[^"]+"|\w+)\.(?:"[^"]+"|\w+)$/;
/** A list of merchants that is given (a main store and its sub-stores) decides as well as one. */
const given = /^(?:\$\d+|ANY \(\$\d+\)|\d+|'[^']*'::bigint)$/;

/**
 * The scans of a plan, and the rows that it writes, whose merchant nothing decides: each as `table alias`. A merchant is
 * decided by a parameter or a constant, by a column of a function that is given nothing but these, or by a column whose
 * merchant is decided. That has to follow from conditions that hold for all rows: what stands beside an `or` does not count,
 * and neither does a condition of an outer join for the rows that the join lets through anyway.
 */
export function undecidedIn(plan: PlanNode, tables: MerchantColumns): string[] {
  const nodes = [...within(plan)];
  const scans = nodes.filter((node) => node['Node Type'] !== 'ModifyTable' && aliasOfNode(node) !== undefined);
  const writes = nodes.filter((node) => node['Node Type'] === 'ModifyTable');
  const equalities = [...equalitiesIn(plan), ...writes.flatMap((write) => writtenBy(write, tables))];

  const decided = new Set<string>();
  /** Of what a common table expression or a subquery gives out, every merchant has to be decided. */
  const givesDecided = (inner: PlanNode | undefined): boolean => {
    const merchants = inner?.Output?.filter((each) => column.test(each) && each.endsWith('.merchant_id')) ?? [];
    return merchants.length > 0 && merchants.every(isDecided);
  };
  const isDecided = (value: string): boolean => {
    if (given.test(value) || decided.has(value)) return true;
    const source = scans.find((scan) => column.test(value) && aliasOfNode(scan) === aliasOf(value));
    switch (source?.['Node Type']) {
      case 'Function Scan':
        return !/\w\.\w|"\.|Plan/.test(withoutGivenPlans(source['Function Call'] ?? '.', nodes));
      case 'Named Tuplestore Scan':
        // The rows that a trigger is told of: the statement that wrote them is looked at by itself.
        return true;
      case 'CTE Scan':
        return (
          value.endsWith('.merchant_id') &&
          givesDecided(nodes.find((node) => node['Subplan Name'] === `CTE ${source['CTE Name']}`))
        );
      case 'Subquery Scan':
        return value.endsWith('.merchant_id') && givesDecided(source.Plans?.[0]);
      default:
        return false;
    }
  };
  for (let before = -1; before < decided.size; ) {
    before = decided.size;
    for (const { of, by } of equalities) if (isDecided(by)) decided.add(of);
  }

  // Of a table with parts, the scans of the parts say whose rows are changed or taken away.
  const hasScan = ({ Alias }: PlanNode) => scans.some((scan) => scan.Alias === Alias);
  const looked = writes.filter((node) => hasScan(node) || !/^(?:Update|Delete)$/.test(node.Operation ?? ''));
  return [...scans, ...looked]
    .filter((node) => tables.has(node['Relation Name'] ?? ''))
    .filter((node) => node.Operation === 'Merge' || !decided.has(`${node.Alias}.merchant_id`))
    .map((node) => `${node['Relation Name']} ${node.Alias}`);
}

/** A call's text without what sub-selects give it that give parameters and nothing else. */
function withoutGivenPlans(call: string, nodes: readonly PlanNode[]): string {
  return call.replaceAll(/\((InitPlan \d+)\)\.col1/g, (text, name) => {
    const plan = nodes.find((node) => node['Subplan Name'] === name);
    const givesParameters = plan?.Output?.every((each) => /^\$\d+$/.test(each)) ?? false;
    return plan?.['Node Type'] === 'Result' && !plan.Plans && givesParameters ? '' : text;
  });
}

function* within(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* within(child);
}

/**
 * What an insert writes stands in the output of the node below it, in the order of the table's columns. An update or a
 * delete has a scan of its table below it, by the same alias. A merge says nowhere what it inserts.
 */
function writtenBy({ Operation, Alias, Plans, ...write }: PlanNode, tables: MerchantColumns): Equality[] {
  const position = tables.get(write['Relation Name'] ?? '');
  if (Operation !== 'Insert' || position === undefined) return [];
  const by = Plans?.find((child) => child['Parent Relationship'] === 'Outer')?.Output?.[position];
  return by === undefined ? [] : [{ of: `${Alias}.merchant_id`, by }];
}

/** Nodes that give a row only for a row from below, so that the conditions below hold for what they are joined to as well. */
const passing =
  /^(?:Nested Loop|Hash Join|Merge Join|Hash|Sort|Incremental Sort|Materialize|Memoize|Limit|LockRows|Gather|Gather Merge|Subquery Scan|Bitmap Heap Scan)$/;
/** The sides of a join whose rows come through whether or not they fit a row of the other side. */
const keptSides: Readonly<Record<string, readonly string[]>> = {
  Inner: [],
  Semi: [],
  'Right Semi': [],
  Left: ['Outer'],
  Anti: ['Outer'],
  Right: ['Inner'],
  'Right Anti': ['Inner'],
};

function equalitiesIn(node: PlanNode): Equality[] {
  const children = node.Plans ?? [];
  const join = node['Join Type'];
  const keptHere = join === undefined ? [] : (keptSides[join] ?? ['Outer', 'Inner']);
  const kept = new Set(
    children.filter((child) => keptHere.includes(child['Parent Relationship'] ?? '')).flatMap(aliasesIn),
  );
  const fromChildren = children.flatMap((child) => {
    const side = child['Parent Relationship'] ?? '';
    const mayPass = passing.test(node['Node Type']) && (side === 'Outer' || side === 'Inner');
    const own = new Set(aliasesIn(child));
    return equalitiesIn(child).filter(({ of }) => own.has(aliasOf(of)) || (mayPass && !kept.has(aliasOf(of))));
  });
  const ofJoin = [node['Hash Cond'], node['Merge Cond'], node['Join Filter']].flatMap(equalitiesOf);
  return [
    ...fromChildren,
    ...ofJoin.filter(({ of }) => !kept.has(aliasOf(of))),
    ...[node['Index Cond'], node['Recheck Cond'], node.Filter].flatMap(equalitiesOf),
  ];
}

function aliasesIn(node: PlanNode): string[] {
  return [...within(node)].flatMap((each) => aliasOfNode(each) ?? []);
}

/** Of the rows that a trigger is told of, PostgreSQL prints the alias only where it prints their columns. */
function aliasOfNode({ Alias, Output, ...node }: PlanNode): string | undefined {
  if (node['Node Type'] !== 'Named Tuplestore Scan') return Alias;
  const first = Output?.find((each) => column.test(each));
  return first && aliasOf(first);
}

function aliasOf(value: string): string {
  return value.replace(/\.[^.]*$/, '').replaceAll('"', '');
}

/** The equalities that a condition consists of; what stands within an `or` or a `not` is no part of it. */
function equalitiesOf(condition: string | undefined): Equality[] {
  if (condition === undefined) return [];
  const inner = withoutParentheses(condition);
  const parts = splitOutside(inner, ' AND ');
  if (parts.length > 1) return parts.flatMap(equalitiesOf);
  const sides = splitOutside(inner, ' = ').map(withoutParentheses);
  const [one = '', other = ''] = sides;
  if (sides.length !== 2) return [];
  return [
    { of: one, by: other },
    { of: other, by: one },
  ].filter(({ of }) => column.test(of));
}

function withoutParentheses(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith('(') && text.endsWith(')') && isBalanced(inner) ? withoutParentheses(inner) : text;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const { sign } of outsideQuotes(text)) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Splits where the separator stands outside all parentheses and quotes. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { sign, at } of outsideQuotes(text)) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth > 0 || at < from || !text.startsWith(separator, at)) continue;
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  return [...parts, text.slice(from)];
}

/** A doubled quote within quotes closes and opens them, which comes to the same. */
function* outsideQuotes(text: string): Generator<{ readonly sign: string; readonly at: number }> {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote === '' && (sign === "'" || sign === '"')) quote = sign;
    else if (quote === '') yield { sign, at };
    else if (sign === quote) quote = '';
  }
}
