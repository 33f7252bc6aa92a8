import type { Statement } from './sql-statements.ts';

/**
 * What has to wait while a statement runs, and until its transaction ends: `everything`, reading too; `writes`; or `rows`, writes
 * to the rows that it has changed.
 */
export type HeldUp = 'everything' | 'writes' | 'rows';

/** A statement's lock on a table, or on the table of an index. */
export interface StatementLock {
  readonly on: 'table' | 'index';
  readonly name: string;
  readonly heldUp: HeldUp;
}

const name = '(?:only )?(?:public\\.)?"?([a-z_]\\w*)"?';
const names = '(?:public\\.)?("?[a-z_][\\w", .]*?)';
const lockers: readonly (readonly [pattern: RegExp, heldUp: HeldUp, on?: 'index'])[] = [
  [new RegExp(`^alter table (?:if exists )?${name}`), 'everything'],
  [new RegExp(`^drop table (?:if exists )?${names}(?: cascade| restrict)?$`), 'everything'],
  [new RegExp(`^truncate (?:table )?${names}(?: restart.*| continue.*| cascade| restrict)?$`), 'everything'],
  [new RegExp(`^lock (?:table )?${names}(?: in .*)?$`), 'everything'],
  [new RegExp(`^drop index (?!concurrently)(?:if exists )?${names}(?: cascade| restrict)?$`), 'everything', 'index'],
  [new RegExp(`^alter index (?:if exists )?${name} (?!rename)`), 'everything', 'index'],
  [new RegExp(`^drop trigger (?:if exists )?\\S+ on ${name}`), 'everything'],
  [new RegExp(`^create (?:unique )?index (?!concurrently).*? on ${name}`), 'writes'],
  [new RegExp(`^create (?:or replace )?(?:constraint )?trigger .*? on ${name}`), 'writes'],
  [new RegExp(`^(?:update|delete from) ${name}`), 'rows'],
];

/** By its form, as PostgreSQL documents it (13.3, Explicit Locking). What a function does, or a `do` block, is not looked into. */
export function locksOf({ outline }: Statement): readonly StatementLock[] {
  const locks: StatementLock[] = [];
  for (const [pattern, heldUp, on = 'table'] of lockers) {
    const [, found] = pattern.exec(outline) ?? [];
    for (const each of found?.split(',') ?? []) locks.push({ on, name: bare(each), heldUp });
  }
  // A foreign key puts triggers on the table that it leads to.
  if (/^(?:create|alter) table /.test(outline)) {
    for (const [, table = ''] of outline.matchAll(/\breferences (?:public\.)?"?([a-z_]\w*)/g)) {
      locks.push({ on: 'table', name: table, heldUp: 'writes' });
    }
  }
  return locks;
}

function bare(name: string): string {
  return name.trim().replaceAll('"', '');
}
