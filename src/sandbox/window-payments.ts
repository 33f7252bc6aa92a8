import type { Channel } from '../core/merchants/channels.ts';
import { newImpUid } from '../core/payments/identifier.ts';
import { insertPayment, type NewPayment } from '../core/payments/insert-payment.ts';
import type { Payment } from '../core/records/payment.ts';
import type { Services } from '../core/services.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import { supportOf } from '../port/capabilities.ts';
import type { GatewayPayment } from '../port/lookup.ts';
import type { PayMethod } from '../port/payment.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

export interface WindowPayment {
  readonly payMethod: PayMethod;
  readonly bankCode: string | undefined;
  readonly dueAt: Date | undefined;
  readonly values: Pick<
    NewPayment,
    'merchant_uid' | 'currency' | 'amount_minor' | 'tax_free_minor' | 'vat_minor' | 'started_at'
  > &
    Partial<NewPayment>;
}

/**
 * The buyer has just paid in the gateway's own window, or been given a virtual account there. The simulator makes the
 * payment, and our book takes over what the gateway's says of it, as it would after a real window closes.
 */
export async function payInWindow(
  services: Services,
  simulators: Simulators,
  channel: Channel,
  { payMethod, bankCode, dueAt, values }: WindowPayment,
): Promise<Payment> {
  if (supportOf(channel.gateway.capabilities, payMethod, 'pay_in_window') === 'unsupported') {
    throw new Refusal('not_supported_by_gateway', {
      provider: channel.provider,
      capability: `pay_in_window(${payMethod})`,
    });
  }
  const impUid = newImpUid('window');
  const made = await withSimulator(simulators.of(channel.provider), (control) =>
    control.createWindowPayment({
      mid: channel.mid,
      orderId: impUid,
      orderName: values.name || values.merchant_uid,
      payMethod,
      currency: values.currency,
      amountMinor: values.amount_minor,
      taxFreeMinor: values.tax_free_minor,
      vatMinor: values.vat_minor,
      buyer: { name: values.buyer_name ?? null, email: values.buyer_email ?? null, tel: values.buyer_tel ?? null },
      ...(bankCode === undefined ? {} : { bankCode }),
      ...(dueAt === undefined ? {} : { dueAt }),
    }),
  );
  if (made.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: made.message });
  return insertPayment(
    services.database,
    channel,
    { ...values, pay_method: payMethod, channel: 'pc', imp_uid: impUid, ...columnsOf(made.result, services) },
    null,
  );
}

function columnsOf(found: GatewayPayment, { encryption }: Services): Partial<NewPayment> & { notice_secret?: string } {
  const { approval, virtualAccount: account } = found;
  const secret = account?.noticeSecret ? encryption.encrypt(account.noticeSecret, 'payments.notice_secret') : null;
  return {
    status: found.status === 'waiting_for_deposit' ? 'ready' : 'paid',
    paid_at: found.paidAt,
    pg_tid: found.gatewayTid,
    apply_num: approval?.approvalNumber ?? null,
    receipt_url: approval?.receiptUrl ?? null,
    card_code: approval?.card?.code ?? null,
    card_name: approval?.card?.name ?? null,
    card_issuer_code: approval?.card?.issuerCode ?? null,
    card_issuer_name: approval?.card?.issuerName ?? null,
    card_number: approval?.card?.maskedNumber ?? null,
    card_quota: approval?.card?.installmentMonths ?? 0,
    card_type: approval?.card?.type ?? null,
    bank_code: approval?.bank?.code ?? null,
    bank_name: approval?.bank?.name ?? null,
    vbank_code: account?.bankCode ?? null,
    vbank_name: account?.bankName ?? null,
    vbank_num: account?.accountNumber ?? null,
    vbank_holder: account?.holder ?? null,
    vbank_due_at: account?.dueAt ?? null,
    vbank_issued_at: account?.issuedAt ?? null,
    ...(secret ? { notice_secret: `\\x${secret.toString('hex')}` } : {}),
  };
}
