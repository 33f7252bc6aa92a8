import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { findPayment } from '../../core/payments/find-payment.ts';
import { issueReceiptKind } from '../../core/receipts/issue-receipt-kind.ts';
import { issueReceipt, latestReceipt, receiptOfReport, revokeReceipt } from '../../core/receipts/receipts.ts';
import { revokeReceiptKind } from '../../core/receipts/revoke-receipt-kind.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { AmountField, ChoiceField, DigitsField, TelephoneField } from '../foundation/fields.ts';
import { askerOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, idempotencyHeaders } from '../idempotent.ts';
import { ReceiptView, viewReceipt } from '../views/receipt.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });

export function receiptRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/receipts/:imp_uid',
    operationId: 'issueReceipt',
    tag: 'receipts',
    summary: 'Issues a cash receipt over what is left of a payment.',
    description:
      'buyer_name, buyer_email and buyer_tel stand in for those of the payment. company_name, company_tel, corp_reg_no and product_type are not looked at: no gateway of this version is told them.',
    params: ImpUid,
    body: Type.Object({
      identifier: DigitsField({ digitsMax: 30, description: 'Mobile, business, resident or tax card number.' }),
      identifier_type: Type.Optional(ChoiceField(['person', 'business', 'phone', 'taxcard'])),
      type: Type.Optional(ChoiceField(['person', 'company'])),
      buyer_name: Type.Optional(Type.String({ maxLength: 16 })),
      buyer_email: Type.Optional(Type.String({ maxLength: 64 })),
      buyer_tel: Type.Optional(TelephoneField({ maxLength: 16 })),
      tax_free: Type.Optional(AmountField()),
      vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
      vat_amount: Type.Optional(AmountField()),
    }),
    response: ReceiptView,
    refusals: [
      'payment_not_found',
      'receipt_payment_not_paid',
      'receipt_already_issued',
      'receipt_identifier_invalid',
      'receipt_issue_refused',
      'receipt_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    permission: 'refund',
    example: { body: { identifier: '010-1234-5678', identifier_type: 'phone', type: 'person' } },
    async handler({ params, body, merchant, member }) {
      const caller = {
        merchantId: merchant.id,
        idempotencyId: null,
        deadline: services.requestDeadline(),
        asker: member && askerOf(member),
      };
      const report = await issueReceipt(services, caller, params.imp_uid, {
        identifier: body.identifier,
        identifierType: body.identifier_type ?? null,
        type: body.type ?? 'person',
        taxFree: body.tax_free,
        vatAmount: body.vat_amount ?? body.vat,
        buyer: {
          ...(body.buyer_name ? { name: body.buyer_name } : {}),
          ...(body.buyer_email ? { email: body.buyer_email } : {}),
          ...(body.buyer_tel ? { tel: body.buyer_tel } : {}),
        },
      });
      return viewReceipt(await receiptOfReport(services.database, report, issueReceiptKind), params.imp_uid);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/receipts/:imp_uid',
    operationId: 'getReceipt',
    tag: 'receipts',
    summary: 'The cash receipt of a payment, revoked or not.',
    params: ImpUid,
    response: ReceiptView,
    refusals: ['payment_not_found', 'receipt_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      const payment = await findPayment(services.database, merchant.id, params.imp_uid);
      const receipt = await latestReceipt(services.database, payment);
      if (!receipt) throw new Refusal('receipt_not_found');
      return viewReceipt(receipt, payment.imp_uid);
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/receipts/:imp_uid',
    operationId: 'revokeReceipt',
    tag: 'receipts',
    summary: 'Revokes the cash receipt of a payment.',
    params: ImpUid,
    headers: idempotencyHeaders,
    response: ReceiptView,
    refusals: [
      'receipt_never_issued',
      'receipt_already_revoked',
      'receipt_revocation_refused',
      'receipt_not_supported',
      ...cancellationRefusals,
    ],
    authenticate: true,
    permission: 'refund',
    async handler({ params, merchant, request }) {
      return answerOnce(services, {
        request,
        merchant,
        path: `/receipts/${params.imp_uid}`,
        parameters: {},
        begin: (caller) => revokeReceipt(services, caller, params.imp_uid),
        answer: async (report) =>
          viewReceipt(await receiptOfReport(services.database, report, revokeReceiptKind), params.imp_uid),
      });
    },
  });
}
