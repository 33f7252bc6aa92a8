import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Presence } from '../../platform/database/presence.ts';
import { isDatabaseOutage, repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { type Fields, withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { kindOfFailure, traced, tracedAlone } from '../../platform/tracing/tracing.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import { createDeadline } from '../operations/deadline.ts';
import type { Leases } from '../operations/leases.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import { formatBody } from './body.ts';
import { type ClaimedDelivery, claimDeliveries, type Fate, finishAttempt, type Lane } from './deliveries.ts';
import type { Attempt, AttemptKind, Delivery } from './delivery.ts';
import { giveBack } from './leases.ts';
import type { SendLimits, SendResult, SendWebhook } from './send.ts';
import { signatureHeader, signBody } from './signature.ts';
import { createTakeOver } from './take-over.ts';

export interface WebhookLimits {
  /** On the first try: for the connection, and then for the whole answer. */
  readonly connectMs: number;
  readonly readMs: number;
  /** On a repeat, and when sent again by hand: for all of it. */
  readonly repeatMs: number;
  readonly retryPauseMs: number;
  /** Between two looks for what is due; what this process settles itself is looked for at once. */
  readonly intervalMs: number;
}

export interface WebhookParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly leases: Leases;
  readonly presence: Presence;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
  readonly send: SendWebhook;
  readonly limits: WebhookLimits;
}

export interface Webhooks {
  /** Looks for what is due. Stopped, what is under way has a short while to end, and the rest is given back. */
  readonly round: Round;
  /** Gives back what processes had taken that have died. */
  readonly takeOver: Round;
  /** Something has just been settled: looks for its webhook soon. */
  wake(): void;
  /** Sends one body at once, outside any line; for call tests and confirm_url. */
  call(call: DirectCall): Promise<SentCall>;
}

export interface DirectCall extends Pick<Delivery, 'merchant_id' | 'url' | 'format' | 'body'> {
  readonly kind: AttemptKind;
  readonly limits: SendLimits;
}

/** Whose secret it is that a webhook is signed with; without one it is not signed. */
type SigningMerchant = Pick<ClaimedDelivery, 'imp_key' | 'webhook_secret'>;

export interface SentCall {
  readonly attempt: Attempt;
  readonly succeeded: boolean;
}

/** Of one merchant to one URL, in one process. A dead URL holds so many connections and no more. */
const underWayPerUrlMax = 8;
/** Of one merchant to one host (scheme, name and port): so that many URLs of one host can be dead and the others alive. */
const underWayPerHostMax = 64;
/** In one process; far above what these come to unless very many hosts are dead at once. */
const underWayMax = 2_048;
/** One look serves what many settlements have written in the meantime. */
const settledPauseMs = 20;
/** And one look fills the places that several attempts have left. */
const endedPauseMs = 5;
/** Statements that write down what came of attempts: they must leave connections to those who pay and cancel. */
const finishingMax = 3;
/** What a finished attempt may take to be written down, while the database is out, before its lease ends. */
const finishLimitMs = 20_000;
const stopGraceMs = 5_000;

type LaneInUse = { -readonly [Name in keyof Lane]: Lane[Name] };

/** Delivers webhooks: at least once each, in order per payment and URL, many URLs side by side. */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const { database, leases, presence, crashPoints, log, send, limits, clocks } = parts;
  const leaseMs = Math.max(limits.connectMs + limits.readMs, limits.repeatMs) + 2 * finishLimitMs;
  const takeOver = createTakeOver({ database, presence, clock: parts.clock, log });
  const lanes = new Map<string, LaneInUse>();
  const attempts = new Map<ClaimedDelivery, Promise<void>>();
  const cutting = new AbortController();
  const finishing = createSlots(finishingMax);
  /** A run takes what there are places for and waits for no attempt; a place that gets free wakes the round again. */
  const round = createRound({
    name: 'webhooks',
    intervalMs: limits.intervalMs,
    clock: parts.clock,
    log,
    work: claim,
    drain: endAttempts,
  });

  async function claim(): Promise<void> {
    const claimedMax = underWayMax - attempts.size;
    if (claimedMax <= 0) return;
    await presence.begin();
    // Without a sign of life, under a name that says so: then nobody takes a lease over before it has run out.
    const { owner } = leases;
    const claimed = await claimDeliveries(database, owner, [...lanes.values()], {
      underWayPerUrlMax,
      underWayPerHostMax,
      claimedMax,
      leaseMs,
    });
    if (claimed.length > 0) await crashPoints.reach('before_webhook');
    for (const delivery of claimed) {
      const done = deliver(delivery).finally(() => {
        attempts.delete(delivery);
      });
      attempts.set(delivery, done);
    }
  }

  /** Takes a place in its lane. What it answers gives the place back, once. */
  function enter({ merchant_id: merchantId, host_key: hostKey, url_key: urlKey }: ClaimedDelivery): () => void {
    const key = `${merchantId} ${hostKey} ${urlKey}`;
    const lane = lanes.get(key) ?? { merchantId, hostKey, urlKey, underWay: 0 };
    lane.underWay += 1;
    lanes.set(key, lane);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      lane.underWay -= 1;
      if (lane.underWay === 0) lanes.delete(key);
      round.wake(endedPauseMs);
    };
  }

  /** Each is a trace of its own, also where a request has woken the round. The shop is told of neither: what it gets is i'mport's. */
  function deliver(delivery: ClaimedDelivery): Promise<void> {
    const { event, body } = delivery;
    const attributes = {
      'hwanbul.webhook': String(delivery.id),
      'hwanbul.imp_uid': body.imp_uid,
      'hwanbul.operation': body.cancellation_id ?? undefined,
    };
    return withFields(namesOf(delivery), () =>
      tracedAlone({ name: `webhook ${event}`, kind: 'client', attributes }, (span) => deliverOnce(delivery, span)),
    );
  }

  /** Never throws: what could not be written down is sent again when its lease has run out. */
  async function deliverOnce(delivery: ClaimedDelivery, span: Span | undefined): Promise<void> {
    const leave = enter(delivery);
    try {
      const kind = !delivery.in_order ? 'resend' : delivery.attempts === 0 ? 'first' : 'repeat';
      span?.set({ 'hwanbul.attempt': kind });
      const sent = await attemptOf(delivery, kind, delivery, cutting.signal);
      leave();
      const { status, error, duration_ms: durationMs } = sent.attempt;
      showResult(span, sent.result);
      const what = { status, error, durationMs };
      if (log.isLevelEnabled('debug')) log.debug(what, 'a webhook was sent');
      if (cutting.signal.aborted && sent.attempt.error !== null) return;
      await crashPoints.reach('after_webhook_sent');
      const fate = fateOf(delivery, sent.result, limits.retryPauseMs);
      const doneAt = clocks.of(delivery.merchant_id).now();
      const deadline = createDeadline(parts.clock, finishLimitMs);
      await finishing.run(() =>
        repeatDuringOutage(() => finishAttempt(database, delivery, sent.attempt, fate, doneAt), deadline.leftMs),
      );
      if (fate === 'failed') log.warn(what, 'a webhook was given up');
    } catch (error) {
      span?.set({ 'error.type': kindOfFailure(error) });
      if (!isDatabaseOutage(error)) log.error({ err: error }, 'a webhook failed');
    } finally {
      leave();
      // The next event in line may have been let go.
      round.wake(endedPauseMs);
    }
  }

  async function attemptOf(
    {
      id,
      merchant_id,
      body,
      format,
      url,
    }: Pick<Delivery, 'merchant_id' | 'body' | 'format' | 'url'> & {
      readonly id?: bigint;
    },
    kind: AttemptKind,
    merchant: SigningMerchant | undefined,
    signal?: AbortSignal,
    callLimits?: SendLimits,
  ): Promise<{ readonly attempt: Attempt; readonly result: SendResult }> {
    const { contentType, text } = formatBody(body, format);
    const at = clocks.of(merchant_id).now();
    const secret =
      merchant?.webhook_secret &&
      parts.encryption.decrypt(merchant.webhook_secret, placeIn(encryptedColumns.webhookSecret, merchant));
    const result = await send({
      url,
      contentType,
      body: text,
      headers: {
        ...(id === undefined ? {} : { 'x-hwanbul-webhook': String(id) }),
        // In real time: it is the receiver's clock that says whether a signature is old.
        ...(secret ? { [signatureHeader]: signBody(secret, text, leases.now()) } : {}),
      },
      limits: callLimits ?? (kind === 'first' ? limits : { allMs: limits.repeatMs }),
      ...(signal ? { signal } : {}),
    });
    return {
      attempt: {
        kind,
        at,
        content_type: contentType,
        request_body: text,
        status: result.status,
        error: result.error,
        duration_ms: result.durationMs,
        answer: result.answer,
      },
      result,
    };
  }

  async function endAttempts(): Promise<void> {
    const all = Promise.all(attempts.values());
    const grace = Promise.withResolvers<void>();
    const graceTimer = setTimeout(grace.resolve, stopGraceMs);
    await Promise.race([all, grace.promise]);
    clearTimeout(graceTimer);
    const cut = [...attempts.keys()];
    cutting.abort();
    await Promise.all(attempts.values());
    if (cut.length > 0) await giveBack(database, cut).catch(() => undefined);
  }

  return {
    round,
    takeOver,
    wake: () => round.wake(settledPauseMs),

    async call(direct) {
      const [merchant] = await database.query<SigningMerchant>(
        `select s.imp_key, s.webhook_secret from merchants m join merchants s on s.id = coalesce(m.main_store_id, m.id)
         where m.id = $1`,
        [direct.merchant_id],
      );
      const { attempt, result } = await traced({ name: `webhook ${direct.kind}`, kind: 'client' }, async (span) => {
        const sent = await attemptOf(direct, direct.kind, merchant, undefined, direct.limits);
        showResult(span, sent.result);
        return sent;
      });
      return { attempt, succeeded: isSuccess(result) };
    },
  };
}

/** In every line that the log gets while it is sent. */
function namesOf({ id, event, endpoint, body, merchant_name }: ClaimedDelivery): Fields {
  const { imp_uid, merchant_uid, cancellation_id } = body;
  return {
    webhook: String(id),
    event,
    imp_uid,
    merchant_uid,
    merchant: merchant_name,
    operation: cancellation_id ?? undefined,
    endpoint,
  };
}

function isSuccess({ status, error }: SendResult): boolean {
  return status === 200 && error === null;
}

function showResult(span: Span | undefined, result: SendResult): void {
  const { status, error } = result;
  span?.set({
    'http.response.status_code': status ?? undefined,
    'error.type': isSuccess(result) ? undefined : error === null && status !== null ? String(status) : 'no_answer',
  });
}

function fateOf(delivery: Delivery, result: SendResult, retryPauseMs: number): Fate {
  if (isSuccess(result)) return 'delivered';
  const mayRepeat = result.mayBeRepeated && delivery.attempts + 1 < delivery.attempts_max;
  return mayRepeat ? { pauseMs: retryPauseMs } : 'failed';
}

/** Lets so many run at once; the others wait in order. */
function createSlots(max: number): { run<T>(work: () => Promise<T>): Promise<T> } {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(work) {
      if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
