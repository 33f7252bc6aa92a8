import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { revokeVbankKind } from '../../core/cancellation/revocation-kinds.ts';
import { revocableKinds, revokeIssued } from '../../core/cancellation/revoke-issued.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import { issueVbankKind } from '../../core/payments/issue-vbank-kind.ts';
import { makePayment } from '../../core/payments/make-payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { issuingBankMeant } from '../../port/gateway.ts';
import { AmountField, DigitsField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { BankCodeField } from './bank-code.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';
import { refuseUnsupportedFields, unsupportedFields } from './unsupported-fields.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });
const PgApiKey = Type.Object({
  pg_api_key: Type.Optional(Type.String({ maxLength: 200, description: 'INIAPI key, for KG INICIS only.' })),
});

/** Escrow, an account that takes any number of deposits, and whose account it is at NICE. */
const unsupported = ['escrow_password', 'fixed_unlimited_vbank', 'business_registration_number'] as const;

export function vbankRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/vbanks',
    operationId: 'createVbank',
    tag: 'vbanks',
    summary: 'Issues a virtual account.',
    description:
      'Asked for twice, it is issued twice, whatever Idempotency-Key says: after a lost answer look the order up. product_type and product_count are not looked at.',
    query: PgApiKey,
    body: Type.Object({
      channel_key: Type.Optional(Type.String({ maxLength: 80 })),
      pg: Type.Optional(Type.String({ maxLength: 80 })),
      merchant_uid: Type.String({ maxLength: 40 }),
      amount: AmountField(),
      tax_free: Type.Optional(AmountField()),
      vat_amount: Type.Optional(AmountField()),
      vbank_code: BankCodeField,
      vbank_due: Type.Integer({ description: 'Seconds since 1970.' }),
      vbank_holder: Type.Optional(Type.String({ maxLength: 16 })),
      vbank_key: Type.Optional(
        Type.String({ maxLength: 13, description: 'Fixed account of Toss Payments; refused at others.' }),
      ),
      vbank_num: Type.Optional(
        DigitsField({
          digitsMax: 16,
          description: 'Number of a fixed account at Hecto and Smartro; refused at others.',
        }),
      ),
      ...unsupportedFields(unsupported),
      ...buyerFields,
      notice_url: Type.Optional(StringListField()),
      custom_data: Type.Optional(JsonTextField({ description: customDataText })),
    }),
    response: PaymentView,
    refusals: [
      'parameter_not_supported',
      'channel_not_found',
      'not_supported_by_gateway',
      'currency_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'bank_unknown',
      'order_already_paid',
      'vbank_issue_refused',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    example: {
      body: {
        merchant_uid: 'order-2',
        amount: 5000,
        vbank_code: '004',
        vbank_due: 2_082_725_999,
        vbank_holder: '홍길동',
      },
    },
    async handler({ body, query, merchant, request }) {
      refuseUnsupportedFields(unsupported, body);
      const now = services.clocks.of(merchant.id).now();
      const channel = await services.channels.choose(merchant.id, { channelKey: body.channel_key, pg: body.pg });
      const amounts = readOrderAmounts({ amount: body.amount, taxFree: body.tax_free, vat: body.vat_amount }, 'KRW');
      const bankCode = issuingBankMeant(channel.gateway, body.vbank_code);
      if (bankCode === undefined) throw new Refusal('bank_unknown', { bank: body.vbank_code });
      const dueAt = new Date(body.vbank_due * 1000);
      if (Number.isNaN(dueAt.getTime()) || dueAt <= now) {
        throw new Refusal('parameter_invalid', { name: 'vbank_due', expected: '현재 이후의 UNIX timestamp' });
      }
      const holder = body.vbank_holder || body.buyer_name;
      if (!holder) throw new Refusal('parameter_missing', { name: 'vbank_holder' });
      const report = await makePayment(services, {
        kind: 'issue_vbank',
        channel,
        values: {
          merchant_uid: body.merchant_uid,
          pay_method: 'vbank',
          channel: 'api',
          currency: 'KRW',
          ...amounts,
          vbank_code: bankCode,
          vbank_due_at: dueAt,
          vbank_holder: holder,
          started_at: now,
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ?? [],
          ...buyerColumns(body),
        },
        details: {
          ...(body.vbank_key ? { vbank_key: body.vbank_key } : {}),
          ...(body.vbank_num ? { vbank_num: withoutSeparators(body.vbank_num) } : {}),
        },
        secrets: query.pg_api_key ? { apiKey: query.pg_api_key } : {},
        card: null,
        deadline: services.requestDeadline(),
      });
      return viewPayment(paymentOfReport(report, issueVbankKind));
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/vbanks/:imp_uid',
    operationId: 'modifyVbank',
    tag: 'vbanks',
    summary: 'Changes an issued virtual account; no gateway of this version offers it.',
    params: ImpUid,
    body: Type.Object({
      amount: Type.Optional(AmountField()),
      vbank_due: Type.Optional(Type.Integer()),
    }),
    response: PaymentView,
    refusals: ['payment_not_found', 'vbank_not_changeable', 'vbank_change_not_supported'],
    neverAnswers: { 200: 'no gateway here changes an account that it has issued' },
    authenticate: true,
    example: { body: { vbank_due: 2_082_725_999 } },
    async handler({ params, merchant }) {
      const payment = await findPayment(services.database, merchant.id, params.imp_uid);
      if (payment.pay_method !== 'vbank' || payment.status !== 'ready') throw new Refusal('vbank_not_changeable');
      throw new Refusal('vbank_change_not_supported', { provider: payment.provider });
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/vbanks/:imp_uid',
    operationId: 'revokeVbank',
    tag: 'vbanks',
    summary: 'Revokes a virtual account that has no deposit yet.',
    params: ImpUid,
    query: PgApiKey,
    headers: idempotencyHeaders,
    response: PaymentView,
    refusals: ['vbank_not_revocable', 'vbank_revocation_refused', ...cancellationRefusals],
    authenticate: true,
    permission: 'refund',
    async handler({ params, query, merchant, request }) {
      return answerOnce(services, {
        request,
        merchant,
        path: `/vbanks/${params.imp_uid}`,
        parameters: query,
        begin: (caller) =>
          revokeIssued(
            services,
            caller,
            revocableKinds.vbank,
            params.imp_uid,
            query.pg_api_key ? { apiKey: query.pg_api_key } : {},
          ),
        answer: (report) => viewPayment(paymentOfReport(report, revokeVbankKind)),
      });
    },
  });
}
