import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { registersCards } from '../../core/billing/issue-key.ts';
import { payAndKeep } from '../../core/billing/pay-and-keep.ts';
import { routeThrough } from '../../core/merchants/channel-groups.ts';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Services } from '../../core/services.ts';
import { maskCardNumber } from '../../platform/codes/mask-card-number.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { supportOf } from '../../port/capabilities.ts';
import { AmountField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { type PaymentAnswer, PaymentView, viewPayment } from '../views/payment.ts';
import { paidPaymentExample } from '../views/payment-example.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';
import { cardFields, readCard } from './card-fields.ts';
import { optionDetails, optionFields } from './order-options.ts';
import { refuseUnsupportedFields, unsupportedFields } from './unsupported-fields.ts';

/** A discount, what a gateway alone understands, and 3-D Secure. */
const unsupported = ['promotion_id', 'bypass', 'secure_3d_charge_id', 'secure_3d_token'] as const;

const OnetimeBody = Type.Object({
  merchant_uid: Type.String({ maxLength: 40 }),
  currency: Type.Optional(Type.String({ maxLength: 3 })),
  amount: AmountField(),
  tax_free: Type.Optional(AmountField()),
  vat_amount: Type.Optional(AmountField()),
  vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
  ...cardFields,
  customer_uid: Type.Optional(
    Type.String({
      maxLength: 80,
      description:
        'The card is registered under this name once it has paid; the payment names it only if that succeeded. buyer_* become customer_*.',
    }),
  ),
  pg: Type.Optional(Type.String({ maxLength: 80, description: '`tosspayments`, or `tosspayments.MID`.' })),
  channel_key: Type.Optional(Type.String({ maxLength: 80 })),
  channelGroupId: Type.Optional(
    Type.String({
      maxLength: 55,
      description:
        'A group of channels: the order falls to one of them by its merchant_uid, by their weights. Wins over channel_key and pg.',
    }),
  ),
  channel_group_id: Type.Optional(
    Type.String({ maxLength: 55, description: 'channelGroupId, as POST /subscribe/customers spells it.' }),
  ),
  ...buyerFields,
  ...optionFields,
  ...unsupportedFields(unsupported),
  custom_data: Type.Optional(JsonTextField({ description: customDataText })),
  notice_url: Type.Optional(StringListField()),
});

const refusals = [
  'parameter_not_supported',
  'channel_not_found',
  'billing_channel_not_found',
  'not_supported_by_gateway',
  'currency_not_supported',
  'amount_invalid',
  'tax_free_exceeds_amount',
  'card_number_invalid',
  'order_already_paid',
  'payment_refused',
  'outcome_in_doubt',
  'gateway_unreachable',
] as const;

export function onetimeRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/onetime',
    operationId: 'onetime',
    tag: 'subscribe',
    summary: 'Pays once with a card number (key-in), and keeps the card if it is given a name.',
    description:
      'A card is charged once per order (merchant_uid): a repeat is refused and says so. Idempotency-Key and browser_ip are not looked at.',
    body: OnetimeBody,
    response: PaymentView,
    refusals,
    authenticate: true,
    example: {
      body: {
        merchant_uid: 'order-1',
        amount: 1000,
        card_number: '5570-4200-0000-7221',
        expiry: '2030-12',
        birth: '900101',
        pwd_2digit: '12',
      },
      response: paidPaymentExample,
    },
    handler: ({ body, merchant, request }) => payOnce(services, merchant, body, request.headers['user-agent']),
  });
}

/** What the official schema no longer has, and older clients still call. */
export function foreignRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/foreign',
    operationId: 'foreign',
    tag: 'subscribe',
    summary: 'Old name of onetime, for cards of other countries.',
    description:
      'As POST /subscribe/payments/onetime; what a foreign card does not have (birth, pwd_2digit) is left out.',
    body: OnetimeBody,
    response: PaymentView,
    refusals,
    authenticate: true,
    example: {
      body: {
        merchant_uid: 'order-2',
        amount: 1000,
        card_number: '4330-1234-1234-1239',
        expiry: '2030-12',
        cvc: '123',
      },
      response: paidPaymentExample,
    },
    handler: ({ body, merchant, request }) => payOnce(services, merchant, body, request.headers['user-agent']),
  });
}

async function payOnce(
  services: Services,
  merchant: Merchant,
  body: Static<typeof OnetimeBody>,
  userAgent: string | undefined,
): Promise<PaymentAnswer> {
  refuseUnsupportedFields(unsupported, body);
  const currency = body.currency || 'KRW';
  if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
  const amounts = readOrderAmounts(
    { amount: body.amount, taxFree: body.tax_free, vat: body.vat_amount ?? body.vat },
    currency,
  );
  const card = readCard(body);
  const channel = await chooseChannel(services, merchant, body);
  const payment = await payAndKeep(
    services,
    {
      kind: 'approve',
      channel,
      values: {
        merchant_uid: body.merchant_uid,
        pay_method: 'card',
        channel: 'api',
        claims_order: true,
        currency,
        ...amounts,
        card_number: maskCardNumber(card.number),
        card_quota: body.card_quota ?? 0,
        started_at: services.clocks.of(merchant.id).now(),
        user_agent: userAgent ?? null,
        custom_data: body.custom_data ?? null,
        notice_urls: body.notice_url ?? [],
        ...buyerColumns(body),
      },
      details: optionDetails(body),
      secrets: {},
      card,
      deadline: services.requestDeadline(),
    },
    body.customer_uid || undefined,
  );
  return viewPayment(payment);
}

/** The order of a group is always paid through the same channel, so that a repeat can't be charged elsewhere. */
async function chooseChannel(
  { channels, channelGroups }: Services,
  merchant: Merchant,
  body: Static<typeof OnetimeBody>,
): Promise<Channel> {
  const groupId = body.channelGroupId || body.channel_group_id;
  if (!groupId) return channels.choose(merchant.id, { channelKey: body.channel_key, pg: body.pg });
  const group = await channelGroups.find(merchant.id, groupId);
  const takesIt = (channel: Channel): boolean =>
    paysByNumber(channel) && (!body.customer_uid || registersCards(channel));
  const members = group.members.filter(({ channel }) => takesIt(channel));
  const [channel] = routeThrough({ ...group, members }, body.merchant_uid);
  if (!channel) throw new Refusal('billing_channel_not_found');
  return channel;
}

function paysByNumber({ gateway, access }: Channel): boolean {
  const support = supportOf(gateway.capabilities, 'card', 'approve');
  return support === 'supported' || (support === 'undocumented' && access.mode === 'test');
}
