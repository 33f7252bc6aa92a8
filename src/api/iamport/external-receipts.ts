import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  externalReceiptOfReport,
  issueExternalReceipt,
  latestExternalReceipt,
  revokeExternalReceipt,
} from '../../core/receipts/external-receipts.ts';
import { issueReceiptKind } from '../../core/receipts/issue-receipt-kind.ts';
import { revokeReceiptKind } from '../../core/receipts/revoke-receipt-kind.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { externalReceiptFields } from '../../port/capabilities.ts';
import { AmountField, ChoiceField, DigitsField, TelephoneField } from '../foundation/fields.ts';
import { askerOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, idempotencyHeaders } from '../idempotent.ts';
import { ExternalReceiptView, viewExternalReceipt } from '../views/receipt.ts';

const MerchantUid = Type.Object({ merchant_uid: Type.String({ maxLength: 40 }) });

/** Cash receipts for money that never went through a gateway. An order of them has nothing to do with a payment's of the same number. */
export function externalReceiptRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/receipts/external/:merchant_uid',
    operationId: 'issueExternalReceipt',
    tag: 'receipts',
    summary: 'Issues a cash receipt for cash that was taken elsewhere.',
    description:
      'One per order, until it is revoked. What a gateway wants besides the first three stands in external_receipts of GET /capabilities; product_type, corp_reg_no and pay_method are only looked at for being there.',
    params: MerchantUid,
    body: Type.Object({
      name: Type.String({ maxLength: 40 }),
      amount: AmountField(),
      identifier: DigitsField({ digitsMax: 30, description: 'Mobile, business, resident or tax card number.' }),
      channel_key: Type.Optional(Type.String({ maxLength: 80, description: 'Default: the default channel.' })),
      pg: Type.Optional(Type.String({ maxLength: 80, description: 'What clients before channel_key send.' })),
      identifier_type: Type.Optional(ChoiceField(['person', 'business', 'phone', 'taxcard'])),
      type: Type.Optional(ChoiceField(['person', 'company'], { description: 'Default person.' })),
      buyer_name: Type.Optional(Type.String({ maxLength: 16 })),
      buyer_email: Type.Optional(Type.String({ maxLength: 64 })),
      buyer_tel: Type.Optional(TelephoneField({ maxLength: 16 })),
      tax_free: Type.Optional(AmountField()),
      vat_amount: Type.Optional(AmountField({ description: 'Default: an eleventh of the taxed part.' })),
      product_type: Type.Optional(ChoiceField(['real', 'digital'])),
      corp_reg_no: Type.Optional(DigitsField({ digitsMax: 20 })),
      pay_method: Type.Optional(ChoiceField(['trans', 'vbank'])),
    }),
    response: ExternalReceiptView,
    refusals: [
      'channel_not_found',
      'receipt_not_supported',
      'external_receipt_already_issued',
      'receipt_identifier_invalid',
      'receipt_issue_refused',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'outcome_in_doubt',
      'gateway_unreachable',
    ],
    authenticate: true,
    permission: 'refund',
    example: { body: { name: '현금 판매', amount: 11000, identifier: '010-0000-0000', identifier_type: 'phone' } },
    async handler({ params, body, merchant, member }) {
      const channel = await services.channels.choose(merchant.id, { channelKey: body.channel_key, pg: body.pg });
      const caller = {
        merchantId: merchant.id,
        idempotencyId: null,
        deadline: services.requestDeadline(),
        asker: member && askerOf(member),
      };
      const report = await issueExternalReceipt(services, caller, channel, params.merchant_uid, {
        orderName: body.name,
        identifier: body.identifier,
        identifierType: body.identifier_type ?? null,
        type: body.type ?? 'person',
        amount: body.amount,
        taxFree: body.tax_free,
        vatAmount: body.vat_amount,
        buyer: {
          ...(body.buyer_name ? { name: body.buyer_name } : {}),
          ...(body.buyer_email ? { email: body.buyer_email } : {}),
          ...(body.buyer_tel ? { tel: body.buyer_tel } : {}),
        },
        given: new Set(externalReceiptFields.filter((name) => Boolean(body[name]))),
      });
      return viewExternalReceipt(externalReceiptOfReport(report, issueReceiptKind));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/receipts/external/:merchant_uid',
    operationId: 'getExternalReceipt',
    tag: 'receipts',
    summary: 'The cash receipt of cash that was taken elsewhere, revoked or not.',
    params: MerchantUid,
    response: ExternalReceiptView,
    refusals: ['external_receipt_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      const receipt = await latestExternalReceipt(services.database, merchant.id, params.merchant_uid);
      if (!receipt) throw new Refusal('external_receipt_not_found');
      return viewExternalReceipt(receipt);
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/receipts/external/:merchant_uid',
    operationId: 'revokeExternalReceipt',
    tag: 'receipts',
    summary: 'Revokes the cash receipt of cash that was taken elsewhere.',
    params: MerchantUid,
    headers: idempotencyHeaders,
    response: ExternalReceiptView,
    refusals: [
      'external_receipt_not_found',
      'receipt_already_revoked',
      'receipt_revocation_refused',
      'receipt_not_supported',
      ...cancellationRefusals.filter((name) => name !== 'payment_not_found' && name !== 'not_supported_by_gateway'),
    ],
    authenticate: true,
    permission: 'refund',
    async handler({ params, merchant, request }) {
      return answerOnce(services, {
        request,
        merchant,
        path: `/receipts/external/${params.merchant_uid}`,
        parameters: {},
        begin: (caller) => revokeExternalReceipt(services, caller, params.merchant_uid),
        answer: (report) => viewExternalReceipt(externalReceiptOfReport(report, revokeReceiptKind)),
      });
    },
  });
}
