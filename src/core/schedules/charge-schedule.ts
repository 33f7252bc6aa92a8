import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type ChargeKeyParts, chargeKey, type KeyChargeRequest } from '../billing/charge-key.ts';
import { keyOfName } from '../billing/find-keys.ts';
import type { Caller } from '../operations/carry-out.ts';
import type { OperationReport } from '../operations/report.ts';
import { insertPayment, ScheduleChanged } from '../payments/insert-payment.ts';
import { isRunning, type ScheduleRow } from '../records/schedule.ts';
import { findSchedule } from './find-schedules.ts';

export interface ChargeScheduleParts extends ChargeKeyParts {
  readonly clocks: MerchantClocks;
}

/**
 * Makes the payment of a schedule that is due, by the key as it is now. The schedule is taken by the statement that reserves the
 * payment, and only as it was read, so that it is charged once whoever else has read it. What can not even be tried (the key is
 * gone, the order is paid) leaves a failed payment behind as well, since every execution is to be announced. Throws
 * `ScheduleChanged` when it is somebody else's by now.
 */
export async function runSchedule(
  parts: ChargeScheduleParts,
  caller: Caller,
  schedule: ScheduleRow,
): Promise<OperationReport | 'not_tried'> {
  const startedAt = timeOfRun(parts, schedule);
  try {
    return await chargeKey(parts, caller, chargeOf(schedule, startedAt));
  } catch (error) {
    if (!(error instanceof Refusal) || error.errorCode === 'database_unavailable') throw error;
    await failUntried(parts, schedule, startedAt, error.message);
    return 'not_tried';
  }
}

/**
 * POST /subscribe/payments/schedule/{merchant_uid}/retry: pays now what has failed or was revoked. What is refused before anything
 * is sent leaves the schedule as it was.
 */
export async function retrySchedule(
  parts: ChargeScheduleParts,
  caller: Caller,
  merchantUid: string,
): Promise<OperationReport> {
  const schedule = await findSchedule(parts.database, caller.merchantId, merchantUid);
  if (isRunning(schedule)) throw new Refusal('schedule_running');
  if (schedule.schedule_status === 'scheduled') throw new Refusal('schedule_not_run');
  if (schedule.payment_status === 'paid' || schedule.payment_status === 'cancelled') throw new Refusal('schedule_paid');
  try {
    return await chargeKey(parts, caller, chargeOf(schedule, parts.clocks.of(caller.merchantId).now()));
  } catch (error) {
    if (error instanceof ScheduleChanged) throw new Refusal('schedule_running');
    if (!(error instanceof Refusal)) throw error;
    if (error.errorCode === 'buyer_not_registered') throw new Refusal('billing_keys_not_found');
    if (error.errorCode === 'order_already_paid') throw new Refusal('schedule_paid');
    throw error;
  }
}

/** Another process may know of a moved clock a little earlier than this one. */
function timeOfRun({ clocks }: ChargeScheduleParts, { merchant_id: merchantId, schedule_at: at }: ScheduleRow): Date {
  const now = clocks.of(merchantId).now();
  return now < at ? at : now;
}

function chargeOf(schedule: ScheduleRow, startedAt: Date): KeyChargeRequest {
  return {
    customerUid: schedule.customer_uid,
    usage: 'payment.scheduled',
    values: orderOf(schedule, startedAt),
    details: schedule.details,
    schedule,
  };
}

function orderOf(schedule: ScheduleRow, startedAt: Date): KeyChargeRequest['values'] {
  return {
    merchant_uid: schedule.merchant_uid,
    currency: schedule.currency,
    amount_minor: schedule.amount_minor,
    tax_free_minor: schedule.tax_free_minor,
    vat_minor: schedule.vat_minor,
    card_quota: schedule.card_quota,
    name: schedule.name,
    buyer_name: schedule.buyer_name,
    buyer_email: schedule.buyer_email,
    buyer_tel: schedule.buyer_tel,
    buyer_addr: schedule.buyer_addr,
    buyer_postcode: schedule.buyer_postcode,
    custom_data: schedule.custom_data,
    notice_urls: schedule.notice_urls,
    started_at: startedAt,
    user_agent: null,
  };
}

async function failUntried(
  { database, channels }: ChargeScheduleParts,
  schedule: ScheduleRow,
  failedAt: Date,
  why: string,
): Promise<void> {
  const { merchant_id: merchantId, customer_uid: customerUid } = schedule;
  const key = await keyOfName(database, merchantId, customerUid);
  if (!key) throw new Error('the name of a scheduled key is not there');
  const values = {
    ...orderOf(schedule, failedAt),
    pay_method: key.pay_method,
    channel: 'api',
    customer_uid: customerUid,
    customer_uid_usage: 'payment.scheduled',
    card_code: key.card_code,
    card_name: key.card_name,
    card_issuer_code: key.card_issuer_code,
    card_issuer_name: key.card_issuer_name,
    card_number: key.card_number,
    card_type: key.card_type,
    status: 'failed',
    failed_at: failedAt,
    fail_reason: why,
  } as const;
  await insertPayment(database, await channels.byId(key.channel_id), values, null, schedule);
}
