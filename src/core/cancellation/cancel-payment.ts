import type { RefundAccount } from '../../port/cancel.ts';
import { type Caller, type CarryOutParts, carryOut } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import type { FindByImpUid } from '../payments/find-payment.ts';
import type { OperationDetails } from '../records/operation.ts';
import { decideCancel } from './decide.ts';
import { findCancellable } from './find-cancellable.ts';
import type { CancelPlan, CancelRequest } from './request.ts';
import type { ReserveCancel } from './reserve-cancel.ts';

export interface CancelPaymentParts extends CarryOutParts {
  readonly findByImpUid: FindByImpUid;
  readonly reserveCancel: ReserveCancel;
}

/** POST /payments/cancel. */
export function cancelPayment(
  parts: CancelPaymentParts,
  caller: Caller,
  request: CancelRequest,
): Promise<OperationReport> {
  return carryOut<CancelPlan>(parts, caller, {
    find: () => findCancellable(parts, caller.merchantId, request),
    decide: (payment, channel) => decideCancel(payment, request, channel),
    reserve: (payment, plan, operationId) =>
      parts.reserveCancel({
        operationId,
        merchantId: payment.merchant_id,
        paymentId: payment.id,
        plan: { ...plan, details: { ...plan.details, ...describeRefundAccount(plan.refundAccount) } },
        secrets: encryptSecrets(parts.encryption, plan.refundAccount ? { refundAccount: plan.refundAccount } : {}),
        idempotencyId: caller.idempotencyId,
        by: 'api',
        requestedAt: parts.clocks.of(caller.merchantId).now(),
      }),
  });
}

/** What may be shown of a refund account: the bank, and the last four digits. */
function describeRefundAccount(account: RefundAccount | null): OperationDetails {
  if (!account) return {};
  const { bankCode, accountNumber } = account;
  return {
    refund_bank: bankCode,
    refund_account_masked: '*'.repeat(Math.max(0, accountNumber.length - 4)) + accountNumber.slice(-4),
  };
}
