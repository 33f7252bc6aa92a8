import { Refusal } from '../../platform/errors/refusal.ts';
import type { BillingKey } from '../../port/billing-key.ts';
import type { Channels } from '../merchants/channels.ts';
import type { Caller } from '../operations/carry-out.ts';
import { type OperationReport, paymentOfReport } from '../operations/report.ts';
import {
  BillingKeyChanged,
  type NewPayment,
  refuseTakenOrder,
  type TakenSchedule,
} from '../payments/insert-payment.ts';
import { type MakePaymentParts, makePayment } from '../payments/make-payment.ts';
import { decryptBillingKey } from '../records/billing-key.ts';
import type { CheckedKey, OperationDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';
import { chargeKeyKind } from './charge-key-kind.ts';
import { liveKey } from './find-keys.ts';

export interface ChargeKeyParts extends MakePaymentParts {
  readonly channels: Channels;
}

export interface KeyChargeRequest {
  readonly customerUid: string;
  /** Must be the channel that the key was issued by. */
  readonly channelKey?: string | undefined;
  /** `payment.scheduled`: at a time that was set before. */
  readonly usage: 'payment' | 'payment.scheduled';
  readonly values: Omit<NewPayment, 'pay_method' | 'channel' | 'claims_order' | 'customer_uid' | 'customer_uid_usage'>;
  readonly details: OperationDetails;
  /** The schedule that this is an attempt of. */
  readonly schedule?: TakenSchedule;
  /** Only shows whether this key can be charged: another one of the name's is not. */
  readonly check?: CheckedKey;
  /** Of a check: the key that the checked one has replaced. */
  readonly earlierBillingKey?: BillingKey;
}

/** A key that is replaced again and again while it is charged is charged by nobody. */
const readingsMax = 5;

/**
 * Makes a payment by a billing key: once per `merchant_uid`, whatever fails. Throws a `Refusal` for whatever was refused before
 * anything was sent (the order number first, as the real server seems to), and `ScheduleChanged`; everything after that is in the
 * report.
 */
export async function chargeKey(
  parts: ChargeKeyParts,
  { merchantId, idempotencyId, deadline }: Caller,
  charge: KeyChargeRequest,
): Promise<OperationReport> {
  await refuseTakenOrder(parts.database, merchantId, charge.values.merchant_uid, { isCharge: true });
  for (let reading = 1; ; reading++) {
    const row = await liveKey(parts.database, merchantId, charge.customerUid);
    if (!row?.gateway_key) throw new Refusal('buyer_not_registered');
    const { check, earlierBillingKey } = charge;
    if (check && check.generation !== row.generation) throw new BillingKeyChanged();
    const channel = await parts.channels.byId(row.channel_id);
    if (charge.channelKey && charge.channelKey !== channel.channelKey) {
      throw new Refusal('billing_key_channel_mismatch', { channel: charge.channelKey });
    }
    try {
      return await makePayment(parts, {
        kind: 'charge_key',
        channel,
        values: {
          ...charge.values,
          pay_method: row.pay_method,
          channel: 'api',
          claims_order: true,
          customer_uid: charge.customerUid,
          customer_uid_usage: charge.usage,
          card_code: row.card_code,
          card_name: row.card_name,
          card_issuer_code: row.card_issuer_code,
          card_issuer_name: row.card_issuer_name,
          card_number: row.card_number,
          card_type: row.card_type,
        },
        details: check ? { ...charge.details, checks_key: check } : charge.details,
        secrets: {
          billingKey: decryptBillingKey(parts.encryption, row, row.gateway_key),
          ...(earlierBillingKey ? { earlierBillingKey } : {}),
        },
        card: null,
        billingKey: row,
        schedule: charge.schedule,
        idempotencyId,
        deadline,
      });
    } catch (error) {
      if (!(error instanceof BillingKeyChanged) || check || reading === readingsMax) throw error;
    }
  }
}

/**
 * The payment that was made. One that the gateway declined is a payment, too, of the status `failed`; only what made none is a
 * refusal, and what nobody knows.
 */
export function chargedPaymentOf(report: OperationReport): Payment {
  return report.state === 'refused' ? paymentOf(report.subject) : paymentOfReport(report, chargeKeyKind);
}
