import { paymentOfCheckout } from '../../../core/checkout/checkouts.ts';
import { endCodeOfCheckout, failureOfCheckout } from '../../../core/checkout/failure.ts';
import type { Channel } from '../../../core/merchants/channels.ts';
import type { CheckoutRow } from '../../../core/records/checkout.ts';
import type { Payment } from '../../../core/records/payment.ts';
import type { Services } from '../../../core/services.ts';
import { unixSeconds } from '../../../platform/clock/clock.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { englishBankName, englishCardName } from '../../../platform/codes/english-names.ts';
import { gatewayName } from '../../../platform/codes/gateway-names.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import { carriers } from '../../../port/certification.ts';
import { directOf, issuersOf, quotasOf } from '../../../sandbox/checkout/instalments.ts';
import type { Simulators } from '../../../sandbox/simulators.ts';
import {
  type CheckoutResultAnswer,
  type CheckoutWindowAnswer,
  viewCertificationResult,
  viewPaymentResult,
} from '../../views/checkout.ts';
import { sandboxCode } from '../certified-person.ts';
import { certificationOfCheckout } from './certification-window.ts';

/** How a window stands. */
export async function resultOf(services: Services, checkout: CheckoutRow): Promise<CheckoutResultAnswer> {
  if (checkout.kind === 'certification') {
    return resultOfCertification(services, checkout);
  }
  return resultOfPayment(services, checkout, await paymentOfCheckout(services, checkout));
}

async function resultOfCertification(services: Services, checkout: CheckoutRow): Promise<CheckoutResultAnswer> {
  const certification = await certificationOfCheckout(services, checkout);
  const end = certification ? await endCodeOfCheckout(services, checkout) : null;
  return viewCertificationResult(checkout, certification, end);
}

async function resultOfPayment(
  services: Services,
  checkout: CheckoutRow,
  payment: Payment,
): Promise<CheckoutResultAnswer> {
  const failure = payment.status === 'failed' ? await failureOfCheckout(services, checkout, payment) : null;
  return viewPaymentResult(checkout, payment, failure, services.clock.now());
}

/** Everything that its page shows. */
export async function showWindow(
  services: Services,
  simulators: Simulators,
  checkout: CheckoutRow,
): Promise<CheckoutWindowAnswer> {
  const channel = await services.channels.byId(checkout.channel_id);
  if (checkout.kind === 'certification') {
    return { ...(await resultOfCertification(services, checkout)), ...certificationParts(checkout, channel) };
  }
  const payment = await paymentOfCheckout(services, checkout);
  return {
    ...(await resultOfPayment(services, checkout, payment)),
    ...common(checkout, channel),
    ...paymentParts(checkout, channel, payment),
    certification: null,
    tester: { decline_codes: declineCodes(simulators, channel) },
  };
}

function common(checkout: CheckoutRow, { provider, merchantName }: Channel) {
  const name = gatewayName(provider);
  return {
    kind: checkout.kind,
    way: checkout.way,
    language: checkout.request.language,
    shop: { name: merchantName, company: checkout.request.company },
    gateway: { provider, name: name.ko, name_en: name.en },
    expires_at: unixSeconds(checkout.expires_at),
  };
}

function paymentParts(checkout: CheckoutRow, { gateway }: Channel, payment: Payment) {
  const window = checkout.request.payment;
  if (!window) throw new Error('the window of a payment was opened without one');
  const { pay_method: method, currency } = payment;
  const amount = (minor: bigint) => amountNumber(minor, currency);
  const issuers = method === 'card' ? issuersOf(gateway, payment, window) : [];
  const card = {
    issuers: issuers.map(({ code, name, quotas }) => ({
      code,
      name,
      name_en: englishCardName(code) ?? name,
      quotas: [...quotas],
    })),
    quotas: [...quotasOf(gateway, payment, window)],
    preset: directOf(gateway, window),
    use_point: window.use_point,
  };
  return {
    order: {
      imp_uid: payment.imp_uid,
      merchant_uid: payment.merchant_uid,
      name: payment.name,
      amount: amount(payment.amount_minor),
      currency,
      tax_free: amount(payment.tax_free_minor),
      vat: amount(payment.vat_minor),
      is_key: window.key !== null,
      pays: payment.amount_minor > 0n,
      is_escrow: payment.escrow,
      period: window.period,
      buyer: { name: payment.buyer_name, tel: payment.buyer_tel, email: payment.buyer_email },
    },
    method,
    wallet: payment.emb_pg_provider,
    card: method === 'card' ? card : null,
    banks: method === 'trans' || method === 'vbank' ? banksOf(gateway, method) : null,
    vbank: method === 'vbank' ? { due_at: window.vbank_due ?? 0, holder: payment.buyer_name ?? '' } : null,
    carriers: method === 'phone' ? [...carriers, 'MVNO'] : null,
  };
}

function banksOf({ codes, capabilities }: Channel['gateway'], method: 'trans' | 'vbank') {
  return codes.banks
    .map(({ kftcCode }) => kftcCode)
    .filter((code) => method === 'trans' || (capabilities.virtualAccountBanks?.includes(code) ?? true))
    .flatMap((code) => {
      const name = bankName(code);
      // Securities firms have accounts, and issue none.
      return name === undefined || code >= '200' ? [] : [{ code, name, name_en: englishBankName(code) ?? name }];
    });
}

/** The gateway's own codes, as far as its simulator's cards show some. */
function declineCodes(simulators: Simulators, { provider }: Channel) {
  const { cards = [] } = simulators.of(provider).sandbox;
  const byCode = new Map(cards.map(({ code, meaning }) => [code, meaning]));
  return [...byCode].map(([code, message]) => ({ code, message }));
}

function certificationParts(
  checkout: CheckoutRow,
  channel: Channel,
): Omit<CheckoutWindowAnswer, keyof CheckoutResultAnswer> {
  const { request } = checkout;
  const asked = request.certification ?? { name: null, phone: null, carrier: null, min_age: null };
  return {
    ...common(checkout, channel),
    order: {
      imp_uid: checkout.imp_uid,
      merchant_uid: request.merchant_uid,
      name: null,
      amount: 0,
      currency: 'KRW',
      tax_free: 0,
      vat: 0,
      is_key: false,
      pays: false,
      is_escrow: false,
      period: null,
      buyer: { name: asked.name, tel: asked.phone, email: null },
    },
    method: '',
    wallet: null,
    card: null,
    banks: null,
    vbank: null,
    carriers: [...carriers, 'MVNO'],
    certification: { ...asked, birthday: null, otp: sandboxCode },
    tester: { decline_codes: [] },
  };
}
