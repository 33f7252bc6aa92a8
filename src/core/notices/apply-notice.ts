import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { lookupOf } from '../../port/capabilities.ts';
import type { GatewayHttpClient } from '../../port/http-client.ts';
import type { GatewayPayment } from '../../port/lookup.ts';
import { applyEscrowChange } from '../escrow/apply-change.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import { loadContext, type OperationContext, readPayment } from '../operations/context.ts';
import { createDeadline } from '../operations/deadline.ts';
import type { EndingOutcome } from '../operations/ending.ts';
import type { Leases } from '../operations/leases.ts';
import type { NoticeAddress } from '../operations/notice-address.ts';
import { namingGateway } from '../operations/question.ts';
import type { Runner } from '../operations/run.ts';
import { applyDeposit, type Deposit, reverseDeposit } from '../payments/deposits.ts';
import { referenceTo } from '../payments/order.ts';
import type { Operation } from '../records/operation.ts';
import { hasEnded } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import type { ApplicableEvent, Notice, NoticeState } from './kept-notices.ts';
import type { Pace } from './pace.ts';

export interface NoticeParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly channels: Channels;
  readonly http: GatewayHttpClient;
  readonly noticeAddress: NoticeAddress;
  readonly runner: Runner;
  readonly leases: Leases;
  readonly pace: Pace;
  /** What the gateway has refunded by itself comes into our book, and the change is announced. */
  readonly applyOrderChange: (payment: Payment, channel: Channel) => Promise<NoticeResult>;
}

export interface NoticeResult {
  readonly state: NoticeState;
  readonly why: string;
}

type DepositEvent = Extract<ApplicableEvent, { kind: 'deposit' }>;
type RefundEvent = Extract<ApplicableEvent, { kind: 'refund_result' }>;

const wait = (why: string): NoticeResult => ({ state: 'waiting', why });
const unmatched = (why: string): NoticeResult => ({ state: 'unmatched', why });
const askedJustNow = wait('the gateway has just been asked about this payment');
const needless = (why: string): NoticeResult => ({ state: 'needless', why });

/**
 * Brings our book to what a notice tells, once: every change is one statement, conditional on our book still being where the
 * notice found it. What a notice says is not taken for the truth as long as the gateway can be asked.
 */
export function applyNotice(
  parts: NoticeParts,
  notice: Notice,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  const { event } = notice;
  switch (event.kind) {
    case 'deposit':
      return applyDepositNotice(parts, notice, event, payment, channel);
    case 'deposit_reversed':
      return applyReversal(parts, notice, payment, channel);
    case 'refund_result':
      return applyRefundResult(parts, notice, event, payment, channel);
    case 'escrow_changed':
      return applyEscrowNotice(parts, notice, event, payment, channel);
    case 'order_changed':
      return parts.applyOrderChange(payment, channel);
  }
}

async function applyDepositNotice(
  parts: NoticeParts,
  notice: Notice,
  event: DepositEvent,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  if (payment.status === 'paid' || payment.status === 'cancelled') return needless('the payment is paid');
  if (payment.status === 'failed') return unmatched('money came for a payment that is not waiting for any');
  if (event.amountMinor !== null && event.amountMinor !== payment.amount_minor) {
    return unmatched('the notice names another amount');
  }
  const believed = await believeDeposit(parts, notice, event, payment, channel);
  if ('state' in believed) return believed;
  const reference = { ...referenceTo(payment), gatewayTid: believed.gatewayTid ?? payment.pg_tid };
  const receiptUrl = believed.receiptUrl ?? channel.gateway.receiptUrlOf?.(reference) ?? null;
  if (await applyDeposit(parts, payment, { ...believed, receiptUrl }))
    return { state: 'applied', why: 'the payment is paid' };
  const current = await readPayment(parts.database, payment.merchant_id, payment.id);
  return current?.status === 'ready' ? wait('the issue is not settled yet') : needless('the payment waits no longer');
}

/** The deposit as the gateway's book has it; as the notice has it only where that can be believed without the book. */
async function believeDeposit(
  parts: NoticeParts,
  notice: Notice,
  event: DepositEvent,
  payment: Payment,
  channel: Channel,
): Promise<Deposit | NoticeResult> {
  const told: Deposit = {
    paidAt: event.depositedAt ?? parts.clocks.of(payment.merchant_id).now(),
    gatewayTid: event.depositTid,
    depositorName: event.depositorName,
    receiptUrl: null,
    approvalNumber: null,
  };
  if (lookupOf(channel.gateway.capabilities, payment.pay_method) !== 'none') {
    const found = await lookUp(parts, payment, channel);
    if (found === 'not_found') return unmatched('the gateway does not know the payment');
    if (found === 'too_soon') return askedJustNow;
    if (found !== 'unknown') return depositOf(found, told) ?? wait('the gateway’s book does not have the deposit yet');
    if (notice.trust === 'unverified') return wait('the gateway could not be asked');
  }
  if (notice.trust === 'authentic') return told;
  const doubt = doubtAbout(parts, notice, payment, channel, event.accountNumber);
  return doubt === undefined ? told : unmatched(doubt);
}

function depositOf(found: GatewayPayment, told: Deposit): Deposit | undefined {
  if (found.status === 'waiting_for_deposit' || found.status === 'expired' || found.status === 'failed')
    return undefined;
  return {
    paidAt: found.paidAt ?? told.paidAt,
    gatewayTid: found.gatewayTid,
    depositorName: found.depositorName ?? told.depositorName,
    receiptUrl: found.approval?.receiptUrl ?? null,
    approvalNumber: found.approval?.approvalNumber ?? null,
  };
}

async function applyReversal(
  parts: NoticeParts,
  notice: Notice,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  if (payment.status === 'ready') return needless('the payment waits for its money');
  if (notice.trust === 'unverified') {
    const canAsk = lookupOf(channel.gateway.capabilities, payment.pay_method) !== 'none';
    const found = canAsk ? await lookUp(parts, payment, channel) : 'unknown';
    if (found === 'too_soon') return askedJustNow;
    // A gateway that had an account does not forget it: this says nothing of the deposit.
    if (found === 'not_found') return wait('the gateway does not know the payment');
    if (typeof found === 'object' && found.status !== 'waiting_for_deposit') {
      return unmatched('by the gateway’s book the deposit still stands');
    }
    const doubt = found === 'unknown' ? doubtAbout(parts, notice, payment, channel, null) : undefined;
    if (doubt !== undefined) return unmatched(doubt);
  }
  if (await reverseDeposit(parts, payment)) return { state: 'applied', why: 'the bank took the deposit back' };
  return unmatched('the bank took a deposit back of which something has been, or may have been, refunded');
}

async function applyRefundResult(
  parts: NoticeParts,
  notice: Notice,
  event: RefundEvent,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  const all = await parts.database.query<Operation>(
    `select * from operations where merchant_id = $1 and payment_id = $2 and kind = 'cancel' order by id`,
    [payment.merchant_id, payment.id],
  );
  const candidates = refundsMeant(all, event, payment);
  const [first] = candidates;
  if (first === undefined) return unmatched('it tells of a refund that our book does not have');
  if (candidates.every(({ state }) => hasEnded(state))) return needless(`the refund is ${first.state}`);
  const open = candidates.filter(({ state }) => !hasEnded(state));
  if (open.some(({ state }) => state === 'requested' || state === 'sent')) {
    return wait('the answer to our request is not settled');
  }
  const mustAsk = notice.trust === 'unverified' || open.length > 1;
  if (mustAsk && !parts.pace.mayAsk(payment.id)) return askedJustNow;
  if (mustAsk && (await askAbout(parts, open))) {
    return { state: 'applied', why: 'asked for by the notice, the gateway says what became of the refund' };
  }
  const [meant] = open;
  if (meant === undefined || open.length > 1)
    return wait('it fits several refunds, and the gateway does not say which');
  const context = await loadContext(parts, meant.merchant_id, meant.id);
  if (!context) return unmatched('the refund is gone');
  const doubt =
    notice.trust === 'unverified' ? doubtAboutRefund(parts, notice, event, context, payment, channel) : undefined;
  if (doubt !== undefined) return wait(doubt);
  const outcome = outcomeOf(event, meant, payment, parts.clocks.of(payment.merchant_id).now());
  const deadline = createDeadline(parts.clock, parts.settings.requestDeadlineMs);
  const report = await parts.runner.endWith(context, outcome, deadline, 'notice', whyOf(event));
  return hasEnded(report.state)
    ? { state: 'applied', why: `the refund is ${report.state}` }
    : wait('the payment is busy');
}

/** Nobody could be asked whether it is true, so that it has to be signed, or to come from the gateway. */
async function applyEscrowNotice(
  parts: NoticeParts,
  notice: Notice,
  event: Extract<ApplicableEvent, { kind: 'escrow_changed' }>,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  if (!payment.escrow) return unmatched('the payment is no escrow');
  const doubt = notice.trust === 'authentic' ? undefined : doubtAbout(parts, notice, payment, channel, null);
  if (doubt !== undefined) return unmatched(doubt);
  const at = event.at ?? parts.clocks.of(payment.merchant_id).now();
  const announces = channel.gateway.capabilities.escrow?.event ?? null;
  const applied = await applyEscrowChange(parts.database, payment, { ...event, at }, announces);
  if (applied === 'too_early') return wait('the registration of the shipping is not settled yet');
  return applied === 'applied'
    ? { state: 'applied', why: `the escrow is ${event.status}` }
    : needless('the escrow is there already, or past it');
}

/** Asks the gateway what became of each of these refunds. True: at least one of them has ended by that. */
async function askAbout(parts: NoticeParts, operations: readonly Operation[]): Promise<boolean> {
  let hasEndedOne = false;
  for (const { merchant_id, id } of operations) {
    const deadline = createDeadline(parts.clock, parts.settings.requestDeadlineMs);
    const context = await loadContext(parts, merchant_id, id);
    const report = context && (await parts.runner.clarify(context, deadline, 'notice')).report;
    if (!report || !hasEnded(report.state)) continue;
    await parts.runner.followUp(report, deadline);
    hasEndedOne = true;
  }
  return hasEndedOne;
}

/**
 * The refunds that a notice may mean: the one with the gateway's id of it; else those of its amount whose own id our book
 * does not know (their answer was lost, or the gateway gives none), the open ones before those that have ended.
 */
function refundsMeant(all: readonly Operation[], event: RefundEvent, payment: Payment): readonly Operation[] {
  const fitting = all.filter(({ amount_minor }) => event.amountMinor === null || event.amountMinor === amount_minor);
  if (event.cancelTid !== null) {
    const named = fitting.filter(({ gateway_tid }) => gateway_tid === event.cancelTid);
    if (named.length === 1 && event.cancelTid !== payment.pg_tid) return named;
  }
  const nameless = fitting.filter(({ gateway_tid }) => {
    return event.cancelTid === null || gateway_tid === null || gateway_tid === payment.pg_tid;
  });
  const open = nameless.filter(({ state }) => !hasEnded(state));
  return open.length > 0 ? open : nameless.filter(({ state }) => state !== 'unsent');
}

function outcomeOf(event: RefundEvent, operation: Operation, payment: Payment, now: Date): EndingOutcome {
  if (!event.succeeded) {
    return {
      kind: 'refused',
      code: event.code ?? 'refund_failed',
      message: event.message ?? '환불 이체 실패',
      category: 'other',
    };
  }
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: event.cancelTid ?? operation.gateway_tid ?? payment.pg_tid ?? '',
      amountMinor: operation.amount_minor,
      cancelledAt: event.at ?? now,
      receiptUrl: operation.receipt_url,
    },
  };
}

function whyOf({ succeeded }: RefundEvent): string {
  return succeeded
    ? 'the gateway told that the refund was paid out'
    : 'the gateway told that the refund could not be paid out';
}

/**
 * Why a notice that nobody signed, of a gateway that can't be asked, is not believed; `undefined`: everything that can be
 * compared fits. A buyer knows the account and the amount, and could make such a notice: with real money at stake it also
 * has to come from an address that the gateway sends from.
 */
function doubtAbout(
  { settings }: Pick<NoticeParts, 'settings'>,
  { sender, gatewayTid }: Notice,
  payment: Payment,
  channel: Channel,
  accountNumber: string | null,
): string | undefined {
  const unknown = doubtAboutSender(settings, sender, channel);
  if (unknown !== undefined) return unknown;
  if (gatewayTid !== null && payment.pg_tid !== null && gatewayTid !== payment.pg_tid) {
    return 'it names another transaction';
  }
  if (accountNumber !== null && payment.vbank_num !== null && accountNumber !== payment.vbank_num) {
    return 'it names another account';
  }
  return undefined;
}

/** With real money at stake, an unsigned notice has to come from an address that the gateway sends from. */
export function doubtAboutSender(
  { noticeSenders }: Settings,
  sender: string,
  { gateway, access, provider }: Channel,
): string | undefined {
  if (access.mode !== 'live') return undefined;
  const configured = noticeSenders.filter((each) => each.provider === provider).map(({ address }) => address);
  return (gateway.capabilities.noticeSenders ?? []).includes(sender) || configured.includes(sender)
    ? undefined
    : 'nobody signed it, and it does not come from a known address of the gateway (HWANBUL_NOTICE_SENDERS)';
}

function doubtAboutRefund(
  parts: NoticeParts,
  notice: Notice,
  event: RefundEvent,
  { operation }: OperationContext,
  payment: Payment,
  channel: Channel,
): string | undefined {
  // Only the gateway and this server know the gateway's id of the cancellation.
  if (event.cancelTid === null || event.cancelTid !== operation.gateway_tid)
    return 'the gateway has not confirmed it yet';
  return doubtAbout(parts, notice, payment, channel, null);
}

async function lookUp(
  { http, clocks, settings, noticeAddress, pace }: NoticeParts,
  payment: Payment,
  channel: Channel,
): Promise<GatewayPayment | 'not_found' | 'unknown' | 'too_soon'> {
  if (!pace.mayAsk(payment.id)) return 'too_soon';
  const now = clocks.of(payment.merchant_id).now();
  const call = {
    channel: channel.access,
    http: namingGateway(http, channel),
    idempotencyKey: payment.imp_uid,
    timeLimitMs: settings.gatewayTimeoutMs,
    now,
    startedAt: now,
    isRepeat: false,
    noticeUrl: noticeAddress.of(payment.provider),
  };
  const found = await channel.gateway.lookUp(call, referenceTo(payment));
  return found.kind === 'found' ? found.payment : found.kind;
}
