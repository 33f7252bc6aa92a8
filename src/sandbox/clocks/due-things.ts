import type { Payment } from '../../core/records/payment.ts';
import { attemptsWithin, nextScheduleAt } from '../../core/schedules/due-times.ts';
import type { Services } from '../../core/services.ts';
import { nextRepeatAt, sentRepeats } from '../../core/webhooks/repeats.ts';
import { cancelWindowEnd } from '../../port/cancel-window.ts';
import type { DueThing } from '../../simulators/mid-clocks.ts';
import type { Move } from './move.ts';
import { runSchedules } from './run-schedules.ts';
import { sendRepeats } from './send-repeats.ts';

/** Something that fell due while a merchant's clock was moved. */
export interface Happening {
  readonly at: Date;
  readonly kind:
    | DueThing['kind']
    | 'access_token_expired'
    | 'cancel_window_closed'
    | 'schedule_run'
    | 'webhook_repeated';
  readonly impUid: string | null;
  readonly provider: string | null;
  /** Of a refund, in the currency's minor unit. */
  readonly amountMinor: bigint | null;
}

/** Times of one merchant: what falls due after `since` and up to `until`. */
export interface Period {
  readonly merchantId: bigint;
  readonly since: Date;
  readonly until: Date;
}

/**
 * What falls due in this server by itself. Most of it needs nothing to be done, since the time decides: then it is only told
 * of. With `run`, the clock stops at each due time and `run` is called there. A further kind of due thing is a line here.
 */
export interface DueSource {
  readonly happened: (services: Services, period: Period) => Promise<readonly Happening[]>;
  readonly nextDue?: (services: Services, period: Period) => Promise<Date | null>;
  /** What is run goes to a gateway, and by the clock there: the simulators have the time of the stop as well. */
  readonly goesToGateways?: true;
  /** Also called at the time from which the clock starts. */
  readonly run?: (services: Services, merchantId: bigint, at: Date, move: Move) => Promise<void>;
}

export const dueSources: readonly DueSource[] = Object.freeze([
  { happened: expiredAccessToken },
  { happened: closedCancelWindows },
  {
    happened: ranSchedules,
    nextDue: ({ database }, period) => nextScheduleAt(database, period),
    goesToGateways: true,
    run: runSchedules,
  },
  {
    happened: repeatedWebhooks,
    nextDue: ({ database }, period) => nextRepeatAt(database, period),
    run: sendRepeats,
  },
]);

async function expiredAccessToken({ database }: Services, period: Period): Promise<readonly Happening[]> {
  const rows = await database.query<{ expires_at: Date }>(
    'select expires_at from access_tokens where merchant_id = $1 and expires_at > $2 and expires_at <= $3',
    [period.merchantId, period.since, period.until],
  );
  return rows.map(({ expires_at: at }) => ({
    at,
    kind: 'access_token_expired' as const,
    impUid: null,
    provider: null,
    amountMinor: null,
  }));
}

async function ranSchedules({ database }: Services, period: Period): Promise<readonly Happening[]> {
  const ran = await attemptsWithin(database, period);
  return ran.map(({ at, imp_uid: impUid, provider }) => ({
    at,
    kind: 'schedule_run' as const,
    impUid,
    provider,
    amountMinor: null,
  }));
}

async function repeatedWebhooks({ database }: Services, period: Period): Promise<readonly Happening[]> {
  const sent = await sentRepeats(database, period);
  return sent.map(({ at, imp_uid: impUid, provider }) => ({
    at,
    kind: 'webhook_repeated' as const,
    impUid,
    provider,
    amountMinor: null,
  }));
}

async function closedCancelWindows(services: Services, period: Period): Promise<readonly Happening[]> {
  const rows = await services.database.query<
    Pick<Payment, 'imp_uid' | 'provider' | 'pay_method' | 'channel_id'> & { paid_at: Date }
  >(
    `select imp_uid, provider, pay_method, channel_id, paid_at from payments
     where merchant_id = $1 and status in ('paid', 'cancelled') and cancelled_minor < amount_minor and paid_at <= $2`,
    [period.merchantId, period.until],
  );
  const happenings: Happening[] = [];
  for (const payment of rows) {
    const { gateway } = await services.channels.byId(payment.channel_id);
    const window = gateway.capabilities.payMethods[payment.pay_method]?.cancelWindow;
    const at = window && cancelWindowEnd(payment.paid_at, window);
    if (!at || at <= period.since || at > period.until) continue;
    const { imp_uid: impUid, provider } = payment;
    happenings.push({ at, kind: 'cancel_window_closed', impUid, provider, amountMinor: null });
  }
  return happenings;
}
