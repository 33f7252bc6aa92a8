import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { NoticeEvent, OpenedNotice, RawNotice } from '../../port/notices.ts';
import { databaseTimeSql, databaseTimeToCompareSql, type Leases, pauseAfterInquiryMs } from '../operations/leases.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';

/** A notice that tells of something that may have to be applied. */
export type ApplicableEvent = Exclude<NoticeEvent, { kind: 'nothing_to_do' }>;

/** What was told, by whom. */
export interface Notice {
  readonly provider: string;
  readonly trust: 'authentic' | 'unverified';
  readonly sender: string;
  readonly gatewayTid: string | null;
  readonly event: ApplicableEvent;
}

export interface KeptNotice extends Notice {
  readonly merchantId: bigint;
  readonly id: bigint;
  readonly paymentId: bigint;
  readonly state: NoticeState;
  readonly tries: number;
}

export type NoticeState = 'waiting' | 'applied' | 'needless' | 'unmatched';

export interface NoticeRow {
  readonly merchant_id: bigint;
  readonly id: bigint;
  readonly provider: string;
  readonly payment_id: bigint;
  readonly state: NoticeState;
  readonly trust: 'authentic' | 'unverified';
  readonly sender: string;
  readonly tries: number;
  readonly digest: Buffer;
  readonly content: Buffer;
}

interface KeepingParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly leases: Leases;
}

const digestContext = 'gateway_notices.digest';
const triesAtOnceMax = 50;
/** For so long, nobody else tries a notice that somebody has just taken up. */
const triedAloneMs = 30_000;

/** Of unsigned notices, which anybody may have made, so many are kept per payment. */
const unsignedKeptMax = 20;
/** And each is tried so often: for some hours. */
const unsignedTriesMax = 40;

/**
 * Writes a notice down. One that came before is counted; if it fitted nothing then, it is judged anew, since what it is judged
 * by may have changed. `undefined`: the payment has as many unsigned ones as are kept.
 */
export async function keepNotice(
  parts: KeepingParts,
  notice: {
    readonly provider: string;
    readonly payment: Payment;
    readonly opened: Extract<OpenedNotice, { kind: 'notice' }>;
    readonly raw: RawNotice;
    readonly sender: string;
  },
): Promise<KeptNotice | undefined> {
  const { opened, raw } = notice;
  const content = JSON.stringify({ gatewayTid: opened.gatewayTid, event: opened.event }, (_name, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const text = `${raw.path}?${raw.query}\n${raw.body.toString('latin1')}`;
  const now = parts.clock.now();
  // One that came before the key was changed has its digest by the key of then.
  const digests = parts.encryption.derivations(Buffer.from(text, 'latin1'), digestContext);
  const [digest] = digests;
  const place = placeIn(encryptedColumns.noticeContent, {
    merchant_id: notice.payment.merchant_id,
    provider: notice.provider,
    digest,
  });
  const [row] = await parts.database.query<NoticeRow>(
    `with known as (
       select digest from gateway_notices where merchant_id = $10 and provider = $1 and digest = any($12::bytea[]) limit 1
     )
     insert into gateway_notices (merchant_id, provider, payment_id, kind, digest, content, trust, sender, state, why, received_at, changed_at,
       next_try_at)
     select $10, $1, $2, $3, coalesce((select digest from known), $4), $5, $6, $7, 'waiting', 'has just come', $8, $8, ${databaseTimeToCompareSql('$9')}
     where $6 = 'authentic'
       or exists (select from known)
       or (select count(*) from gateway_notices where merchant_id = $10 and payment_id = $2 and trust = 'unverified') < $11
     on conflict (merchant_id, provider, digest) do update set
       times_received = gateway_notices.times_received + 1,
       state = case gateway_notices.state when 'unmatched' then 'waiting' else gateway_notices.state end,
       tries = case gateway_notices.state when 'unmatched' then 0 else gateway_notices.tries end,
       next_try_at = case gateway_notices.state when 'unmatched' then excluded.next_try_at else gateway_notices.next_try_at end,
       sender = excluded.sender
     returning *`,
    [
      notice.provider,
      notice.payment.id,
      opened.event.kind,
      digest,
      parts.encryption.encrypt(content, place),
      opened.trust,
      notice.sender,
      now,
      parts.leases.until(triedAloneMs),
      notice.payment.merchant_id,
      unsignedKeptMax,
      digests,
    ],
  );
  return row && readNotice(parts, row);
}

export function readNotice({ encryption }: KeepingParts, row: NoticeRow): KeptNotice {
  const content = encryption.decrypt(row.content, placeIn(encryptedColumns.noticeContent, row));
  const { gatewayTid, event } = JSON.parse(content, (name, value) => {
    if (name === 'amountMinor' && typeof value === 'string') return BigInt(value);
    return (name === 'at' || name === 'depositedAt') && typeof value === 'string' ? new Date(value) : value;
  }) as Pick<KeptNotice, 'gatewayTid' | 'event'>;
  const { merchant_id: merchantId, id, provider, payment_id: paymentId, state, trust, sender, tries } = row;
  return { merchantId, id, provider, paymentId, state, trust, sender, tries, gatewayTid, event };
}

/** Those that wait and are due; SKIP LOCKED lets many processes do this side by side. */
export async function takeWaitingNotices({ database, leases }: KeepingParts): Promise<readonly NoticeRow[]> {
  return database.query<NoticeRow>(
    `update gateway_notices set next_try_at = ${databaseTimeSql('$2')}
     where (merchant_id, id) in (
       select merchant_id, id from gateway_notices where state = 'waiting' and next_try_at <= ${databaseTimeToCompareSql('$1')}
       order by next_try_at limit ${triesAtOnceMax} for update skip locked)
     returning *`,
    [leases.until(0), leases.until(triedAloneMs)],
  );
}

/** Unsigned, and tried in vain for long: it is left to a person, or to the gateway's sending it again. */
export function isTriedEnough({ trust, tries }: KeptNotice): boolean {
  return trust === 'unverified' && tries + 1 >= unsignedTriesMax;
}

/** Conditional on its still waiting: of two that apply it at once, the first one says what came of it. */
export async function markNotice(
  { database, clock, leases }: KeepingParts,
  notice: KeptNotice,
  result: { readonly state: NoticeState; readonly why: string },
): Promise<void> {
  await database.query(
    `update gateway_notices set state = $2, why = $3, changed_at = $4, tries = tries + 1, next_try_at = ${databaseTimeSql('$5')}
     where merchant_id = $6 and id = $1 and state = 'waiting'`,
    [
      notice.id,
      result.state,
      result.why,
      clock.now(),
      leases.until(pauseAfterInquiryMs(notice.tries)),
      notice.merchantId,
    ],
  );
}
