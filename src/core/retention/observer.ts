/** What was removed because it was old enough. */
export type Removed = 'idempotency_keys' | 'webhooks' | 'webhook_attempts' | 'webhook_events' | 'notices';

/** Hears what retention does, for metrics. It may not throw, and what it does must take no time. */
export interface RetentionObserver {
  removed(what: Removed, rows: number): void;
  /** A month of the audit is a table of its own from now on. */
  detached(): void;
}
