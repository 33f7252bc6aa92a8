import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { revokeBarcodeKind } from '../../core/cancellation/revocation-kinds.ts';
import { revocableKinds, revokeIssued } from '../../core/cancellation/revoke-issued.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import { issueBarcodeKind } from '../../core/payments/issue-barcode-kind.ts';
import { makePayment } from '../../core/payments/make-payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { AmountField, JsonTextField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { buyerColumns, buyerFields, customDataText } from './buyer-fields.ts';

/** The only gateway whose convenience-store barcodes i'mport offers. */
const barcodeProvider = 'galaxia';

export function cvsRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/cvs',
    operationId: 'issueCvsPayment',
    tag: 'cvs',
    summary: 'Issues a barcode to be paid at a convenience store, or registers one of your own.',
    description:
      'Asked for twice, it is issued twice, whatever Idempotency-Key says: after a lost answer look the order up.',
    body: Type.Object({
      channel_key: Type.Optional(Type.String({ maxLength: 80 })),
      pg: Type.Optional(Type.String({ maxLength: 80 })),
      merchant_uid: Type.String({ maxLength: 40 }),
      amount: AmountField(),
      barcode: Type.Optional(Type.String({ maxLength: 48 })),
      expired_at: Type.Optional(Type.Integer({ description: 'Seconds since 1970.' })),
      ...buyerFields,
      confirm_url: Type.Optional(Type.String({ maxLength: 2000 })),
      notice_url: Type.Optional(StringListField()),
      custom_data: Type.Optional(JsonTextField({ description: customDataText })),
    }),
    response: PaymentView,
    refusals: [
      'channel_not_found',
      'not_supported_by_gateway',
      'amount_invalid',
      'order_already_paid',
      'barcode_issue_refused',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    example: { body: { merchant_uid: 'order-3', amount: 3000, buyer_name: '홍길동' } },
    async handler({ body, merchant, request }) {
      const now = services.clocks.of(merchant.id).now();
      const named = body.channel_key !== undefined || body.pg !== undefined;
      const channel = await services.channels.choose(
        merchant.id,
        named ? { channelKey: body.channel_key, pg: body.pg } : { provider: barcodeProvider },
      );
      const expiresAt = body.expired_at === undefined ? null : new Date(body.expired_at * 1000);
      if (expiresAt !== null && (Number.isNaN(expiresAt.getTime()) || expiresAt <= now)) {
        throw new Refusal('parameter_invalid', { name: 'expired_at', expected: '현재 이후의 UNIX timestamp' });
      }
      if (body.barcode && !/^[0-9A-Za-z-]+$/.test(body.barcode)) {
        throw new Refusal('parameter_invalid', { name: 'barcode', expected: '숫자, 영문자, -' });
      }
      const report = await makePayment(services, {
        kind: 'issue_barcode',
        channel,
        values: {
          merchant_uid: body.merchant_uid,
          pay_method: 'cvs',
          channel: 'api',
          currency: 'KRW',
          ...readOrderAmounts({ amount: body.amount, taxFree: undefined, vat: undefined }, 'KRW'),
          barcode: body.barcode || null,
          barcode_expires_at: expiresAt,
          started_at: now,
          user_agent: request.headers['user-agent'] ?? null,
          custom_data: body.custom_data ?? null,
          notice_urls: body.notice_url ?? [],
          confirm_url: body.confirm_url ?? null,
          ...buyerColumns(body),
        },
        details: {},
        secrets: {},
        card: null,
        deadline: services.requestDeadline(),
      });
      return viewPayment(paymentOfReport(report, issueBarcodeKind));
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/cvs/:imp_uid',
    operationId: 'revokeCvsPayment',
    tag: 'cvs',
    summary: 'Revokes a barcode that has not been paid yet.',
    params: Type.Object({ imp_uid: Type.String() }),
    headers: idempotencyHeaders,
    response: PaymentView,
    refusals: ['cvs_not_revocable', 'barcode_revocation_refused', ...cancellationRefusals],
    authenticate: true,
    permission: 'refund',
    async handler({ params, merchant, request }) {
      return answerOnce(services, {
        request,
        merchant,
        path: `/cvs/${params.imp_uid}`,
        parameters: {},
        begin: (caller) => revokeIssued(services, caller, revocableKinds.cvs, params.imp_uid, {}),
        answer: (report) => viewPayment(paymentOfReport(report, revokeBarcodeKind)),
      });
    },
  });
}
