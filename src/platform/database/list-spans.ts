import type { LogEvent } from 'kysely';
import { currentScope } from '../tracing/scope.ts';
import { nameOfStatement } from './statement-name.ts';

/** Kysely tells of a statement when it has ended, within the work that asked for it. */
export function noteListSpan({ query, queryDurationMillis, level }: LogEvent): void {
  const around = currentScope()?.span;
  if (around === undefined) return;
  const name = nameOfStatement(query.sql);
  around
    .begin({
      name,
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name },
      startedAt: Date.now() - queryDurationMillis,
    })
    .end(level === 'error' ? 'statement_failed' : undefined);
}
