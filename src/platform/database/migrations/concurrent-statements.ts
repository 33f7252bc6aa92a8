import { MigrationError } from './migration-error.ts';
import { statementsOf } from './sql-statements.ts';

/** A statement that PostgreSQL carries out beside everybody's work, in transactions of its own. */
export interface ConcurrentStatement {
  readonly kind: 'create' | 'drop';
  readonly index: string;
  readonly text: string;
}

const form =
  /^(?:create (?:unique )?index concurrently (?<made>[a-z_]\w*) on |drop index concurrently (?:if exists )?(?<dropped>[a-z_]\w*)$)/;

/**
 * A file that says `concurrently` somewhere has nothing but indexes that are made or dropped so, each by its name: what was done
 * before a death is then seen in the catalogue, and the rest can be done later. `undefined`: it says it nowhere.
 * @throws MigrationError
 */
export function concurrentStatementsOf(sql: string, file: string): readonly ConcurrentStatement[] | undefined {
  const statements = statementsOf(sql);
  if (!statements.some(({ outline }) => /\bindex concurrently\b/.test(outline))) return undefined;
  return statements.map(({ text, outline }) => {
    const { made, dropped } = form.exec(outline)?.groups ?? {};
    const index = made ?? dropped;
    if (index === undefined) {
      throw new MigrationError(
        `Migration file ${file} makes an index concurrently, and so may have nothing but "create index concurrently NAME on …" ` +
          'and "drop index concurrently NAME": put everything else into a file of its own.',
      );
    }
    return { kind: made === undefined ? 'drop' : 'create', index, text };
  });
}
