import { Kysely, PostgresDialect } from 'kysely';
import type { Clock } from '../platform/clock/clock.ts';
import type { MerchantClocks } from '../platform/clock/merchant-clocks.ts';
import { type ClockWatch, createClockWatch } from '../platform/database/clock-skew.ts';
import { noteListSpan } from '../platform/database/list-spans.ts';
import { keepingPlansOf } from '../platform/database/listed-rows.ts';
import type { Database } from '../platform/database/pool.ts';
import { createBeats, createPresence, type Presence } from '../platform/database/presence.ts';
import type { Encryption } from '../platform/encryption/encryption.ts';
import { newInstanceName } from '../platform/instance-name.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Round } from '../platform/rounds/rounds.ts';
import type { Settings } from '../platform/settings/settings.ts';
import type { Gateways } from '../port/gateway.ts';
import type { GatewayHttpClient } from '../port/http-client.ts';
import { type BulkRefunds, createBulkRefunds } from './bulk-refunds/bulk-refunds.ts';
import type { CancelPaymentParts } from './cancellation/cancel-payment.ts';
import { createReserveCancel } from './cancellation/reserve-cancel.ts';
import type { CertificationParts } from './certifications/parts.ts';
import { createIdempotencyKeys, type IdempotencyKeys } from './idempotency/idempotency.ts';
import { createSettle, operationKinds } from './kinds.ts';
import { createMemberServices, type MemberServices } from './members/member-services.ts';
import { type AccessTokens, createAccessTokens } from './merchants/access-tokens.ts';
import { type ChannelGroups, createChannelGroups } from './merchants/channel-groups.ts';
import { createChannels } from './merchants/channels.ts';
import { createMerchants, type Merchants } from './merchants/merchants.ts';
import { createSubStores, type SubStores } from './merchants/sub-stores.ts';
import { createNotices, type Notices } from './notices/notices.ts';
import { createCrashPoints } from './operations/crash-points.ts';
import { createDeadline, type Deadline } from './operations/deadline.ts';
import type { OperationKinds, Settle } from './operations/kind.ts';
import { createLeases } from './operations/leases.ts';
import { createNoticeAddress, type NoticeAddress } from './operations/notice-address.ts';
import type { OperationObserver } from './operations/observer.ts';
import { createOperationLog, type OperationLog } from './operations/operation-log.ts';
import { createRecovery } from './operations/recovery.ts';
import { createRunner } from './operations/run.ts';
import { createOperationTakeOver } from './operations/take-over.ts';
import { createTurns } from './operations/turns.ts';
import { createFindByImpUid } from './payments/find-payment.ts';
import type { MakePaymentParts } from './payments/make-payment.ts';
import type { PaymentTables } from './payments/payment-tables.ts';
import { applyOrderChange } from './product-orders/apply-order-change.ts';
import { createReconciledDays, type ReconciledDays } from './reconciliation/days.ts';
import { writerTrait } from './records/encrypted-columns.ts';
import { createRefundRequestRound } from './refund-requests/take-up.ts';
import type { RetentionObserver } from './retention/observer.ts';
import { createRetention } from './retention/retention.ts';
import { createDueSchedules, type DueSchedules } from './schedules/due-schedules.ts';
import type { AddressGuard } from './webhooks/address-guard.ts';
import { createSendWebhook } from './webhooks/send.ts';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts';

/** Everything that the routes work with, put together once at the start. */
export interface Services extends CancelPaymentParts, MakePaymentParts, CertificationParts, MemberServices {
  readonly settings: Settings;
  /** Every gateway that this server speaks with. */
  readonly gateways: Gateways;
  readonly log: Log;
  readonly http: GatewayHttpClient;
  readonly showsTestPayments: boolean;
  /** Must whoever ends doubts by hand show the operator's secret? Not in a sandbox, where no money is. */
  readonly asksForOperator: boolean;
  readonly kysely: Kysely<PaymentTables>;
  readonly merchants: Merchants;
  readonly subStores: SubStores;
  readonly channelGroups: ChannelGroups;
  readonly accessTokens: AccessTokens;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly kinds: OperationKinds;
  readonly settle: Settle;
  readonly operationLog: OperationLog;
  readonly recovery: Round;
  /** Gives back what processes had in hand that have died. */
  readonly takeOver: Round;
  /** This process's sign of life: it has to be shown as long as anything is under way. */
  readonly presence: Presence;
  readonly clockWatch: ClockWatch;
  readonly schedules: DueSchedules;
  readonly refundRequests: Round;
  readonly noticeAddress: NoticeAddress;
  readonly notices: Notices;
  readonly webhooks: Webhooks;
  readonly bulkRefunds: BulkRefunds;
  readonly reconciledDays: ReconciledDays;
  readonly retention: Round;
  /** The time that one request may take in all, from now. */
  requestDeadline(): Deadline;
  /** For probes alone, so that they wait behind no request. */
  readonly probing: Database;
  /** It has been told to stop, and still works on what comes. */
  isLeaving(): boolean;
}

/** In what the services of live mode and of a sandbox differ. */
export interface ServicesOfMode {
  readonly clocks: MerchantClocks;
  readonly http: GatewayHttpClient;
  /** Where webhooks may go. */
  readonly webhookGuard: AddressGuard;
  /** Whether a look-up by `imp_uid` that does not say shows payments of test channels. */
  readonly showsTestPayments: boolean;
  /** Must whoever ends doubts by hand show the operator's secret? Not in a sandbox, where no money is. */
  readonly asksForOperator: boolean;
}

export interface ServicesParts {
  readonly settings: Settings;
  readonly gateways: Gateways;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly log: Log;
  /** What this process is called, in the database and in the log, and no other one ever; absent: it is made up. */
  readonly instance?: string | undefined;
  /** Hears of every request to a gateway, and of what is removed; absent: nobody counts. */
  readonly observer?: (OperationObserver & RetentionObserver) | undefined;
  /** Absent: probes go by way of `database`. */
  readonly probing?: Database | undefined;
  /** Absent: never. */
  isLeaving?(): boolean;
}

export function createServices(parts: ServicesParts, ofMode: ServicesOfMode): Services {
  const base = { ...parts, ...ofMode, database: keepingPlansOf(['payments', 'operations'], parts.database) };
  const { settings, gateways, database, encryption, clock, clocks, log, http } = base;
  const presence = (settings.databasePooler === 'transaction' ? createBeats : createPresence)(
    database,
    parts.instance ?? newInstanceName(),
    clock,
    [writerTrait(encryption.fingerprint())],
  );
  const leases = createLeases(clock, presence);
  // A request waits for its turn, then has its deadline; nobody may think it dead before that.
  const leaseMs = settings.turnWaitMs + settings.requestDeadlineMs * 2;
  const crashPoints = createCrashPoints(settings.crashPoint);
  const channels = createChannels({ gateways, database, encryption, clock });
  const webhooks = createWebhooks({
    database,
    encryption,
    clock,
    clocks,
    leases,
    presence,
    crashPoints,
    log,
    send: createSendWebhook(ofMode.webhookGuard),
    limits: {
      connectMs: settings.webhookConnectLimitMs,
      readMs: settings.webhookReadLimitMs,
      repeatMs: settings.webhookRepeatLimitMs,
      retryPauseMs: settings.webhookRetryPauseMs,
      intervalMs: settings.recoveryIntervalMs,
    },
  });
  const writeEnding = createSettle({ database, encryption, leases });
  const settle: Settle = async (ending) => {
    const payment = await writeEnding(ending);
    webhooks.wake();
    return payment;
  };
  const requestDeadline = () => createDeadline(clock, settings.requestDeadlineMs);
  const noticeAddress = createNoticeAddress(settings.publicUrl);
  const operationLog = createOperationLog({ log, clock });
  const runner = createRunner({
    database,
    encryption,
    channels,
    clock,
    clocks,
    leases,
    http,
    noticeAddress,
    kinds: operationKinds,
    settle,
    crashPoints,
    operationLog,
    observer: parts.observer,
    limits: { gatewayTimeoutMs: settings.gatewayTimeoutMs, notDoneIsFinalAfterMs: settings.notDoneIsFinalAfterMs },
  });
  const recovery = createRecovery({
    database,
    encryption,
    channels,
    clock,
    leases,
    runner,
    crashPoints,
    operationLog,
    log,
    intervalMs: settings.recoveryIntervalMs,
    requestDeadlineMs: settings.requestDeadlineMs,
  });
  const turns = createTurns();
  const reserveCancel = createReserveCancel({ database, leases, leaseMs });
  const findByImpUid = createFindByImpUid(database);
  const forOrders = {
    ...base,
    leases,
    leaseMs,
    crashPoints,
    channels,
    runner,
    turns,
    turnWaitMs: settings.turnWaitMs,
    reserveCancel,
    findByImpUid,
  };
  const schedules = createDueSchedules({
    database,
    encryption,
    channels,
    clock,
    clocks,
    leases,
    leaseMs,
    runner,
    crashPoints,
    log,
    intervalMs: settings.recoveryIntervalMs,
    requestDeadline,
    announced: () => webhooks.wake(),
  });
  const idempotencyKeys = createIdempotencyKeys({
    database,
    encryption,
    clock,
    clocks,
    leases,
    runningMs: leaseMs,
    keptForDays: settings.keepIdempotencyKeysDays,
  });
  const refundRequests = createRefundRequestRound({
    ...forOrders,
    idempotencyKeys,
    requestDeadline,
    intervalMs: settings.recoveryIntervalMs,
  });
  const bulkRefunds = createBulkRefunds(
    { ...forOrders, idempotencyKeys, requestDeadline, intervalMs: settings.recoveryIntervalMs },
    [...gateways.keys()],
  );
  const subStores = createSubStores({ database, encryption, clock });
  const reconciledDays = createReconciledDays({
    ...base,
    channels,
    leases,
    leaseMs,
    subStores,
    requestDeadline,
    intervalMs: settings.recoveryIntervalMs,
  });
  return Object.freeze({
    ...base,
    leases,
    leaseMs,
    crashPoints,
    http,
    channels,
    kinds: operationKinds,
    settle,
    operationLog,
    runner,
    recovery,
    takeOver: createOperationTakeOver({
      database,
      presence,
      clock,
      leases,
      log,
      keysKeptForDays: settings.keepIdempotencyKeysDays,
      givenBack() {
        for (const round of [recovery, schedules.round, refundRequests, bulkRefunds.round]) round.wake(0);
      },
    }),
    presence,
    clockWatch: createClockWatch({ database, clock, log }),
    schedules,
    refundRequests,
    noticeAddress,
    webhooks,
    notices: createNotices({
      ...base,
      channels,
      http,
      noticeAddress,
      runner,
      leases,
      applyOrderChange: async (payment, channel) => {
        const applied = await applyOrderChange(forOrders, payment, channel);
        webhooks.wake();
        return applied;
      },
    }),
    turns,
    turnWaitMs: settings.turnWaitMs,
    findByImpUid,
    reserveCancel,
    ...createMemberServices({ database, encryption, clock, oidc: settings.oidc }),
    merchants: createMerchants({ database, encryption, clock }),
    channelGroups: createChannelGroups({ database, channels }),
    subStores,
    accessTokens: createAccessTokens({ database, encryption, clock, clocks }),
    idempotencyKeys,
    bulkRefunds,
    reconciledDays,
    retention: createRetention({ database, clock, log, settings, idempotencyKeys, observer: parts.observer }),
    kysely: new Kysely<PaymentTables>({ dialect: new PostgresDialect({ pool: database.pool }), log: noteListSpan }),
    requestDeadline,
    probing: parts.probing ?? database,
    isLeaving: parts.isLeaving ?? (() => false),
  });
}
