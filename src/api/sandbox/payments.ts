import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { confirmAtCounter } from '../../core/webhooks/direct-calls.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { isKnownCurrency } from '../../platform/money/currency.ts';
import { payMethods } from '../../port/payment.ts';
import { completeRefundAtSimulator, payAtSimulator } from '../../sandbox/deposits.ts';
import { payInWindow } from '../../sandbox/window-payments.ts';
import { AmountField, BooleanField, ChoiceField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { BankCodeField } from '../iamport/bank-code.ts';
import { buyerColumns, buyerFields, customDataText } from '../iamport/buyer-fields.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { paidPaymentExample } from '../views/payment-example.ts';
import type { ControlPlane } from './control-plane.ts';
import { naverFields, readNaverOrder } from './naver-window.ts';

export const WindowPaymentBody = Type.Object({
  pg_provider: Type.Optional(
    Type.String({ maxLength: 80, description: 'Default: the default channel of the merchant.' }),
  ),
  channel_key: Type.Optional(Type.String({ maxLength: 80 })),
  pay_method: ChoiceField(payMethods),
  amount: AmountField({ description: '0 with a customer_uid: the card is registered, and nothing is paid.' }),
  customer_uid: Type.Optional(
    Type.String({
      maxLength: 80,
      description:
        'The card (or telephone) is registered under this name, at a gateway that registers them in its window.',
    }),
  ),
  currency: Type.Optional(Type.String({ maxLength: 3 })),
  merchant_uid: Type.Optional(Type.String({ maxLength: 40, description: 'A new one by default.' })),
  tax_free: Type.Optional(AmountField()),
  vat_amount: Type.Optional(AmountField()),
  vbank_code: Type.Optional(BankCodeField),
  vbank_due: Type.Optional(Type.Integer()),
  escrow: Type.Optional(BooleanField({ description: 'The gateway keeps the money until the buyer has the goods.' })),
  ...naverFields,
  ...buyerFields,
  notice_url: Type.Optional(StringListField()),
  custom_data: Type.Optional(JsonTextField({ description: customDataText })),
});

export function sandboxPaymentRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/payments',
    operationId: 'payInWindow',
    tag: 'sandbox',
    summary: 'The buyer has just paid in the payment window of a gateway, or (vbank) been given an account there.',
    body: WindowPaymentBody,
    response: PaymentView,
    refusals: [
      'channel_not_found',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'prepare_amount_differs',
      'parameter_not_supported',
      'order_already_paid',
      'cancellation_busy',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: {
      body: { pg_provider: 'tosspayments', pay_method: 'card', amount: 1000, buyer_name: '홍길동', name: '당근 10kg' },
      response: paidPaymentExample,
    },
    async handler({ body, request }) {
      const merchant = await plane.merchantOrDemo(request);
      const channel = await services.channels.choose(merchant.id, {
        channelKey: body.channel_key,
        pg: body.pg_provider,
      });
      const currency = body.currency || 'KRW';
      if (!isKnownCurrency(currency) || !channel.gateway.capabilities.currencies.includes(currency)) {
        throw new Refusal('currency_not_supported', { currency });
      }
      const customerUid = body.customer_uid || undefined;
      const { amounts, terms } = readNaverOrder(body, channel.gateway, currency, customerUid !== undefined);
      const now = services.clocks.of(merchant.id).now();
      const payment = await payInWindow(services, simulators, channel, {
        payMethod: body.pay_method,
        customerUid,
        bankCode: body.vbank_code,
        isEscrow: body.escrow ?? false,
        dueAt: body.vbank_due === undefined ? undefined : new Date(body.vbank_due * 1000),
        terms,
        values: {
          merchant_uid: body.merchant_uid || `sandbox_${randomUUID().slice(0, 18)}`,
          currency,
          ...amounts,
          started_at: now,
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ?? [],
          ...buyerColumns(body),
        },
      });
      services.webhooks.wake();
      return viewPayment(payment);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/vbanks/:imp_uid/deposit',
    operationId: 'depositIntoVbank',
    tag: 'sandbox',
    summary: 'Somebody pays into the virtual account.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({
      amount: Type.Optional(AmountField({ description: 'Default: what is due. The bank refuses any other amount.' })),
      depositor_name: Type.Optional(Type.String({ maxLength: 30 })),
    }),
    response: PaymentView,
    refusals: [
      'payment_not_found',
      'amount_invalid',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
      'sandbox_notice_waiting',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { depositor_name: '홍길동' } },
    async handler({ params, body, request }) {
      const payment = await plane.paymentFor(request, params.imp_uid);
      const amountMinor = readOptionalAmount('amount', body.amount, payment.currency);
      const paid = await payAtSimulator(services, simulators, payment, (control, orderId) =>
        control.deposit({
          mid: payment.mid,
          orderId,
          ...(amountMinor === null ? {} : { amountMinor }),
          ...(body.depositor_name ? { depositorName: body.depositor_name } : {}),
        }),
      );
      return viewPayment(paid);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/cvs/:imp_uid/pay',
    operationId: 'payAtCounter',
    tag: 'sandbox',
    summary: 'The barcode is paid at the counter of a convenience store.',
    description: 'A payment with a confirm_url is paid only if that answers 200 within ten seconds.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({
      pay_type: Type.Optional(ChoiceField(['cash', 'card'], { description: 'Told to the confirm_url. Default cash.' })),
    }),
    response: PaymentView,
    refusals: [
      'payment_not_found',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
      'sandbox_notice_waiting',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { pay_type: 'cash' } },
    async handler({ params, body, request }) {
      const payment = await plane.paymentFor(request, params.imp_uid);
      if (payment.status === 'ready') await confirmAtCounter(services, payment, body.pay_type ?? 'cash');
      const paid = await payAtSimulator(services, simulators, payment, (control, orderId) =>
        control.payBarcode({ mid: payment.mid, orderId }),
      );
      return viewPayment(paid);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/payments/:imp_uid/refund-result',
    operationId: 'completeRefund',
    tag: 'sandbox',
    summary: 'Refunds that the gateway has taken and pays out later are paid out now, or fail.',
    description: 'For gateways that refund virtual accounts later; the gateway tells of it by its own notice.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({
      succeeded: Type.Optional(Type.Boolean({ description: 'Default: true.' })),
      code: Type.Optional(Type.String({ maxLength: 100, description: "The gateway's code of the failure." })),
    }),
    response: PaymentView,
    refusals: ['payment_not_found', 'sandbox_payment_refused', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { succeeded: true } },
    async handler({ params, body, request }) {
      const payment = await plane.paymentFor(request, params.imp_uid);
      const completed = await completeRefundAtSimulator(services, simulators, payment, {
        succeeded: body.succeeded ?? true,
        ...(body.code ? { code: body.code } : {}),
      });
      return viewPayment(completed);
    },
  });
}
