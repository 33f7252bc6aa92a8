import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import { askOnce } from '../../core/payments/ask-once.ts';
import { makePayment } from '../../core/payments/make-payment.ts';
import { payFromWalletKind } from '../../core/payments/pay-from-wallet-kind.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { AmountField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';

/** The only gateway that pays with Benepia's points. */
const benepiaProvider = 'kcp';

const points = 'a book of points by login';

const channelFields = {
  channel_key: Type.Optional(Type.String({ maxLength: 80, description: 'Default: the first channel of kcp.' })),
  pg: Type.Optional(Type.String({ maxLength: 80, description: 'What clients before channel_key send.' })),
};
const loginFields = {
  benepia_user: Type.String({ maxLength: 80 }),
  benepia_password: Type.String({ maxLength: 200, description: 'Handed on, and kept nowhere.' }),
};

/** Welfare points of Benepia, which are asked for and paid with through KCP. */
export function benepiaRoutes(app: FastifyInstance, services: Services): void {
  function channelOf(merchant: Merchant, asked: { channel_key?: string; pg?: string }): Promise<Channel> {
    const named = asked.channel_key !== undefined || asked.pg !== undefined;
    return services.channels.choose(
      merchant.id,
      named ? { channelKey: asked.channel_key, pg: asked.pg } : { provider: benepiaProvider },
    );
  }

  defineRoute(app, {
    method: 'POST',
    url: '/benepia/point',
    operationId: 'queryBenepiaPoint',
    tag: 'benepia',
    standIn: points,
    summary: 'How many points an employee has at Benepia.',
    body: Type.Object({ ...loginFields, ...channelFields }),
    response: Type.Object({ point: Type.Integer() }),
    refusals: ['channel_not_found', 'not_supported_by_gateway', 'benepia_failed', 'gateway_unclear'],
    authenticate: true,
    example: { body: { benepia_user: 'user01', benepia_password: 'password' }, response: { point: 100_000 } },
    async handler({ body, merchant }) {
      const channel = await channelOf(merchant, body);
      const login = { user: body.benepia_user, password: body.benepia_password };
      const answer = await askOnce(
        services,
        channel,
        services.requestDeadline(),
        'benepia_point',
        channel.gateway.wallets,
        (wallets, call) => wallets.readPoints?.(call, login),
      );
      if ('no' in answer) throw new Refusal('benepia_failed', { reason: answer.no.message });
      return { point: Number(answer.value.pointsMinor) };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/benepia/payment',
    operationId: 'payBenepiaPoint',
    tag: 'benepia',
    standIn: points,
    summary: "Pays with an employee's points at Benepia.",
    description:
      'An order (merchant_uid) is paid once: a repeat is refused and says so. Idempotency-Key is not looked at. The points are cancelled by POST /payments/cancel, whole or in part.',
    body: Type.Object({
      ...loginFields,
      benepia_member_code: Type.Optional(
        Type.String({ maxLength: 80, description: "Benepia's code of the company; without it the payment is a test." }),
      ),
      ...channelFields,
      merchant_uid: Type.String({ maxLength: 40 }),
      amount: AmountField(),
      ...buyerFields,
      name: Type.String({ maxLength: 40 }),
      custom_data: Type.Optional(JsonTextField({ description: customDataText })),
      notice_url: Type.Optional(StringListField()),
    }),
    response: PaymentView,
    refusals: [
      'channel_not_found',
      'not_supported_by_gateway',
      'amount_invalid',
      'order_already_paid',
      'benepia_failed',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    example: {
      body: {
        benepia_user: 'user01',
        benepia_password: 'password',
        benepia_member_code: 'company01',
        merchant_uid: 'order-4',
        name: '당근 10kg',
        amount: 3000,
      },
    },
    async handler({ body, merchant, request }) {
      const channel = await channelOf(merchant, body);
      const report = await makePayment(services, {
        kind: 'pay_from_wallet',
        channel,
        values: {
          merchant_uid: body.merchant_uid,
          pay_method: 'point',
          channel: 'api',
          claims_order: true,
          currency: 'KRW',
          ...readOrderAmounts({ amount: body.amount, taxFree: undefined, vat: undefined }, 'KRW'),
          emb_pg_provider: 'benepia',
          started_at: services.clocks.of(merchant.id).now(),
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ?? [],
          ...buyerColumns(body),
        },
        details: {},
        secrets: {},
        card: null,
        means: {
          kind: 'points',
          login: { user: body.benepia_user, password: body.benepia_password },
          memberCode: body.benepia_member_code || null,
        },
        deadline: services.requestDeadline(),
      });
      if (report.state === 'refused') {
        const operation = { id: report.operationId, state: report.state };
        throw new Refusal('benepia_failed', { reason: report.message ?? '' }, report.category, operation);
      }
      return viewPayment(paymentOfReport(report, payFromWalletKind));
    },
  });
}
