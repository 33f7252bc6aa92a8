import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { currencyExponent, knownCurrencies, readAmount } from '../../platform/money/currency.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Payment, PaymentStatus } from '../records/payment.ts';
import { type BuyerTel, hasTel } from './buyer-tel.ts';
import type { PaymentTables } from './payment-tables.ts';

/** The time that a list goes by: when a payment was begun, or when it was paid, cancelled or failed, whichever was last. */
export const timeBases = ['requested', 'changed'] as const;
export type TimeBasis = (typeof timeBases)[number];

/** What a person looks for; what is `undefined` does not narrow the search. */
export interface PaymentFilter {
  readonly basis: TimeBasis;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly status: PaymentStatus | undefined;
  readonly payMethod: PayMethod | undefined;
  readonly provider: string | undefined;
  readonly mid: string | undefined;
  readonly channelId: bigint | undefined;
  readonly device: Payment['channel'] | undefined;
  /** Of test channels only, or of live ones only. */
  readonly isTest: boolean | undefined;
  readonly merchantUid: string | undefined;
  /** The gateway's id of the payment. */
  readonly pgTid: string | undefined;
  readonly approvalNumber: string | undefined;
  readonly customerUid: string | undefined;
  /** A part of the buyer's name or e-mail address. */
  readonly buyer: string | undefined;
  /** The whole address, in any case. */
  readonly email: string | undefined;
  readonly tel: BuyerTel | undefined;
  /** In the units of whatever currency a payment has. */
  readonly amount: string | undefined;
  readonly amountLeast: string | undefined;
  readonly amountMost: string | undefined;
  /** One of these, which something else has found. */
  readonly ids: readonly bigint[] | undefined;
}

export const noFilter: PaymentFilter = Object.freeze({
  basis: 'requested',
  from: undefined,
  to: undefined,
  status: undefined,
  payMethod: undefined,
  provider: undefined,
  mid: undefined,
  channelId: undefined,
  device: undefined,
  isTest: undefined,
  merchantUid: undefined,
  pgTid: undefined,
  approvalNumber: undefined,
  customerUid: undefined,
  buyer: undefined,
  email: undefined,
  tel: undefined,
  amount: undefined,
  amountLeast: undefined,
  amountMost: undefined,
  ids: undefined,
});

export type PaymentQuery = SelectQueryBuilder<PaymentTables, 'payments', object>;

/** The column, or what is indexed, of a basis. */
export const timeSql = {
  requested: sql<Date>`started_at`,
  changed: sql<Date>`coalesce(cancelled_at, failed_at, paid_at)`,
} as const;

/** Few payments are in these: an index has them by themselves (migration 0032). What is `ready` has no time of a change. */
const rareStates: Readonly<Record<TimeBasis, readonly PaymentStatus[]>> = {
  requested: ['ready', 'failed'],
  changed: ['failed'],
};

function hasRareState({ basis, status }: PaymentFilter): boolean {
  return status !== undefined && rareStates[basis].includes(status);
}

/**
 * The payments among which is looked: everything that an index decides, and that therefore costs the same however many payments there
 * are. A list is ordered by the same index.
 */
export function lookedAt(db: Kysely<PaymentTables>, merchantId: bigint, filter: PaymentFilter): PaymentQuery {
  const time = timeSql[filter.basis];
  let query = db.selectFrom('payments').where('merchant_id', '=', merchantId);
  if (filter.basis === 'changed') query = query.where(sql<boolean>`${time} is not null`);
  if (filter.from) query = query.where(sql<boolean>`${time} >= ${filter.from}`);
  if (filter.to) query = query.where(sql<boolean>`${time} <= ${filter.to}`);
  if (hasRareState(filter)) query = inState(query, filter);
  const { ids, merchantUid, pgTid, approvalNumber, customerUid, email, tel } = filter;
  if (ids) query = query.where('id', '=', sql<bigint>`any(${[...ids]}::bigint[])`);
  if (merchantUid !== undefined) query = query.where('merchant_uid', '=', merchantUid);
  if (pgTid !== undefined) query = query.where('pg_tid', '=', pgTid);
  if (approvalNumber !== undefined) query = query.where('apply_num', '=', approvalNumber);
  if (customerUid !== undefined) query = query.where('customer_uid', '=', customerUid);
  if (email !== undefined) query = query.where(sql<boolean>`lower(buyer_email) = ${email.toLowerCase()}`);
  if (tel) query = query.where(hasTel(tel));
  return query;
}

/** Whether something is asked that no index answers, so that payments are looked at which are not shown. */
export function looksThrough(filter: PaymentFilter): boolean {
  const { status, payMethod, provider, mid, channelId, device, isTest, buyer } = filter;
  const { amount, amountLeast, amountMost } = filter;
  return [
    ...[hasRareState(filter) ? undefined : status, payMethod, provider, mid, channelId, device, isTest, buyer],
    ...[amount, amountLeast, amountMost],
  ].some((each) => each !== undefined);
}

/** The rest of the filter, without the state. */
export function narrowed(query: PaymentQuery, filter: PaymentFilter): PaymentQuery {
  const { payMethod, provider, mid, channelId, device, isTest, buyer, amount, amountLeast, amountMost } = filter;
  let narrow = query;
  if (payMethod !== undefined) narrow = narrow.where('pay_method', '=', payMethod);
  if (provider !== undefined) narrow = narrow.where('provider', '=', provider);
  if (mid !== undefined) narrow = narrow.where('mid', '=', mid);
  if (channelId !== undefined) narrow = narrow.where('channel_id', '=', channelId);
  if (device !== undefined) narrow = narrow.where('channel', '=', device);
  if (isTest !== undefined) narrow = narrow.where('sandbox', '=', isTest);
  if (buyer !== undefined) {
    const part = `%${likeText(buyer)}%`;
    narrow = narrow.where((where) =>
      where.or([where('buyer_name', 'ilike', part), where('buyer_email', 'ilike', part)]),
    );
  }
  if (amount !== undefined) narrow = narrow.where((where) => amountIs(where, '=', amount));
  if (amountLeast !== undefined) narrow = narrow.where((where) => amountIs(where, '>=', amountLeast));
  if (amountMost !== undefined) narrow = narrow.where((where) => amountIs(where, '<=', amountMost));
  return narrow;
}

export function inState(query: PaymentQuery, { status }: PaymentFilter): PaymentQuery {
  return status ? query.where('status', '=', status) : query;
}

function likeText(text: string): string {
  return text.normalize('NFC').replace(/[\\%_]/g, '\\$&');
}

/** `12.5` is an amount of dollars and none of won, so it is read once for all currencies with the same decimal places. */
function amountIs(where: ExpressionBuilder<PaymentTables, 'payments'>, operator: '=' | '>=' | '<=', text: string) {
  const exponents = Map.groupBy(knownCurrencies, currencyExponent);
  const readings = [...exponents].flatMap(([, currencies]) => {
    const reading = readAmount(text, currencies[0] ?? 'KRW');
    if (!reading.ok) return [];
    return where.and([where('currency', 'in', currencies), where('amount_minor', operator, reading.minor)]);
  });
  return readings.length === 0 ? where.lit(false) : where.or(readings);
}
