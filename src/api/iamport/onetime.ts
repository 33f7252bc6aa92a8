import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readCardExpiry, readCardNumber } from '../../core/payments/card.ts';
import { approvedPaymentOf, makePayment } from '../../core/payments/make-payment.ts';
import type { Services } from '../../core/services.ts';
import { maskCardNumber } from '../../platform/codes/mask-card-number.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { AmountField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { paidPaymentExample } from '../views/payment-example.ts';
import { buyerColumns, buyerFields } from './buyer-fields.ts';

export function onetimeRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/onetime',
    operationId: 'onetime',
    tag: 'subscribe',
    summary: 'Pays once with a card number (key-in).',
    body: Type.Object({
      merchant_uid: Type.String({ maxLength: 40 }),
      currency: Type.Optional(Type.String({ maxLength: 3 })),
      amount: AmountField(),
      tax_free: Type.Optional(AmountField()),
      vat_amount: Type.Optional(AmountField()),
      vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
      card_number: Type.String({ maxLength: 24, description: '15 or 16 digits, with hyphens or without.' }),
      expiry: Type.String({ maxLength: 10, description: 'YYYY-MM.' }),
      birth: Type.Optional(Type.String({ maxLength: 12, description: 'YYMMDD, or a business number of ten digits.' })),
      pwd_2digit: Type.Optional(Type.String({ maxLength: 2 })),
      cvc: Type.Optional(Type.String({ maxLength: 4 })),
      pg: Type.Optional(Type.String({ maxLength: 80, description: '`tosspayments`, or `tosspayments.MID`.' })),
      channel_key: Type.Optional(Type.String({ maxLength: 80 })),
      ...buyerFields,
      card_quota: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
      interest_free_by_merchant: Type.Optional(Type.Boolean()),
      use_card_point: Type.Optional(Type.Boolean()),
      custom_data: Type.Optional(Type.String()),
      notice_url: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    response: PaymentView,
    refusals: [
      'channel_not_found',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'card_number_invalid',
      'order_already_paid',
      'payment_refused',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
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
    async handler({ body, merchant, request }) {
      const currency = body.currency || 'KRW';
      if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
      const amounts = readOrderAmounts(
        { amount: body.amount, taxFree: body.tax_free, vat: body.vat_amount ?? body.vat },
        currency,
      );
      const cardNumber = readCardNumber(body.card_number);
      const expiry = readCardExpiry(body.expiry);
      const channel = await services.channels.choose(merchant.id, { channelKey: body.channel_key, pg: body.pg });
      const report = await makePayment(services, {
        kind: 'approve',
        channel,
        values: {
          merchant_uid: body.merchant_uid,
          pay_method: 'card',
          channel: 'api',
          claims_order: true,
          currency,
          ...amounts,
          card_number: maskCardNumber(cardNumber),
          card_quota: body.card_quota ?? 0,
          started_at: services.clocks.of(merchant.id).now(),
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ? [body.notice_url] : [],
          ...buyerColumns(body),
        },
        details: {
          ...(body.interest_free_by_merchant ? { interest_free_by_merchant: true } : {}),
          ...(body.use_card_point ? { use_card_point: true } : {}),
        },
        secrets: {},
        card: {
          number: cardNumber,
          ...expiry,
          birthOrBusinessNumber: body.birth?.replaceAll('-', '') || null,
          passwordFirstTwo: body.pwd_2digit || null,
          cvc: body.cvc || null,
        },
        deadline: services.requestDeadline(),
      });
      return viewPayment(approvedPaymentOf(report));
    },
  });
}
