import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isDatabaseOutage, repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { traced } from '../../platform/tracing/tracing.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { GatewayHttpClient } from '../../port/http-client.ts';
import type { GatewayOperation, Inquiry, ResultOf } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { Channels } from '../merchants/channels.ts';
import type { Operation } from '../records/operation.ts';
import { paymentIn, turnRowOf, withTurnRow } from '../records/subject.ts';
import { msSinceBegun } from './begun-ago.ts';
import { loadContext, type OperationContext } from './context.ts';
import type { CrashPoints } from './crash-points.ts';
import { type Deadline, shortestCallMs } from './deadline.ts';
import type { Ending, EndingOutcome } from './ending.ts';
import { endingStates } from './ending.ts';
import { inquireOperation, sendOperation } from './gateway-request.ts';
import { newOperationId, timeOfOperationId } from './identifier.ts';
import type { OperationKinds, Settle } from './kind.ts';
import { databaseTimeSql, type Leases, nobody, pauseAfterInquiryMs } from './leases.ts';
import type { NoticeAddress } from './notice-address.ts';
import type { GatewayExchangeSeen, OperationObserver } from './observer.ts';
import type { OperationLog } from './operation-log.ts';
import { type OperationReport, reportOfOperation } from './report.ts';

export interface RunnerParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly channels: Channels;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly leases: Leases;
  readonly http: GatewayHttpClient;
  readonly noticeAddress: NoticeAddress;
  readonly kinds: OperationKinds;
  readonly settle: Settle;
  readonly crashPoints: CrashPoints;
  readonly operationLog: OperationLog;
  readonly observer?: OperationObserver | undefined;
  readonly limits: {
    readonly gatewayTimeoutMs: number;
    /** After so long, "the gateway's book has no trace of it" is final where no repeat is safe. */
    readonly notDoneIsFinalAfterMs: number;
  };
}

/** Without a report it is still not known; `isFinal`: and no further question to the gateway will change that. */
export interface Clarification {
  readonly report: OperationReport | undefined;
  readonly isFinal: boolean;
}

export interface Runner {
  /** Sends a reserved operation and brings it as far as the deadline allows. Never throws for what a gateway does. */
  run(context: OperationContext, deadline: Deadline): Promise<OperationReport>;
  /** Asks what became of an operation in doubt, once. */
  clarify(context: OperationContext, deadline: Deadline, by: string): Promise<Clarification>;
  /** When `clarify` brought nothing: ends what can be asked for anew without harm. `undefined`: it stays in doubt. */
  endUnanswered(context: OperationContext, deadline: Deadline, by: string): Promise<OperationReport | undefined>;
  markInDoubt(operation: Operation, sentAt: Date, by: string, why: string): Promise<void>;
  /** Ends an open operation with what is known of it from elsewhere; what follows is run, too. */
  endWith(
    context: OperationContext,
    outcome: EndingOutcome,
    deadline: Deadline,
    by: string,
    why: string,
  ): Promise<OperationReport>;
  /** What this process works on just now, so that its own recovery leaves it alone, whatever the lease says. */
  underWay(): readonly string[];
  /** Runs what an ending has begun. */
  followUp(report: OperationReport, deadline: Deadline): Promise<void>;
}

export function createRunner(parts: RunnerParts): Runner {
  const {
    database,
    clock,
    clocks,
    leases,
    http,
    noticeAddress,
    kinds,
    settle,
    crashPoints,
    operationLog,
    observer,
    limits,
  } = parts;

  function callFor({ channel, operation }: OperationContext, deadline: Deadline, isRepeat = false): GatewayCall {
    return {
      channel: channel.access,
      http,
      idempotencyKey: operation.id,
      timeLimitMs: Math.max(1, Math.min(limits.gatewayTimeoutMs, deadline.leftMs() - shortestCallMs)),
      now: clocks.of(operation.merchant_id).now(),
      startedAt: operation.requested_at,
      isRepeat,
      noticeUrl: noticeAddress.of(channel.provider),
    };
  }

  const running = new Set<string>();

  async function run(context: OperationContext, deadline: Deadline): Promise<OperationReport> {
    const { id } = context.operation;
    running.add(id);
    try {
      return await runOnce(context, deadline);
    } finally {
      running.delete(id);
    }
  }

  async function runOnce(context: OperationContext, deadline: Deadline): Promise<OperationReport> {
    const { operation } = context;
    const sentAt = clocks.of(operation.merchant_id).now();
    operationLog.step(context, 'an operation was reserved');
    const outcome =
      deadline.leftMs() < shortestCallMs
        ? ({ kind: 'never_sent', why: 'no time was left to send it' } as const)
        : await sendSafely(context, callFor(context, deadline));
    await crashPoints.reach('after_answer');
    try {
      if (outcome.kind === 'never_sent' && kinds[operation.kind].isOwed?.(context)) {
        const why = `${outcome.why}; it is tried again`;
        await repeatDuringOutage(() => markInDoubt(operation, sentAt, 'api', why), deadline.leftMs);
        await handOver(operation);
        operationLog.leftInDoubt(context, 'api', why);
        return doubtful(context);
      }
      if (outcome.kind !== 'unclear') return await end(context, outcome, sentAt, 'api', whyOf(outcome), deadline);
      await crashPoints.reach('before_doubt');
      await repeatDuringOutage(() => markInDoubt(operation, sentAt, 'api', outcome.why), deadline.leftMs);
      await crashPoints.reach('after_doubt');
      const sentContext = { ...context, operation: { ...operation, sent_at: sentAt } };
      for (let pauseMs = 50; deadline.leftMs() > shortestCallMs; pauseMs = Math.min(pauseMs * 2, 2_000)) {
        const { report, isFinal } = await clarify(sentContext, deadline, 'api');
        if (report) return report;
        // There is no point in letting the caller wait.
        if (isFinal) break;
        await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, deadline.leftMs())));
      }
      const ended = await endUnanswered(sentContext, deadline, 'api');
      if (ended) return ended;
      await handOver(operation);
    } catch (error) {
      // Whatever fails from here on, the request may have been carried out: the lease runs out, and recovery goes on.
      if (!isDatabaseOutage(error)) operationLog.error(context, 'a defect left an operation in doubt', error);
    }
    const why = outcome.kind === 'unclear' ? outcome.why : 'what came of it could not be written down';
    operationLog.leftInDoubt(context, 'api', why);
    return doubtful(context);
  }

  function observing(
    { channel, operation }: OperationContext,
    asked: GatewayExchangeSeen['asked'],
  ): (outcome: GatewayExchangeSeen['outcome']) => void {
    const startedAt = performance.now();
    return (outcome) =>
      observer?.exchanged({
        provider: channel.provider,
        operation: operation.kind,
        asked,
        outcome,
        seconds: (performance.now() - startedAt) / 1000,
      });
  }

  /** One request or question, which may take several exchanges, told of by all that is known of the operation. */
  function asking<T extends { readonly kind: GatewayExchangeSeen['outcome'] }>(
    context: OperationContext,
    asked: GatewayExchangeSeen['asked'],
    ask: () => Promise<T>,
  ): Promise<T> {
    const { operation, channel, subject } = context;
    return operationLog.about(context, () => {
      const start = {
        name: `${asked} ${operation.kind} ${channel.provider}`,
        kind: 'internal',
        attributes: {
          'hwanbul.gateway': channel.provider,
          'hwanbul.kind': operation.kind,
          'hwanbul.asked': asked,
          'hwanbul.operation': operation.id,
          'hwanbul.imp_uid': paymentIn(subject)?.imp_uid,
        },
      } as const;
      return traced(start, async (span) => {
        const answer = await ask();
        span?.set({ 'hwanbul.outcome': answer.kind });
        return answer;
      });
    });
  }

  /** A defect of an adapter after it may have sent something is a doubt, not a failure. */
  async function sendSafely(
    context: OperationContext,
    call: GatewayCall,
  ): Promise<Outcome<ResultOf<GatewayOperation>>> {
    const seen = observing(context, 'send');
    try {
      const outcome = await asking(context, 'send', () => sendOperation(kinds, context.operation.kind, context, call));
      seen(outcome.kind);
      return outcome;
    } catch (error) {
      seen('unclear');
      operationLog.error(context, 'a gateway adapter failed', error);
      return { kind: 'unclear', why: 'the adapter failed' };
    }
  }

  async function end(
    context: OperationContext,
    outcome: EndingOutcome,
    sentAt: Date | null,
    by: string,
    why: string,
    deadline: Deadline,
  ): Promise<OperationReport> {
    const { operation } = context;
    const ending: Ending = {
      merchantId: operation.merchant_id,
      operationId: operation.id,
      about: context.subject.type,
      turnRowId: turnRowOf(context.subject).id,
      kind: operation.kind,
      outcome,
      sentAt: outcome.kind === 'never_sent' ? null : sentAt,
      endedAt: clocks.of(operation.merchant_id).now(),
      by,
      why,
      followUpId: followUpIdFor(context, outcome),
      ...leaseFor(operation, outcome, by),
      isShownAtOnce: outcome.kind === 'accepted' && (kinds[operation.kind].isShownWhenAccepted?.(context) ?? false),
    };
    const turnRow = await repeatDuringOutage(() => settle(ending), deadline.leftMs);
    await crashPoints.reach('after_settlement');
    // Somebody else ended the operation: what they wrote down is what counts.
    if (!turnRow) return await reportOfOperation(database, operation.merchant_id, operation.id);
    const report: OperationReport = {
      operationId: operation.id,
      state: endingStates[outcome.kind],
      code: outcome.kind === 'refused' ? outcome.code : null,
      message: outcome.kind === 'refused' ? outcome.message : outcome.kind === 'never_sent' ? outcome.why : null,
      category: outcome.kind === 'refused' ? outcome.category : null,
      subject: withTurnRow(context.subject, turnRow),
      followUpId: turnRow.turn_of !== null && turnRow.turn_of === ending.followUpId ? turnRow.turn_of : null,
    };
    // One that stays accepted has not moved.
    if (operation.state !== report.state) operationLog.ended(context, report, by, why);
    return report;
  }

  function followUpIdFor(context: OperationContext, outcome: EndingOutcome): string | null {
    if (outcome.kind !== 'confirmed') return null;
    return kinds[context.operation.kind].hasFollowUp?.(context) ? newOperationId(clock.now()) : null;
  }

  async function clarify(context: OperationContext, deadline: Deadline, by: string): Promise<Clarification> {
    const { operation } = context;
    const sentAt = operation.sent_at ?? operation.requested_at;
    const inquiry = await inquireSafely(context, callFor(context, deadline), sentAt);
    await crashPoints.reach('after_inquiry');
    const report = await endByInquiry(context, inquiry, sentAt, deadline, by);
    return { report, isFinal: inquiry.kind === 'unknown' && inquiry.isFinal === true };
  }

  async function inquireSafely(context: OperationContext, call: GatewayCall, sentAt: Date): Promise<Inquiry> {
    const seen = observing(context, 'inquire');
    try {
      const inquiry = await asking(context, 'inquire', () =>
        inquireOperation(kinds, context.operation.kind, context, call, sentAt),
      );
      seen(inquiry.kind);
      return inquiry;
    } catch (error) {
      seen('unknown');
      operationLog.error(context, 'a gateway adapter failed at an inquiry', error);
      return { kind: 'unknown', why: 'the adapter failed' };
    }
  }

  async function endByInquiry(
    context: OperationContext,
    inquiry: Inquiry,
    sentAt: Date,
    deadline: Deadline,
    by: string,
  ): Promise<OperationReport | undefined> {
    const { operation } = context;
    switch (inquiry.kind) {
      case 'done':
        return end(
          context,
          { kind: 'confirmed', result: inquiry.result },
          sentAt,
          by,
          'the gateway has it in its book',
          deadline,
        );
      case 'accepted':
        // An operation that was accepted before, and is no further yet, stays as it is.
        if (operation.state === 'accepted') return undefined;
        return end(
          context,
          { kind: 'accepted', result: inquiry.result },
          sentAt,
          by,
          'the gateway has taken it',
          deadline,
        );
      case 'refused':
        return end(context, inquiry, sentAt, by, 'the gateway says that it was refused', deadline);
      case 'unknown':
        return undefined;
      case 'not_done':
        return carryOutOrGiveUp(context, inquiry.repeatIsSafe, sentAt, deadline, by);
      case 'ask_by_repeating':
        return askByRepeating(context, sentAt, deadline, by);
    }
  }

  /** The gateway has no inquiry. Only a success of the repeat is an answer: its "no" may mean that it was done before. */
  async function askByRepeating(
    context: OperationContext,
    sentAt: Date,
    deadline: Deadline,
    by: string,
  ): Promise<OperationReport | undefined> {
    const { operation } = context;
    if (operation.state === 'accepted' || !canRepeat(context) || deadline.leftMs() < shortestCallMs) return undefined;
    const outcome = await sendSafely(context, callFor(context, deadline, true));
    if (outcome.kind === 'confirmed' || outcome.kind === 'accepted') {
      return end(context, outcome, sentAt, by, 'repeated, since the gateway can not be asked', deadline);
    }
    if (outcome.kind === 'refused') {
      if (kinds[operation.kind].endsUnanswered)
        return end(context, outcome, sentAt, by, 'its repeat was refused', deadline);
      const { code } = outcome;
      operationLog.warn(context, 'a repeat was refused, which does not settle the doubt', { code });
    }
    return undefined;
  }

  /** The gateway's book has no trace of the operation. */
  async function carryOutOrGiveUp(
    context: OperationContext,
    repeatIsSafe: boolean,
    sentAt: Date,
    deadline: Deadline,
    by: string,
  ): Promise<OperationReport | undefined> {
    if (context.operation.state === 'accepted') return undefined;
    if (repeatIsSafe && canRepeat(context)) {
      if (deadline.leftMs() < shortestCallMs) return undefined;
      const outcome = await sendSafely(context, callFor(context, deadline, true));
      if (outcome.kind === 'confirmed' || outcome.kind === 'accepted' || outcome.kind === 'refused') {
        return end(context, outcome, sentAt, by, 'repeated with the same key', deadline);
      }
      // Another failure is no refusal, however often it comes: the repeat itself may have been carried out.
      return undefined;
    }
    if (!(await isLongAgo(context.operation))) return undefined;
    const refusal = {
      kind: 'refused',
      code: 'not_carried_out',
      message: 'PG사에 처리된 내역이 없습니다.',
      category: 'unknown_transaction',
    } as const;
    return end(context, refusal, sentAt, by, 'long after it was sent, the gateway has no trace of it', deadline);
  }

  async function isLongAgo(operation: Operation): Promise<boolean> {
    const sinceMs = await msSinceBegun(database, operation);
    // Of what was begun before that was written down, the id says it.
    const agoMs = sinceMs ?? clock.now().getTime() - timeOfOperationId(operation.id).getTime();
    return agoMs > limits.notDoneIsFinalAfterMs;
  }

  /** Ends what can be asked for anew without harm, once all has been asked. `undefined`: it stays in doubt. */
  async function endUnanswered(
    context: OperationContext,
    deadline: Deadline,
    by: string,
  ): Promise<OperationReport | undefined> {
    const { operation } = context;
    if (!kinds[operation.kind].endsUnanswered) return undefined;
    const refusal = {
      kind: 'refused',
      code: 'answer_lost',
      message: 'PG사의 응답을 받지 못했습니다. 다시 요청해주세요.',
      category: 'temporarily_unavailable',
    } as const;
    const sentAt = operation.sent_at ?? operation.requested_at;
    const why = 'its answer was lost; it moves no money, and may be asked for anew';
    return end(context, refusal, sentAt, by, why, deadline);
  }

  /** Is everything there that the same request is made of? */
  function canRepeat({ operation, card }: OperationContext): boolean {
    const { isRepeatable, repeatsWithCardOnly } = kinds[operation.kind];
    return isRepeatable && (repeatsWithCardOnly !== true || card !== null);
  }

  async function markInDoubt(operation: Operation, sentAt: Date, by: string, why: string): Promise<void> {
    await database.query(
      `update operations set state = 'in_doubt', sent_at = coalesce(sent_at, $2), changed_at = $3, changed_by = $4, changed_why = $5
       where merchant_id = $6 and id = $1 and state in ('requested', 'sent')`,
      [operation.id, sentAt, clocks.of(operation.merchant_id).now(), by, why, operation.merchant_id],
    );
  }

  /** Ends this process's lease, so that recovery goes on after a pause. */
  async function handOver({ merchant_id, id, inquiries }: Operation): Promise<void> {
    await database.query(
      `update operations set lease_of = '${nobody}', lease_until = ${databaseTimeSql('$3')}, next_inquiry_at = ${databaseTimeSql('$4')}
       where merchant_id = $1 and id = $2 and inquiries = $5`,
      [merchant_id, id, leases.until(0), leases.until(pauseAfterInquiryMs(0)), inquiries],
    );
  }

  function doubtful({ operation, subject }: OperationContext): OperationReport {
    return {
      operationId: operation.id,
      state: 'in_doubt',
      code: null,
      message: null,
      category: null,
      subject,
      followUpId: null,
    };
  }

  async function endWith(
    context: OperationContext,
    outcome: EndingOutcome,
    deadline: Deadline,
    by: string,
    why: string,
  ): Promise<OperationReport> {
    const { sent_at, requested_at } = context.operation;
    const report = await end(context, outcome, sent_at ?? requested_at, by, why, deadline);
    await followUp(report, deadline);
    return report;
  }

  async function followUp({ followUpId, subject }: OperationReport, deadline: Deadline): Promise<void> {
    const merchantId = turnRowOf(subject).merchant_id;
    const context = followUpId === null ? undefined : await loadContext(parts, merchantId, followUpId);
    if (context) await run(context, deadline);
  }

  return { run, clarify, endUnanswered, markInDoubt, endWith, underWay: () => [...running], followUp };
}

/**
 * A success is a fact, whoever brings it. That it was refused, or never sent, may be said of an operation that somebody else has taken up
 * meanwhile and sent again; so only who has it may say it. A person, and a notice, stand above leases.
 */
function leaseFor({ inquiries }: Operation, { kind }: EndingOutcome, by: string): { readonly lease?: number } {
  const isOwnWork = by === 'api' || by === 'recovery';
  return isOwnWork && (kind === 'refused' || kind === 'never_sent') ? { lease: inquiries } : {};
}

function whyOf(outcome: EndingOutcome): string {
  switch (outcome.kind) {
    case 'confirmed':
      return 'the gateway confirmed it';
    case 'accepted':
      return 'the gateway took it and will finish later';
    case 'refused':
      return 'the gateway refused it';
    case 'never_sent':
      return outcome.why;
  }
}
