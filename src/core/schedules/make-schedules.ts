import { unixSeconds } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Channel } from '../merchants/channels.ts';
import { refuseTooMuch } from '../payments/insert-payment.ts';
import { refuseImpossible } from '../payments/make-payment.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import type { Schedule, ScheduleRow } from '../records/schedule.ts';
import { findSchedules } from './find-schedules.ts';

/** A payment that is to be made at a time. */
export type NewSchedule = Omit<
  ScheduleRow,
  'id' | 'merchant_id' | 'customer_uid' | 'customer_id' | 'status' | 'payment_id' | 'revoked_at' | 'version'
>;

/** What can be known of it now is refused now, and not at its time. */
export function refuseUnpayable(channel: Channel, payMethod: BillingKeyRow['pay_method'], schedule: NewSchedule): void {
  refuseTooMuch(schedule);
  const { currency, card_quota: instalments, details } = schedule;
  refuseImpossible({ channel, payMethod, kind: 'charge_key', currency, instalments, details });
}

/** Throws a refusal when one of these order numbers has been scheduled, ever, or paid. */
export async function refuseTakenSchedules(
  database: Database,
  merchantId: bigint,
  merchantUids: readonly string[],
): Promise<void> {
  const [taken] = await database.query<{ merchant_uid: string }>(
    `select merchant_uid from schedules where merchant_id = $1 and merchant_uid = any($2::text[])
     union all
     select merchant_uid from payments where merchant_id = $1 and merchant_uid = any($2::text[])
       and (claims_order or status in ('paid', 'cancelled'))
     limit 1`,
    [merchantId, merchantUids],
  );
  const twice = merchantUids.find((uid, place) => merchantUids.indexOf(uid) !== place);
  const refused = taken?.merchant_uid ?? twice;
  if (refused !== undefined) throw new Refusal('schedule_order_taken', { merchant_uid: refused });
}

/** All of them or none; what is missing of the buyer is the key's customer's. They come back in their order. */
export async function makeSchedules(
  { database, clocks }: { readonly database: Database; readonly clocks: MerchantClocks },
  key: BillingKeyRow,
  schedules: readonly NewSchedule[],
): Promise<readonly Schedule[]> {
  const uids = schedules.map(({ merchant_uid: uid }) => uid);
  await refuseTakenSchedules(database, key.merchant_id, uids);
  const values = schedules.map(({ schedule_at: at, ...schedule }) => ({ ...schedule, at: unixSeconds(at) }));
  try {
    await database.query(insertSql, [
      key.merchant_id,
      key.id,
      JSON.stringify(values, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      clocks.of(key.merchant_id).now(),
    ]);
  } catch (error) {
    if (!isTwice(error)) throw error;
    // Somebody else was faster.
    await refuseTakenSchedules(database, key.merchant_id, uids);
    throw error;
  }
  return findSchedules(database, key.merchant_id, uids);
}

/** A number that is there already fails the whole statement. */
const insertSql = `
insert into schedules (merchant_id, merchant_uid, customer_uid, customer_id, schedule_at, currency, amount_minor, tax_free_minor,
  vat_minor, card_quota, name, buyer_name, buyer_email, buyer_tel, buyer_addr, buyer_postcode, custom_data, notice_urls, details,
  made_at)
select k.merchant_id, r.merchant_uid, k.customer_uid, k.customer_id, to_timestamp((g.value ->> 'at')::double precision), r.currency,
  r.amount_minor, r.tax_free_minor, r.vat_minor, r.card_quota, r.name, coalesce(r.buyer_name, k.customer_name),
  coalesce(r.buyer_email, k.customer_email), coalesce(r.buyer_tel, k.customer_tel), coalesce(r.buyer_addr, k.customer_addr),
  coalesce(r.buyer_postcode, k.customer_postcode), r.custom_data, r.notice_urls, r.details, $4::timestamptz
from billing_keys k, jsonb_array_elements($3::jsonb) as g(value)
  cross join lateral jsonb_populate_record(null::schedules, g.value) r
where k.merchant_id = $1 and k.id = $2`;

function isTwice(error: unknown): boolean {
  return (
    error instanceof Error && 'constraint' in error && error.constraint === 'schedules_merchant_id_merchant_uid_key'
  );
}
