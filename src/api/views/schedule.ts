import { Type } from 'typebox';
import type { PaymentStatus } from '../../core/records/payment.ts';
import type { Schedule, ScheduleStatus } from '../../core/records/schedule.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

/** A schedule: each field present, in alphabetical order, as payments have them (no body of the real server's was ever seen). */
export const ScheduleView = Type.Object({
  amount: Type.Number(),
  buyer_addr: TextOrNull,
  buyer_email: TextOrNull,
  buyer_name: TextOrNull,
  buyer_postcode: TextOrNull,
  buyer_tel: TextOrNull,
  currency: Type.String(),
  custom_data: TextOrNull,
  customer_id: TextOrNull,
  customer_uid: Type.String(),
  executed_at: UnixTime,
  fail_reason: TextOrNull,
  imp_uid: Type.Union([Type.String(), Type.Null()], {
    description: 'The payment of the newest attempt that has ended.',
  }),
  merchant_uid: Type.String(),
  name: TextOrNull,
  payment_status: OrNull(
    WordOf<Exclude<PaymentStatus, 'ready'>>({
      description: '`paid`, `failed`, `cancelled`; null until it has been executed.',
    }),
  ),
  pg_id: TextOrNull,
  pg_provider: TextOrNull,
  promotion_id: TextOrNull,
  revoked_at: UnixTime,
  schedule_at: Type.Integer({ description: 'Seconds since 1970.' }),
  schedule_status: WordOf<ScheduleStatus>({
    description: '`scheduled`, `executed`, `revoked`. One that is running, or in doubt, is still `scheduled`.',
  }),
});

export type ScheduleAnswer = Answer<typeof ScheduleView>;

export const ScheduleListView = Type.Array(ScheduleView);

export const SchedulePageView = Type.Object({
  total: Type.Integer(),
  previous: Type.Integer({ description: 'Number of the page before, or 0.' }),
  next: Type.Integer({ description: 'Number of the page after, or 0.' }),
  list: ScheduleListView,
});

export function viewSchedule(schedule: Schedule): ScheduleAnswer {
  return {
    amount: amountNumber(schedule.amount_minor, schedule.currency),
    buyer_addr: schedule.buyer_addr,
    buyer_email: schedule.buyer_email,
    buyer_name: schedule.buyer_name,
    buyer_postcode: schedule.buyer_postcode,
    buyer_tel: schedule.buyer_tel,
    currency: schedule.currency,
    custom_data: schedule.custom_data,
    customer_id: schedule.customer_id,
    customer_uid: schedule.customer_uid,
    executed_at: unixSeconds(schedule.executed_at),
    fail_reason: schedule.fail_reason,
    imp_uid: schedule.imp_uid,
    merchant_uid: schedule.merchant_uid,
    name: schedule.name,
    payment_status: schedule.payment_status,
    pg_id: schedule.mid,
    pg_provider: schedule.provider,
    promotion_id: null,
    revoked_at: unixSeconds(schedule.revoked_at),
    schedule_at: unixSeconds(schedule.schedule_at),
    schedule_status: schedule.schedule_status,
  };
}
