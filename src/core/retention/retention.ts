import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Log } from '../../platform/logging/log.ts';
import { everyStep } from '../../platform/rounds/every-step.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import type { IdempotencyKeys } from '../idempotency/idempotency.ts';
import { keepAuditMonths } from './audit-months.ts';
import type { Removed, RetentionObserver } from './observer.ts';
import { removeNotices } from './remove-notices.ts';
import { removeWebhooks } from './remove-webhooks.ts';

export interface RetentionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<
    Settings,
    'keepWebhooksDays' | 'keepFailedWebhooksDays' | 'keepNoticesDays' | 'keepAuditMonths'
  >;
  readonly idempotencyKeys: Pick<IdempotencyKeys, 'removeExpired'>;
  readonly observer?: RetentionObserver | undefined;
}

const intervalMs = 3_600_000;
const soonMs = 60_000;

/**
 * What has ended and is older than the settings say goes, by short statements, one after the other. What has not ended never does. Any
 * number of servers may do it side by side: a row that one has in hand the others pass over.
 */
export function createRetention(parts: RetentionParts): Round {
  const { database, clock, log, settings, idempotencyKeys } = parts;

  async function work(stopping: AbortSignal): Promise<void> {
    const rows: Partial<Record<Removed, number>> = {};
    const observer: RetentionObserver = {
      removed(what, count) {
        if (count === 0) return;
        rows[what] = (rows[what] ?? 0) + count;
        parts.observer?.removed(what, count);
      },
      detached: () => parts.observer?.detached(),
    };
    const { keepWebhooksDays: webhooksDays, keepFailedWebhooksDays: failedWebhooksDays } = settings;
    const steps: readonly (() => Promise<void>)[] = [
      // First of all: everything else can wait.
      async () => {
        if (!(await keepAuditMonths(parts, settings.keepAuditMonths, stopping, observer))) round.wake(soonMs);
      },
      () => idempotencyKeys.removeExpired(stopping, (count) => observer.removed('idempotency_keys', count)),
      () => removeWebhooks(database, { webhooksDays, failedWebhooksDays }, stopping, observer),
      () => removeNotices(database, settings.keepNoticesDays, stopping, observer),
    ];
    await everyStep(steps).finally(() => {
      if (Object.keys(rows).length > 0) log.info(rows, 'what has ended and was old enough was removed');
    });
  }

  const round = createRound({ name: 'retention', intervalMs, clock, log, work });
  return round;
}
