import type { FastifyInstance } from 'fastify';
import { cancelKind } from '../../core/cancellation/cancel-kind.ts';
import { cancelPayment } from '../../core/cancellation/cancel-payment.ts';
import type { CancelRequest } from '../../core/cancellation/request.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';
import { answerOnce, cancellationRefusals, decisionRefusals, idempotencyHeaders } from '../idempotent.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import { cancelledPaymentExample } from '../views/payment-example.ts';
import { CancelBody, cancelRequestOf } from './cancel-body.ts';
import { cancellingMember } from './cancelling-member.ts';

export function cancelRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/payments/cancel',
    operationId: 'cancelPayment',
    tag: 'payments',
    summary: 'Cancels a payment in full or in part, or refunds a deposited virtual account.',
    description:
      'refund_holder, refund_bank, refund_account and refund_tel are looked at only where the money goes to an account. retain_promotion changes nothing: there are no promotions.',
    body: CancelBody,
    headers: idempotencyHeaders,
    response: PaymentView,
    refusals: [
      ...decisionRefusals,
      'approval_required',
      'refund_request_open',
      'cancellation_refused',
      ...cancellationRefusals,
    ],
    authenticate: true,
    permission: 'refund',
    example: {
      body: { imp_uid: 'imps_157956638714', amount: 300, checksum: 1000, reason: '부분 환불' },
      response: cancelledPaymentExample,
    },
    async handler({ body, merchant, member, request }) {
      const byMember = member && cancellingMember(member, await services.consoleSettings.read(member.merchantId));
      const asked: CancelRequest = { ...cancelRequestOf(body), ...(byMember && { member: byMember }) };
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
