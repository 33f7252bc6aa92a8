import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { cancelKind } from '../../core/cancellation/cancel-kind.ts';
import { cancelPayment } from '../../core/cancellation/cancel-payment.ts';
import type { CancelRequest } from '../../core/cancellation/request.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import type { Services } from '../../core/services.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { AmountField, ChoiceField, DigitsField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { cancelledPaymentExample } from '../views/payment-example.ts';
import { BankCodeField } from './bank-code.ts';

export function cancelRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/payments/cancel',
    operationId: 'cancelPayment',
    tag: 'payments',
    summary: 'Cancels a payment in full or in part, or refunds a deposited virtual account.',
    description:
      'refund_holder, refund_bank, refund_account and refund_tel are looked at only where the money goes to an account. retain_promotion changes nothing: there are no promotions.',
    body: Type.Object({
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Wins over merchant_uid.' })),
      merchant_uid: Type.Optional(Type.String({ maxLength: 40 })),
      amount: Type.Optional(AmountField({ description: 'Absent, null or 0: all that remains.' })),
      tax_free: Type.Optional(AmountField({ description: 'The tax-free part of amount.' })),
      vat_amount: Type.Optional(AmountField({ description: 'The VAT within amount.' })),
      checksum: Type.Optional(
        AmountField({ description: 'What you believe can still be cancelled; otherwise nothing happens.' }),
      ),
      reason: Type.Optional(Type.String({ maxLength: 256 })),
      refund_holder: Type.Optional(Type.String({ maxLength: 16 })),
      refund_bank: Type.Optional(BankCodeField),
      refund_account: Type.Optional(
        DigitsField({ digitsMax: 16, description: 'At most 16 digits, with hyphens or without.' }),
      ),
      refund_tel: Type.Optional(DigitsField({ digitsMax: 16 })),
      retain_promotion: Type.Optional(Type.Boolean()),
      enable_webhook: Type.Optional(Type.Boolean()),
      escrow_confirmed: Type.Optional(
        Type.Boolean({
          description: 'The buyer of an escrow payment has taken the goods, and it is cancelled all the same.',
        }),
      ),
      extra: Type.Optional(Type.Object({ requester: Type.Optional(ChoiceField(['customer', 'admin'])) })),
    }),
    headers: idempotencyHeaders,
    response: PaymentView,
    refusals: [
      'cancel_target_missing',
      'cancel_target_not_found',
      'already_cancelled',
      'cancellation_on_its_way',
      'amount_invalid',
      'cancel_amount_exceeds_balance',
      'cancel_tax_free_exceeds_balance',
      'tax_free_exceeds_amount',
      'checksum_mismatch',
      'cancel_vbank_not_deposited',
      'cancel_barcode_not_paid',
      'cancel_not_paid',
      'refund_account_missing',
      'refund_account_invalid',
      'partial_cancel_not_supported',
      'cancel_escrow_not_possible',
      'cancellation_refused',
      ...cancellationRefusals,
    ],
    authenticate: true,
    permission: 'refund',
    example: {
      body: { imp_uid: 'imps_157956638714', amount: 300, checksum: 1000, reason: '부분 환불' },
      response: cancelledPaymentExample,
    },
    async handler({ body, merchant, request }) {
      const asked: CancelRequest = {
        impUid: body.imp_uid,
        merchantUid: body.merchant_uid,
        amount: body.amount,
        checksum: body.checksum,
        taxFree: body.tax_free,
        vatAmount: body.vat_amount,
        reason: body.reason,
        refundHolder: body.refund_holder,
        refundBank: body.refund_bank,
        refundAccount: body.refund_account,
        refundTel: body.refund_tel === undefined ? undefined : withoutSeparators(body.refund_tel),
        details: {
          ...(body.enable_webhook === undefined ? {} : { enable_webhook: body.enable_webhook }),
          ...(body.retain_promotion === undefined ? {} : { retain_promotion: body.retain_promotion }),
          ...(body.escrow_confirmed === undefined ? {} : { escrow_confirmed: body.escrow_confirmed }),
          ...(body.extra?.requester === undefined ? {} : { requester: body.extra.requester }),
        },
      };
      return answerOnce(services, {
        request,
        merchant,
        path: '/payments/cancel',
        parameters: body,
        begin: (caller) => cancelPayment(services, caller, asked),
        answer: (report) => viewPayment(paymentOfReport(report, cancelKind)),
      });
    },
  });
}
