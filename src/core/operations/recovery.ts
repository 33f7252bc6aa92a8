import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isGoneSql, presentNamePattern } from '../../platform/database/presence.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { tracedAlone } from '../../platform/tracing/tracing.ts';
import type { Channels } from '../merchants/channels.ts';
import type { Operation } from '../records/operation.ts';
import { openStatesSql } from '../records/operation-states.ts';
import { paymentIn } from '../records/subject.ts';
import { loadContext } from './context.ts';
import type { CrashPoints } from './crash-points.ts';
import { createDeadline } from './deadline.ts';
import { databaseTimeSql, databaseTimeToCompareSql, type Leases, nobody, pauseAfterInquiryMs } from './leases.ts';
import type { OperationLog } from './operation-log.ts';
import type { Runner } from './run.ts';

export interface RecoveryParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly channels: Channels;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly runner: Runner;
  readonly crashPoints: CrashPoints;
  readonly operationLog: OperationLog;
  readonly log: Log;
  readonly intervalMs: number;
  readonly requestDeadlineMs: number;
}

/** Of what only a person can end, the gateway is asked once a day: its adapter may have learnt to tell. */
const dayMs = 24 * 3600_000;
const foundOpen = 'found open after its process had ended';

/** With the name that it was claimed under. */
type ClaimedOperation = Operation & { readonly lease_of: string };

/** Operations claimed by one statement, and worked on side by side. */
const claimedAtOnceMax = 50;

/**
 * Takes operations that nobody works on: those of a process that died, those in doubt whose pause is over, those that a
 * gateway accepted and finishes later. SKIP LOCKED and the lease let many processes do this side by side.
 */
const claimSql = `
update operations set lease_of = $1, lease_until = ${databaseTimeSql('$2')}, inquiries = inquiries + 1
where (merchant_id, id) in (
  select merchant_id, id from operations
  where state in ${openStatesSql} and next_inquiry_at <= ${databaseTimeToCompareSql('$3')} and lease_until <= ${databaseTimeToCompareSql('$3')}
    and id <> all($4::text[])
    -- One that lives is never robbed, however long it is held up.
    and (lease_of = $1 or lease_of not like '${presentNamePattern}' or ${isGoneSql('lease_of')})
  order by next_inquiry_at
  limit ${claimedAtOnceMax}
  for update skip locked
)
returning *`;

/** A round that works through everything that is due. Stopping, it claims no more and waits for what it has claimed. */
export function createRecovery(parts: RecoveryParts): Round {
  const { database, clock, leases, runner, crashPoints, operationLog, log } = parts;

  /** Each is a trace of its own: nobody waits for it, and a round that finds nothing makes none. */
  function recover(claimed: ClaimedOperation): Promise<void> {
    const { id, kind } = claimed;
    const attributes = { 'hwanbul.operation': id, 'hwanbul.kind': kind };
    return withFields({ operation: id, kind }, () =>
      tracedAlone({ name: `recover ${kind}`, kind: 'internal', attributes }, (span) => recoverOne(claimed, span)),
    );
  }

  async function recoverOne(claimed: ClaimedOperation, span: Span | undefined): Promise<void> {
    const deadline = createDeadline(clock, parts.requestDeadlineMs);
    const read = await loadContext(parts, claimed.merchant_id, claimed.id);
    if (!read) return;
    // Whatever is found out from here on counts at the lease that was claimed, even if somebody has claimed it since.
    let context = { ...read, operation: { ...read.operation, inquiries: claimed.inquiries } };
    operationLog.step(context, 'recovery takes an operation up');
    span?.set({
      'hwanbul.gateway': context.channel.provider,
      'hwanbul.imp_uid': paymentIn(context.subject)?.imp_uid,
      // Until more is known.
      'hwanbul.outcome': claimed.state === 'accepted' ? 'accepted' : 'in_doubt',
    });
    const isAbandoned = claimed.state === 'requested' || claimed.state === 'sent';
    if (isAbandoned) {
      const sentAt = claimed.sent_at ?? claimed.requested_at;
      await runner.markInDoubt(claimed, sentAt, 'recovery', foundOpen);
      context = { ...context, operation: { ...context.operation, state: 'in_doubt', sent_at: sentAt } };
    }
    const { report, isFinal } = await runner.clarify(context, deadline, 'recovery');
    // One that was accepted, and whose payment is just somebody else's turn, ends another time.
    if (report && !(claimed.state === 'accepted' && report.state === 'accepted')) {
      span?.set({ 'hwanbul.outcome': report.state });
      await runner.followUp(report, createDeadline(clock, parts.requestDeadlineMs));
      return;
    }
    const unanswered = report ? undefined : await runner.endUnanswered(context, deadline, 'recovery');
    if (unanswered) {
      span?.set({ 'hwanbul.outcome': unanswered.state });
      return;
    }
    // Whoever began it could not tell of it any more.
    if (isAbandoned) operationLog.leftInDoubt(context, 'recovery', foundOpen);
    await database.query(
      `update operations set lease_of = '${nobody}', lease_until = ${databaseTimeSql('$2')}, next_inquiry_at = ${databaseTimeSql('$3')}
       where merchant_id = $5 and id = $1 and lease_of = $4 and inquiries = $6`,
      [
        claimed.id,
        leases.until(0),
        leases.until(isFinal ? dayMs : pauseAfterInquiryMs(claimed.inquiries)),
        claimed.lease_of,
        claimed.merchant_id,
        claimed.inquiries,
      ],
    );
  }

  async function claim(): Promise<ClaimedOperation[]> {
    return database.query<ClaimedOperation>(claimSql, [
      leases.owner,
      leases.until(parts.requestDeadlineMs * 2),
      leases.until(0),
      runner.underWay(),
    ]);
  }

  async function work(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const claimed = await claim();
      if (claimed.length === 0) return;
      await crashPoints.reach('after_claim');
      await Promise.all(
        claimed.map((operation) =>
          recover(operation).catch((error: unknown) => {
            // The lease runs out by itself, and another round takes the operation up again.
            const { id, kind, state } = operation;
            log.warn({ err: error, operation: id, kind, state }, 'recovery of an operation failed');
          }),
        ),
      );
    }
  }

  return createRound({ name: 'recovery', intervalMs: parts.intervalMs, clock, log, work });
}
