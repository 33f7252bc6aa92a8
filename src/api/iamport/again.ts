import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { chargedPaymentOf, chargeKey } from '../../core/billing/charge-key.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { AmountField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { paidPaymentExample } from '../views/payment-example.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';
import { optionDetails, optionFields } from './order-options.ts';
import { refuseUnsupportedFields, unsupportedFields } from './unsupported-fields.ts';

/** A discount, what a gateway alone understands, and cash receipts of a wallet. */
const unsupported = ['promotion_id', 'bypass', 'cash_receipt_type'] as const;

export function againRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/subscribe/payments/again',
    operationId: 'again',
    tag: 'subscribe',
    summary: 'Charges a registered card.',
    description:
      'A card is charged once per order (merchant_uid). A card that is declined makes a payment of the status `failed`, which is code 0; the order can then be charged again. When the answer of the gateway is lost and it can not tell afterwards, the charge stays in doubt and is never sent again: the order stays taken until the doubt has ended (GET /doubts). Without a name the order has that of its merchant_uid. browser_ip, product_count and extra[naverUseCfm] are not looked at.',
    headers: idempotencyHeaders,
    body: Type.Object({
      customer_uid: Type.String({ maxLength: 80 }),
      merchant_uid: Type.String({ maxLength: 40 }),
      currency: Type.Optional(Type.String({ maxLength: 3 })),
      amount: AmountField(),
      tax_free: Type.Optional(AmountField()),
      vat_amount: Type.Optional(AmountField()),
      vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
      channel_key: Type.Optional(
        Type.String({ maxLength: 80, description: 'Refused unless it is the channel that the key was issued by.' }),
      ),
      ...buyerFields,
      ...optionFields,
      ...unsupportedFields(unsupported),
      custom_data: Type.Optional(JsonTextField({ description: customDataText })),
      notice_url: Type.Optional(StringListField()),
    }),
    response: PaymentView,
    refusals: [
      'buyer_not_registered',
      'billing_key_channel_mismatch',
      'order_already_paid',
      'parameter_not_supported',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'outcome_in_doubt',
      'gateway_unreachable',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'idempotent_request_running',
    ],
    authenticate: true,
    example: {
      body: { customer_uid: 'customer-1-card-a', merchant_uid: 'order-1', amount: 1000, name: '월 구독' },
      response: { ...paidPaymentExample, customer_uid: 'customer-1-card-a', customer_uid_usage: 'payment' },
    },
    async handler({ body, merchant, request }) {
      refuseUnsupportedFields(unsupported, body);
      const currency = body.currency || 'KRW';
      if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
      const amounts = readOrderAmounts(
        { amount: body.amount, taxFree: body.tax_free, vat: body.vat_amount ?? body.vat },
        currency,
      );
      return answerOnce(services, {
        request,
        merchant,
        path: '/subscribe/payments/again',
        parameters: body,
        begin: (caller) =>
          chargeKey(services, caller, {
            customerUid: body.customer_uid,
            channelKey: body.channel_key,
            usage: 'payment',
            values: {
              merchant_uid: body.merchant_uid,
              currency,
              ...amounts,
              card_quota: body.card_quota ?? 0,
              started_at: services.clocks.of(merchant.id).now(),
              user_agent: request.headers['user-agent'] ?? null,
              custom_data: body.custom_data ?? null,
              notice_urls: body.notice_url ?? [],
              ...buyerColumns(body),
            },
            details: optionDetails(body),
          }),
        answer: (report) => viewPayment(chargedPaymentOf(report)),
      });
    },
  });
}
