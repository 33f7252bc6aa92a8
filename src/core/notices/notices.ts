import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Log } from '../../platform/logging/log.ts';
import { canonicalAddress } from '../../platform/network-address.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { currentScope, type Fields, withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { traced, tracedAlone } from '../../platform/tracing/tracing.ts';
import { lookupOf } from '../../port/capabilities.ts';
import type { Gateway, Gateways } from '../../port/gateway.ts';
import type { GatewayHttpClient } from '../../port/http-client.ts';
import type { NoticeAnswer, NoticeSubject, OpenedNotice, RawNotice } from '../../port/notices.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import { readPayment } from '../operations/context.ts';
import type { Leases } from '../operations/leases.ts';
import type { NoticeAddress } from '../operations/notice-address.ts';
import type { Runner } from '../operations/run.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';
import { applyNotice, doubtAboutSender, type NoticeParts } from './apply-notice.ts';
import {
  isTriedEnough,
  type KeptNotice,
  keepNotice,
  markNotice,
  readNotice,
  takeWaitingNotices,
} from './kept-notices.ts';
import { createPace } from './pace.ts';

export interface Notices {
  /** Takes one notice as it came; answers what the gateway wants to read, or `undefined` for a gateway without notices. */
  receive(provider: string, raw: RawNotice, sender: string): Promise<GatewayAnswer | undefined>;
  /** Tries once more what could not be applied when it came. */
  readonly round: Round;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Notices of gateways, whatever their form: found, verified as far as the gateway allows, kept, applied once. The answer
 * `taken` is given only when the notice is applied, or when it never will be; until then the gateway shall send it again,
 * and what is kept is tried again as well, for gateways that give up early.
 */
export function createNotices(parts: {
  readonly gateways: Gateways;
  readonly settings: Settings;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly log: Log;
  readonly channels: Channels;
  readonly http: GatewayHttpClient;
  readonly noticeAddress: NoticeAddress;
  readonly runner: Runner;
  readonly leases: Leases;
  readonly applyOrderChange: NoticeParts['applyOrderChange'];
}): Notices {
  const { database, clock, log, settings } = parts;
  const noticeParts: NoticeParts = { ...parts, pace: createPace(clock) };

  async function receive(provider: string, raw: RawNotice, from: string): Promise<GatewayAnswer | undefined> {
    const gateway = parts.gateways.get(provider);
    const form = gateway?.notices;
    if (!gateway || !form) return undefined;
    try {
      return form.answer(await take(gateway, raw, canonicalAddress(from)));
    } catch (error) {
      if (!isDatabaseOutage(error)) log.error({ err: error, gateway: provider }, 'a notice could not be handled');
      return form.answer('later');
    }
  }

  async function take(gateway: Gateway, raw: RawNotice, sender: string): Promise<NoticeAnswer> {
    const { provider } = gateway;
    const subject = gateway.notices?.identify(raw);
    if (!subject) {
      log.warn({ gateway: provider, sender }, 'what came as a notice is none');
      return 'refused';
    }
    const found = await openNotice(provider, raw, subject);
    if (found === undefined || found.opened.kind === 'forged') {
      const why = found?.opened.kind === 'forged' ? found.opened.why : 'it names no payment of ours';
      log.warn(
        { gateway: provider, sender, ...namesOf(found?.payment, found?.channel), why },
        'a notice was not believed',
      );
      return 'refused';
    }
    const { opened, payment, channel } = found;
    if (opened.event.kind === 'nothing_to_do') return 'taken';
    if (payment === undefined) {
      log.warn({ gateway: provider, sender }, 'a notice names no payment of ours');
      return 'refused';
    }
    const { trust, gatewayTid, event } = opened;
    const isHintOnly = lookupOf(channel.gateway.capabilities, payment.pay_method) !== 'none';
    const doubt = trust === 'authentic' || isHintOnly ? undefined : doubtAboutSender(settings, sender, channel);
    if (doubt !== undefined) {
      log.warn({ gateway: provider, sender, ...namesOf(payment, channel), why: doubt }, 'a notice was not believed');
      return 'later';
    }
    const notice = await keepNotice(noticeParts, { provider, payment, opened, raw, sender });
    if (notice) return notice.state === 'waiting' ? tryToApply(notice, payment, channel) : answerFor(notice);
    const unkept = { provider, trust, sender, gatewayTid, event };
    return answerFor({ trust, ...(await applyNotice(noticeParts, unkept, payment, channel)) });
  }

  /** Within the gateway's request, or as a trace of its own when it is tried again. */
  function tryToApply(notice: KeptNotice, payment: Payment, channel: Channel): Promise<NoticeAnswer> {
    const start = {
      name: `notice ${notice.event.kind}`,
      kind: 'internal',
      attributes: { 'hwanbul.gateway': notice.provider, 'hwanbul.imp_uid': payment.imp_uid },
    } as const;
    const trace = currentScope()?.span === undefined ? tracedAlone : traced;
    return withFields({ gateway: notice.provider, ...namesOf(payment, channel) }, () =>
      trace(start, (span) => tryOnce(notice, payment, channel, span)),
    );
  }

  async function tryOnce(
    notice: KeptNotice,
    payment: Payment,
    channel: Channel,
    span: Span | undefined,
  ): Promise<NoticeAnswer> {
    const applied = await applyNotice(noticeParts, notice, payment, channel);
    const result =
      applied.state === 'waiting' && isTriedEnough(notice)
        ? ({ state: 'unmatched', why: `tried in vain for long: ${applied.why}` } as const)
        : applied;
    span?.set({ 'hwanbul.outcome': result.state });
    await markNotice(noticeParts, notice, result);
    const line = { kind: notice.event.kind, why: result.why };
    if (result.state === 'applied') log.info(line, 'a notice was applied');
    if (result.state === 'unmatched') {
      log.error(line, 'a notice of a gateway fits nothing in our book: a person has to look');
    }
    return answerFor({ trust: notice.trust, state: result.state });
  }

  /** Whose notice it is: by the payment that it names, or by trying the credentials of the MID that it names. */
  async function openNotice(
    provider: string,
    raw: RawNotice,
    subject: NoticeSubject,
  ): Promise<{ opened: OpenedNotice; payment: Payment | undefined; channel: Channel } | undefined> {
    const open = async (channel: Channel, payment: Payment | undefined) => {
      const opened = channel.gateway.notices?.open(raw, {
        mid: channel.mid,
        credentials: channel.access.credentials,
        noticeSecret: payment ? await noticeSecretOf(payment) : null,
      });
      return opened && { opened, payment, channel };
    };
    const named = await findPaymentOf(provider, subject);
    if (named) return open(await parts.channels.byId(named.channel_id), named);
    let last: Awaited<ReturnType<typeof open>>;
    for (const channel of subject.mid === null ? [] : await parts.channels.ofMid(provider, subject.mid)) {
      last = await open(channel, undefined);
      if (last?.opened.kind !== 'notice') continue;
      const { orderId, gatewayTid } = last.opened;
      const payment = await findPaymentOf(provider, { mid: subject.mid, orderId, gatewayTid });
      if (payment === undefined) return { ...last, payment };
      // A sub-store's payment: its channel is the main store's, under another number.
      const own = await parts.channels.byId(payment.channel_id);
      if (own.mainStoreId === channel.mainStoreId) return { ...last, payment, channel: own };
    }
    return last;
  }

  async function findPaymentOf(
    provider: string,
    { mid, orderId, gatewayTid }: NoticeSubject,
  ): Promise<Payment | undefined> {
    if (orderId === null && gatewayTid === null) return undefined;
    const rows = await database.query<Payment>(
      // A notice does not say whose merchant's it is: the channels know which merchants the gateway has.
      `select p.* from payments p join channels c on c.merchant_id = p.merchant_id and c.id = p.channel_id
       where p.provider = $1 and ($2::text is null or p.mid = $2)
         and ${orderId === null ? 'p.pg_tid' : 'p.imp_uid'} = $3
       limit 2`,
      [provider, mid, orderId ?? gatewayTid],
    );
    return rows.length === 1 ? rows[0] : undefined;
  }

  async function noticeSecretOf(payment: Payment): Promise<string | null> {
    const [row] = await database.query<{ notice_secret: Buffer | null }>(
      'select notice_secret from payments where merchant_id = $1 and id = $2',
      [payment.merchant_id, payment.id],
    );
    return row?.notice_secret
      ? parts.encryption.decrypt(row.notice_secret, placeIn(encryptedColumns.noticeSecret, payment))
      : null;
  }

  async function applyWaiting(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const waiting = await takeWaitingNotices(noticeParts);
      if (waiting.length === 0) return;
      await Promise.all(
        waiting.map(async (row) => {
          const notice = readNotice(noticeParts, row);
          const payment = await readPayment(database, notice.merchantId, notice.paymentId);
          if (payment) await tryToApply(notice, payment, await parts.channels.byId(payment.channel_id));
        }),
      );
    }
  }

  return {
    receive,
    round: createRound({
      name: 'waiting notices',
      intervalMs: settings.recoveryIntervalMs,
      clock,
      log,
      work: applyWaiting,
    }),
  };
}

function answerFor({ trust, state }: Pick<KeptNotice, 'trust' | 'state'>): NoticeAnswer {
  if (state === 'waiting') return 'later';
  // Signed, it is kept for a person, and sending it again would not change that. Unsigned, it was only not believed.
  return state === 'unmatched' && trust === 'unverified' ? 'refused' : 'taken';
}

function namesOf(payment: Payment | undefined, channel: Channel | undefined): Fields {
  return { imp_uid: payment?.imp_uid, merchant_uid: payment?.merchant_uid, merchant: channel?.merchantName };
}
