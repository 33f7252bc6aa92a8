import type pg from 'pg';
import type { PlanNode } from './plan.ts';

/** A statement that a function in the database has run, with its plan. */
export interface PlannedStatement {
  readonly text: string;
  readonly plan: PlanNode;
}

/**
 * Runs what makes the functions of the database run, and gives what these sent, each with the plan that would do for any
 * parameters. Everything is taken back. PostgreSQL tells of statements within functions by its module auto_explain only.
 */
export async function statementsWithin(
  database: pg.Client,
  run: (statement: (text: string) => Promise<void>) => Promise<void>,
): Promise<readonly PlannedStatement[]> {
  const planned: PlannedStatement[] = [];
  const sent = new Set<string>();
  const take = ({ message }: { readonly message: string | undefined }): void => {
    const found = /^duration: .*? plan:\n(.*)$/s.exec(message ?? '');
    if (!found) return;
    const { 'Query Text': text, Plan: plan } = JSON.parse(found[1] ?? '') as { 'Query Text': string; Plan: PlanNode };
    if (!sent.has(text)) planned.push({ text, plan });
  };
  await database.query("load 'auto_explain'");
  await database.query('begin');
  database.on('notice', take);
  try {
    for (const [name, value] of Object.entries(settings)) await database.query(`set local ${name} = '${value}'`);
    await run(async (text) => {
      sent.add(text);
      await database.query(text);
    });
  } finally {
    await database.query('rollback');
    database.off('notice', take);
  }
  return planned;
}

const settings = {
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_verbose': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
  plan_cache_mode: 'force_generic_plan',
};

/** The parts of the functions' sources that name one of these tables, up to where PostgreSQL gets another statement. */
export async function statementsOfFunctions(database: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await database.query<{ source: string }>(
    `select prosrc as source from pg_proc where pronamespace = 'public'::regnamespace`,
  );
  const naming = new RegExp(`\\b(?:from|join|into|update|only|using) (?:${tables.join('|')})\\b`);
  return rows
    .flatMap(({ source }) =>
      asSent(source)
        .split(/;|\b(?:begin|loop|then|else)\b/)
        .map((part) => part.trim()),
    )
    .filter((part) => naming.test(part));
}

/** As PostgreSQL shows a statement of a function: `perform` is a `select`, and where the result goes is no part of it. */
export function asSent(text: string): string {
  return text
    .replaceAll(/--.*$/gm, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\bperform\b/g, 'select')
    .replaceAll(/\breturning ([^;]*?) into \w+/g, 'returning $1')
    .trim();
}
