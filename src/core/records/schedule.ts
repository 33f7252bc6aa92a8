import type { OperationDetails } from './operation.ts';
import type { Payment, PaymentStatus } from './payment.ts';

/** A row of `schedules`. Amounts are in the currency's minor unit. */
export interface ScheduleRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly merchant_uid: string;
  readonly customer_uid: string;
  readonly customer_id: string | null;
  readonly schedule_at: Date;
  /** `taken`: it has a payment, and what came of it is that one's to say. */
  readonly status: 'scheduled' | 'taken' | 'revoked';
  readonly payment_id: bigint | null;
  readonly revoked_at: Date | null;
  readonly version: number;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
  readonly card_quota: number;
  readonly name: string | null;
  readonly buyer_name: string | null;
  readonly buyer_email: string | null;
  readonly buyer_tel: string | null;
  readonly buyer_addr: string | null;
  readonly buyer_postcode: string | null;
  readonly custom_data: string | null;
  readonly notice_urls: readonly string[];
  readonly details: OperationDetails;
}

export const scheduleStatuses = ['scheduled', 'executed', 'revoked'] as const;
export type ScheduleStatus = (typeof scheduleStatuses)[number];

/** A schedule and what came of it. One that is running, or in doubt, has neither been executed nor failed: nothing came of it yet. */
export interface Schedule extends ScheduleRow, Pick<Payment, 'fail_reason'> {
  readonly schedule_status: ScheduleStatus;
  readonly payment_status: Exclude<PaymentStatus, 'ready'> | null;
  readonly imp_uid: string | null;
  readonly provider: string | null;
  readonly mid: string | null;
  readonly executed_at: Date | null;
}

/** The columns of a `Schedule`, of `schedules s` and its payment `p`, if that has ended. */
export const scheduleStatusSql = `case when p.id is not null then 'executed' when s.status = 'taken' then 'scheduled' else s.status end`;

/** As long as a schedule's payment is `ready`, it is being made. */
export const endedPaymentSql = `left join payments p
    on p.merchant_id = s.merchant_id and p.id = s.payment_id and p.status <> 'ready'`;

/** A schedule that is running, or whose charge is in doubt: nobody may touch it until that has ended. */
export function isRunning({ status, payment_status }: Pick<Schedule, 'status' | 'payment_status'>): boolean {
  return status === 'taken' && payment_status === null;
}
