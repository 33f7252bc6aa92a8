import { randomUUID } from 'node:crypto';
import { keepWindowKey } from '../core/billing/keep-window-key.ts';
import type { Channel } from '../core/merchants/channels.ts';
import { newImpUid } from '../core/payments/identifier.ts';
import { insertPayment, type NewPayment, refuseTakenOrder, refuseTooMuch } from '../core/payments/insert-payment.ts';
import { refuseOtherAmount } from '../core/payments/prepared-amounts.ts';
import { customerOf } from '../core/records/billing-key.ts';
import { encryptedColumns, placeIn } from '../core/records/encrypted-columns.ts';
import type { Payment } from '../core/records/payment.ts';
import type { Services } from '../core/services.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import { supportOf } from '../port/capabilities.ts';
import { type Gateway, issuingBankMeant } from '../port/gateway.ts';
import type { GatewayPayment } from '../port/lookup.ts';
import type { PayMethod } from '../port/payment.ts';
import type { WindowPaymentRequest } from '../simulators/control.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

export interface WindowPayment {
  readonly payMethod: PayMethod;
  /** KFTC's code or the gateway's own. */
  readonly bankCode: string | undefined;
  readonly dueAt: Date | undefined;
  readonly isEscrow?: boolean;
  /** What only this gateway's window asks for. */
  readonly terms?: Readonly<Record<string, unknown>> | undefined;
  /** The card is registered under this name; an amount of 0: and nothing is paid. */
  readonly customerUid?: string | undefined;
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
  window: WindowPayment,
): Promise<Payment> {
  if (window.customerUid) return issueKeyInWindow(services, simulators, channel, window, window.customerUid);
  const { payMethod, bankCode, dueAt, isEscrow = false, terms, values } = window;
  refuseWithoutWindow(channel, payMethod, 'pay_in_window');
  if (isEscrow && supportOf(channel.gateway.capabilities, payMethod, 'register_shipping') === 'unsupported') {
    throw new Refusal('not_supported_by_gateway', { provider: channel.provider, capability: `escrow(${payMethod})` });
  }
  refuseTooMuch(values);
  await refuseOtherAmount(services.database, channel.merchantId, values);
  const impUid = newImpUid('window');
  const made = await withSimulator(simulators.of(channel.provider), (control) =>
    control.createWindowPayment({
      ...orderInWindow(channel, impUid, payMethod, values),
      // A code of nobody goes on as it came: the simulator refuses it as its window would.
      ...(bankCode === undefined ? {} : { bankCode: bankMeant(channel.gateway, payMethod, bankCode) ?? bankCode }),
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(isEscrow ? { isEscrow } : {}),
      ...(terms === undefined ? {} : { terms }),
    }),
  );
  if (made.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: made.message });
  const columns = columnsOf(made.result, services, { merchant_id: channel.merchantId, imp_uid: impUid });
  const receiptUrl = channel.gateway.receiptUrlOf?.({
    orderId: impUid,
    gatewayTid: made.result.gatewayTid,
    payMethod,
    currency: values.currency,
    paymentAmountMinor: values.amount_minor,
    madeAt: values.started_at,
    accountNumber: made.result.virtualAccount?.accountNumber ?? null,
  });
  return insertPayment(
    services.database,
    channel,
    {
      ...values,
      pay_method: payMethod,
      channel: 'pc',
      imp_uid: impUid,
      escrow: isEscrow,
      ...columns,
      receipt_url: columns.receipt_url ?? (columns.status === 'paid' ? (receiptUrl ?? null) : null),
    },
    null,
  );
}

function refuseWithoutWindow(
  { gateway, provider }: Channel,
  payMethod: PayMethod,
  capability: 'pay_in_window' | 'issue_key_in_window',
): void {
  if (supportOf(gateway.capabilities, payMethod, capability) !== 'unsupported') return;
  throw new Refusal('not_supported_by_gateway', { provider, capability: `${capability}(${payMethod})` });
}

/**
 * The buyer has registered a card in the window. Many gateways pay nothing there, whatever amount they show: the payment is then
 * one of nothing, and keeps its merchant_uid from being used again.
 */
async function issueKeyInWindow(
  services: Services,
  simulators: Simulators,
  channel: Channel,
  { payMethod, values }: WindowPayment,
  customerUid: string,
): Promise<Payment> {
  refuseWithoutWindow(channel, payMethod, 'issue_key_in_window');
  refuseTooMuch(values);
  await refuseTakenOrder(services.database, channel.merchantId, values.merchant_uid);
  const impUid = newImpUid('window');
  const customerId = randomUUID();
  const made = await withSimulator(simulators.of(channel.provider), (control) =>
    control.issueKeyInWindow({
      ...orderInWindow(channel, impUid, payMethod, values),
      customerUid,
      customerId,
    }),
  );
  if (made.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: made.message });
  const { issued, payment } = made.result;
  const kept = await keepWindowKey(services, channel, {
    customerUid,
    customerId,
    payMethod,
    issued,
    customer: customerOf(values),
    at: values.started_at,
  });
  if (!kept) throw new Refusal('cancellation_busy');
  const nothing = {
    amount_minor: 0n,
    tax_free_minor: 0n,
    vat_minor: 0n,
    status: 'paid',
    paid_at: values.started_at,
  } as const;
  const card = {
    card_code: kept.card_code,
    card_name: kept.card_name,
    card_issuer_code: kept.card_issuer_code,
    card_issuer_name: kept.card_issuer_name,
    card_number: kept.card_number,
    card_type: kept.card_type,
  };
  return insertPayment(
    services.database,
    channel,
    {
      ...values,
      pay_method: payMethod,
      channel: 'pc',
      imp_uid: impUid,
      customer_uid: customerUid,
      customer_uid_usage: 'issue',
      ...(payment
        ? columnsOf(payment, services, { merchant_id: channel.merchantId, imp_uid: impUid })
        : { ...nothing, ...card }),
    },
    null,
  );
}

function bankMeant(gateway: Gateway, payMethod: PayMethod, given: string): string | undefined {
  return payMethod === 'vbank' ? issuingBankMeant(gateway, given) : gateway.codes.bankMeant(given);
}

function columnsOf(
  found: GatewayPayment,
  { encryption }: Services,
  payment: Pick<Payment, 'merchant_id' | 'imp_uid'>,
): Partial<NewPayment> & { notice_secret?: string } {
  const { approval, virtualAccount: account } = found;
  const place = placeIn(encryptedColumns.noticeSecret, payment);
  const secret = account?.noticeSecret ? encryption.encrypt(account.noticeSecret, place) : null;
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

/** What every window is told of an order. */
function orderInWindow(
  channel: Channel,
  impUid: string,
  payMethod: PayMethod,
  values: WindowPayment['values'],
): Omit<WindowPaymentRequest, 'bankCode' | 'dueAt' | 'cashReceiptIdentifier' | 'isEscrow' | 'terms'> {
  return {
    mid: channel.mid,
    orderId: impUid,
    orderName: values.name || values.merchant_uid,
    payMethod,
    currency: values.currency,
    amountMinor: values.amount_minor,
    taxFreeMinor: values.tax_free_minor,
    vatMinor: values.vat_minor,
    buyer: { name: values.buyer_name ?? null, email: values.buyer_email ?? null, tel: values.buyer_tel ?? null },
  };
}
