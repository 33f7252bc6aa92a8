import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../../errors/refusal.ts';
import { payMethods } from '../../gateways/gateway.ts';
import { faultKinds, faultOperations } from '../../gateways/simulator/faults.ts';
import type { Channel } from '../../merchants/channels.ts';
import type { Merchant } from '../../merchants/merchants.ts';
import { readOptionalAmount, readPositiveAmount } from '../../money/amount-parameter.ts';
import { amountNumber, isKnownCurrency } from '../../money/currency.ts';
import { vatWithin } from '../../money/vat.ts';
import type { Payment } from '../../payments/payment.ts';
import { payAtSimulator } from '../../sandbox/deposits.ts';
import { demoKeyPair, makeSandboxMerchant } from '../../sandbox/merchants.ts';
import { resetBooks } from '../../sandbox/reset.ts';
import { type Simulators, withSimulator } from '../../sandbox/simulators.ts';
import { payInWindow } from '../../sandbox/window-payments.ts';
import type { Services } from '../../services.ts';
import { AmountField, ChoiceField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { tokenOf } from '../foundation/token.ts';
import { buyerColumns, buyerFields } from './buyer-fields.ts';
import { paidPaymentExample } from './payment-example.ts';
import { PaymentView, viewPayment } from './payment-view.ts';
import { ChannelView, viewChannel } from './users.ts';

const FaultView = Type.Object({
  id: Type.String(),
  pg_provider: Type.String(),
  operation: Type.String(),
  kind: Type.String(),
  count: Type.Integer({ description: 'How often it still strikes.' }),
  delay_ms: Type.Union([Type.Integer(), Type.Null()]),
  code: Type.Union([Type.String(), Type.Null()]),
  message: Type.Union([Type.String(), Type.Null()]),
});

/**
 * The control plane: what buyers, banks and counters do, what goes wrong, and what the gateways' books say. With a token it
 * acts for that merchant alone; without one (a buyer has none) for the demo merchant, or, where a payment is named, for its.
 */
export function sandboxRoutes(app: FastifyInstance, services: Services, simulators: Simulators): void {
  const { database } = services;

  async function merchantOf(request: FastifyRequest): Promise<Merchant | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const merchant = await services.accessTokens.merchantOf(token);
    if (!merchant) throw new Refusal('unauthorized');
    return merchant;
  }

  async function merchantOrDemo(request: FastifyRequest): Promise<Merchant> {
    const merchant = (await merchantOf(request)) ?? (await services.merchants.byKey(demoKeyPair.impKey));
    if (!merchant) throw new Refusal('unauthorized');
    return merchant;
  }

  async function paymentFor(request: FastifyRequest, impUid: string): Promise<Payment> {
    const merchant = await merchantOf(request);
    const [payment] = await database.query<Payment>(
      'select * from payments where imp_uid = $1 and ($2::bigint is null or merchant_id = $2)',
      [impUid, merchant?.id ?? null],
    );
    if (!payment) throw new Refusal('payment_not_found');
    return payment;
  }

  /** The MID at a gateway that a fault or a book is limited to; without a token there is no limit. */
  async function channelOf(merchant: Merchant | undefined, provider: string): Promise<Channel | undefined> {
    return merchant && services.channels.choose(merchant.id, { provider });
  }

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/merchants',
    operationId: 'makeSandboxMerchant',
    tag: 'sandbox',
    summary: 'A new merchant with a fresh key pair and one test channel per gateway.',
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 80 })),
      webhook_url: Type.Optional(Type.String({ maxLength: 2000 })),
      webhook_format: Type.Optional(ChoiceField(['json', 'form'])),
      webhook_retry: Type.Optional(Type.Boolean()),
    }),
    response: Type.Object({
      imp_key: Type.String(),
      imp_secret: Type.String(),
      channels: Type.Array(ChannelView),
      webhook_url: Type.Union([Type.String(), Type.Null()]),
      webhook_format: Type.String(),
      webhook_retry: Type.Boolean(),
    }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ body }) {
      const settings = {
        name: body.name || 'sandbox merchant',
        webhookUrl: readWebhookUrl(body.webhook_url),
        webhookFormat: body.webhook_format ?? 'json',
        webhookRetry: body.webhook_retry ?? false,
      } as const;
      const { keys, channels } = await makeSandboxMerchant(services, simulators, settings);
      return {
        imp_key: keys.impKey,
        imp_secret: keys.impSecret,
        channels: channels.map(viewChannel),
        webhook_url: settings.webhookUrl,
        webhook_format: settings.webhookFormat,
        webhook_retry: settings.webhookRetry,
      };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/payments',
    operationId: 'payInWindow',
    tag: 'sandbox',
    summary: 'The buyer has just paid in the payment window of a gateway, or (vbank) been given an account there.',
    body: Type.Object({
      pg_provider: Type.Optional(
        Type.String({ maxLength: 80, description: 'Default: the default channel of the merchant.' }),
      ),
      channel_key: Type.Optional(Type.String({ maxLength: 80 })),
      pay_method: ChoiceField(payMethods),
      amount: AmountField(),
      currency: Type.Optional(Type.String({ maxLength: 3 })),
      merchant_uid: Type.Optional(Type.String({ maxLength: 40, description: 'A new one by default.' })),
      tax_free: Type.Optional(AmountField()),
      vat_amount: Type.Optional(AmountField()),
      vbank_code: Type.Optional(Type.String({ maxLength: 4 })),
      vbank_due: Type.Optional(Type.Integer()),
      ...buyerFields,
      notice_url: Type.Optional(StringListField()),
      custom_data: Type.Optional(Type.String()),
    }),
    response: PaymentView,
    refusals: [
      'channel_not_found',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    example: {
      body: { pg_provider: 'tosspayments', pay_method: 'card', amount: 1000, buyer_name: '홍길동', name: '당근 10kg' },
      response: paidPaymentExample,
    },
    async handler({ body, request }) {
      const merchant = await merchantOrDemo(request);
      const channel = await services.channels.choose(merchant.id, {
        channelKey: body.channel_key,
        pg: body.pg_provider,
      });
      const currency = body.currency || 'KRW';
      if (!isKnownCurrency(currency) || !channel.gateway.capabilities.currencies.includes(currency)) {
        throw new Refusal('currency_not_supported', { currency });
      }
      const amount = readPositiveAmount('amount', body.amount, currency);
      const taxFree = readOptionalAmount('tax_free', body.tax_free, currency) ?? 0n;
      if (taxFree > amount) throw new Refusal('tax_free_exceeds_amount', { name: 'tax_free' });
      const vat = readOptionalAmount('vat_amount', body.vat_amount, currency) ?? vatWithin(amount, taxFree);
      if (vat > amount - taxFree) throw new Refusal('tax_free_exceeds_amount', { name: 'vat_amount' });
      const now = services.clock.now();
      const payment = await payInWindow(services, simulators, channel, {
        payMethod: body.pay_method,
        bankCode: body.vbank_code,
        dueAt: body.vbank_due === undefined ? undefined : new Date(body.vbank_due * 1000),
        values: {
          merchant_uid:
            body.merchant_uid || `sandbox_${now.getTime().toString(36)}_${Math.random().toString(36).slice(2, 10)}`,
          currency,
          amount_minor: amount,
          tax_free_minor: taxFree,
          vat_minor: vat,
          started_at: now,
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ?? [],
          ...buyerColumns(body),
        },
      });
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
      'outcome_in_doubt',
    ],
    authenticate: false,
    async handler({ params, body, request }) {
      const payment = await paymentFor(request, params.imp_uid);
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
    params: Type.Object({ imp_uid: Type.String() }),
    response: PaymentView,
    refusals: ['payment_not_found', 'sandbox_payment_refused', 'sandbox_simulator_unavailable', 'outcome_in_doubt'],
    authenticate: false,
    async handler({ params, request }) {
      const payment = await paymentFor(request, params.imp_uid);
      const paid = await payAtSimulator(services, simulators, payment, (control, orderId) =>
        control.payBarcode({ mid: payment.mid, orderId }),
      );
      return viewPayment(paid);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/faults',
    operationId: 'addFault',
    tag: 'sandbox',
    summary: 'The next calls of one operation at a gateway go wrong in a given way.',
    body: Type.Object({
      pg_provider: Type.Optional(Type.String({ description: 'Default tosspayments.' })),
      operation: ChoiceField(faultOperations),
      kind: Type.Union(
        faultKinds.map((kind) => Type.Literal(kind)),
        {
          description: '`lost_answer`: the gateway did it, and the answer never came.',
        },
      ),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Default 1.' })),
      delay_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
      code: Type.Optional(Type.String({ maxLength: 100 })),
      message: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    response: FaultView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ body, request }) {
      const simulator = simulators.of(body.pg_provider ?? 'tosspayments');
      const channel = await channelOf(await merchantOf(request), simulator.provider);
      const fault = await withSimulator(simulator, (control) =>
        control.addFault({
          operation: body.operation,
          kind: body.kind,
          ...(channel ? { mid: channel.mid } : {}),
          ...(body.count === undefined ? {} : { count: body.count }),
          ...(body.delay_ms === undefined ? {} : { delayMs: body.delay_ms }),
          ...(body.code ? { code: body.code } : {}),
          ...(body.message ? { message: body.message } : {}),
        }),
      );
      return viewFault(fault, simulator.provider);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/faults',
    operationId: 'listFaults',
    tag: 'sandbox',
    summary: 'The faults that have not struck yet.',
    response: Type.Object({ list: Type.Array(FaultView) }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ request }) {
      const merchant = await merchantOf(request);
      const lists = await Promise.all(
        simulators.all.map(async (simulator) => {
          const channel = await channelOf(merchant, simulator.provider);
          const faults = await withSimulator(simulator, (control) => control.listFaults(channel?.mid));
          return faults.map((fault) => viewFault(fault, simulator.provider));
        }),
      );
      return { list: lists.flat() };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/faults',
    operationId: 'clearFaults',
    tag: 'sandbox',
    summary: 'Takes all faults back.',
    response: Type.Object({ list: Type.Array(FaultView) }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ request }) {
      const merchant = await merchantOf(request);
      for (const simulator of simulators.all) {
        const channel = await channelOf(merchant, simulator.provider);
        await withSimulator(simulator, (control) => control.clearFaults(channel?.mid));
      }
      return { list: [] };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/books/:pg_provider',
    operationId: 'readBook',
    tag: 'sandbox',
    summary: 'What the book of the simulator says; ours has no part in it.',
    params: Type.Object({ pg_provider: Type.String() }),
    query: Type.Object({ imp_uid: Type.Optional(Type.String()) }),
    response: Type.Object({
      transactions: Type.Array(
        Type.Object({
          imp_uid: Type.String(),
          pg_tid: Type.String(),
          amount: Type.Number(),
          cancelled_amount: Type.Number(),
          status: Type.String(),
          cancels: Type.Array(Type.Object({ id: Type.String(), amount: Type.Number(), at: Type.Integer() })),
        }),
      ),
      receipts: Type.Array(
        Type.Object({
          receipt_tid: Type.String(),
          imp_uid: Type.String(),
          amount: Type.Number(),
          balance: Type.Number(),
          status: Type.String(),
        }),
      ),
    }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ params, query, request }) {
      const simulator = simulators.of(params.pg_provider);
      const channel = await channelOf(await merchantOf(request), simulator.provider);
      const book = await withSimulator(simulator, (control) =>
        control.book({
          ...(channel ? { mid: channel.mid } : {}),
          ...(query.imp_uid ? { orderId: query.imp_uid } : {}),
        }),
      );
      const currency = 'KRW';
      return {
        transactions: book.transactions.map((transaction) => ({
          imp_uid: transaction.orderId,
          pg_tid: transaction.gatewayTid,
          amount: amountNumber(transaction.amountMinor, currency),
          cancelled_amount: amountNumber(transaction.cancelledMinor, currency),
          status: transaction.status,
          cancels: transaction.cancels.map((cancel) => ({
            id: cancel.id,
            amount: amountNumber(cancel.amountMinor, currency),
            at: Math.floor(cancel.at.getTime() / 1000),
          })),
        })),
        receipts: book.receipts.map((receipt) => ({
          receipt_tid: receipt.receiptTid,
          imp_uid: receipt.orderId.replace(/-r\d+$/, ''),
          amount: amountNumber(receipt.amountMinor, currency),
          balance: amountNumber(receipt.balanceMinor, currency),
          status: receipt.status,
        })),
      };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/reset',
    operationId: 'resetSandbox',
    tag: 'sandbox',
    summary: 'Forgets all payments and faults, of the merchant whose token it is or of all. Merchants and keys stay.',
    response: Type.Object({ reset: Type.Literal(true) }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ request }) {
      const merchant = await merchantOf(request);
      for (const simulator of simulators.all) {
        const channel = await channelOf(merchant, simulator.provider);
        await withSimulator(simulator, (control) => control.reset(channel ? { mid: channel.mid } : {}));
      }
      await resetBooks(database, merchant?.id ?? null);
      return { reset: true as const };
    },
  });
}

function viewFault(fault: Awaited<ReturnType<Simulators['all'][number]['control']['addFault']>>, provider: string) {
  return {
    id: fault.id,
    pg_provider: provider,
    operation: fault.operation,
    kind: fault.kind,
    count: fault.remaining,
    delay_ms: fault.delayMs ?? null,
    code: fault.code ?? null,
    message: fault.message ?? null,
  };
}

function readWebhookUrl(text: string | undefined): string | null {
  if (!text) return null;
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new Refusal('parameter_invalid', { name: 'webhook_url', expected: 'http(s) URL' });
  }
  return text;
}
