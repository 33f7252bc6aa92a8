import { insertCheckout } from '../../core/checkout/checkouts.ts';
import type { Channel } from '../../core/merchants/channels.ts';
import { newImpUid } from '../../core/payments/identifier.ts';
import { insertPayment, type NewPayment, refuseTakenOrder } from '../../core/payments/insert-payment.ts';
import { refuseOtherAmount } from '../../core/payments/prepared-amounts.ts';
import type { CheckoutRequest, CheckoutRow, CheckoutWay } from '../../core/records/checkout.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { supportOf } from '../../port/capabilities.ts';

export interface OpenedWindow {
  readonly token: string;
  readonly checkout: CheckoutRow;
}

/** A shop's page opens a payment window: the payment is there from now on, and waits. */
export async function openPaymentWindow(
  services: Services,
  channel: Channel,
  wanted: {
    readonly way: CheckoutWay;
    readonly values: NewPayment;
    readonly request: CheckoutRequest;
  },
): Promise<OpenedWindow & { readonly payment: Payment }> {
  const { values, way, request } = wanted;
  const { database } = services;
  if (!channel.gateway.capabilities.currencies.includes(values.currency)) {
    throw new Refusal('currency_not_supported', { currency: values.currency });
  }
  refuseUnsupported(channel, values, request);
  await refuseTakenOrder(database, channel.merchantId, values.merchant_uid);
  await refuseOtherAmount(database, channel.merchantId, values);
  const impUid = newImpUid('window');
  const payment = await insertPayment(database, channel, { ...values, imp_uid: impUid, status: 'ready' }, null);
  return { ...(await insertCheckout(services, { kind: 'payment', channel, impUid, way, request })), payment };
}

/** A shop's page has a person certified. The certification is written down when it ends. */
export function openCertificationWindow(
  services: Services,
  channel: Channel,
  way: CheckoutWay,
  request: CheckoutRequest,
): Promise<OpenedWindow> {
  return insertCheckout(services, { kind: 'certification', channel, impUid: newImpUid('window'), way, request });
}

function refuseUnsupported({ gateway, provider }: Channel, values: NewPayment, { payment }: CheckoutRequest): void {
  const { pay_method: payMethod } = values;
  const capability = payment?.key ? 'issue_key_in_window' : 'pay_in_window';
  if (supportOf(gateway.capabilities, payMethod, capability) === 'unsupported') {
    throw new Refusal('not_supported_by_gateway', { provider, capability: `${capability}(${payMethod})` });
  }
  if (values.escrow && supportOf(gateway.capabilities, payMethod, 'register_shipping') === 'unsupported') {
    throw new Refusal('not_supported_by_gateway', { provider, capability: `escrow(${payMethod})` });
  }
}
