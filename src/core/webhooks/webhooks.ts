import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isDatabaseOutage, repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { webhookSecretContext } from '../merchants/webhook-secret.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import { createDeadline } from '../operations/deadline.ts';
import type { Leases } from '../operations/leases.ts';
import { formatBody } from './body.ts';
import { type ClaimedDelivery, claimDeliveries, type Fate, finishAttempt, giveBack, type Lane } from './deliveries.ts';
import type { Attempt, AttemptKind, Delivery } from './delivery.ts';
import type { SendLimits, SendResult, SendWebhook } from './send.ts';
import { signatureHeader, signBody } from './signature.ts';

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
  readonly leases: Leases;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
  readonly send: SendWebhook;
  readonly limits: WebhookLimits;
}

export interface Webhooks {
  /** Looks for what is due. Stopped, what is under way has a short while to end, and the rest is given back. */
  readonly round: Round;
  /** Something has just been settled: looks for its webhook soon. */
  wake(): void;
  /** Sends one body at once, outside any line; for call tests and confirm_url. */
  call(call: DirectCall): Promise<SentCall>;
}

export interface DirectCall extends Pick<Delivery, 'merchant_id' | 'url' | 'format' | 'body'> {
  readonly kind: AttemptKind;
  readonly limits: SendLimits;
}

export interface SentCall {
  readonly attempt: Attempt;
  readonly succeeded: boolean;
}

/** Of one merchant to one endpoint, in one process. A dead endpoint holds so many connections and no more. */
const underWayPerLaneMax = 8;
/** In one process; far above what eight per lane come to unless hundreds of endpoints are dead at once. */
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

interface LaneInUse {
  readonly merchantId: bigint;
  readonly endpoint: string;
  underWay: number;
}

/** Delivers webhooks: at least once each, in order per payment and URL, many endpoints side by side. */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const { database, leases, crashPoints, log, send, limits } = parts;
  const leaseMs = Math.max(limits.connectMs + limits.readMs, limits.repeatMs) + 2 * finishLimitMs;
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
    const claimed = await claimDeliveries(database, leases.owner, [...lanes.values()] satisfies Lane[], {
      underWayPerLaneMax,
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
  function enter({ merchant_id: merchantId, endpoint }: Delivery): () => void {
    const key = `${merchantId} ${endpoint}`;
    const lane = lanes.get(key) ?? { merchantId, endpoint, underWay: 0 };
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

  /** Never throws: what could not be written down is sent again when its lease has run out. */
  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    const leave = enter(delivery);
    try {
      const kind = !delivery.in_order ? 'resend' : delivery.attempts === 0 ? 'first' : 'repeat';
      const sent = await attemptOf(delivery, kind, delivery.webhook_secret, cutting.signal);
      leave();
      if (cutting.signal.aborted && sent.attempt.error !== null) return;
      await crashPoints.reach('after_webhook_sent');
      const fate = fateOf(delivery, sent.result, limits.retryPauseMs);
      const deadline = createDeadline(parts.clock, finishLimitMs);
      await finishing.run(() =>
        repeatDuringOutage(() => finishAttempt(database, leases.owner, delivery, sent.attempt, fate), deadline.leftMs),
      );
      if (fate === 'failed') {
        const { status, error } = sent.attempt;
        log.warn(
          { webhook: String(delivery.id), endpoint: delivery.endpoint, status, error },
          'a webhook was given up',
        );
      }
    } catch (error) {
      if (!isDatabaseOutage(error)) log.error({ err: error, webhook: String(delivery.id) }, 'a webhook failed');
    } finally {
      leave();
      // The next event in line may have been let go.
      round.wake(endedPauseMs);
    }
  }

  async function attemptOf(
    { id, body, format, url }: Pick<Delivery, 'body' | 'format' | 'url'> & { readonly id?: bigint },
    kind: AttemptKind,
    encryptedSecret: Buffer | null,
    signal?: AbortSignal,
    callLimits?: SendLimits,
  ): Promise<{ readonly attempt: Attempt; readonly result: SendResult }> {
    const { contentType, text } = formatBody(body, format);
    const at = leases.now();
    const secret = encryptedSecret && parts.encryption.decrypt(encryptedSecret, webhookSecretContext);
    const result = await send({
      url,
      contentType,
      body: text,
      headers: {
        ...(id === undefined ? {} : { 'x-hwanbul-webhook': String(id) }),
        ...(secret ? { [signatureHeader]: signBody(secret, text, at) } : {}),
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
    if (cut.length > 0) await giveBack(database, leases.owner, cut).catch(() => undefined);
  }

  return {
    round,
    wake: () => round.wake(settledPauseMs),

    async call(direct) {
      const [row] = await database.query<{ webhook_secret: Buffer | null }>(
        'select webhook_secret from merchants where id = $1',
        [direct.merchant_id],
      );
      const { attempt, result } = await attemptOf(
        direct,
        direct.kind,
        row?.webhook_secret ?? null,
        undefined,
        direct.limits,
      );
      return { attempt, succeeded: isSuccess(result) };
    },
  };
}

function isSuccess({ status, error }: SendResult): boolean {
  return status === 200 && error === null;
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
