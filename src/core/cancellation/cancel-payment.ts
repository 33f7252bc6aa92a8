import { Refusal } from '../../platform/errors/refusal.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import { readEscrow } from '../escrow/find-shipping.ts';
import { type Caller, type CarryOutParts, carryOut } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import type { FindByImpUid } from '../payments/find-payment.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';
import { decideCancel } from './decide.ts';
import { findCancellable } from './find-cancellable.ts';
import { openRequestOf } from './open-request.ts';
import type { CancellingMember, CancelPlan, CancelRequest } from './request.ts';
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
    decide: async (payment, channel) => {
      await refuseWhatIsOnItsWay(parts, payment);
      if (request.member) await refuseBesideRequest(parts, payment, request.member);
      const escrow = payment.escrow ? await readEscrow(parts.database, payment) : undefined;
      return decideCancel(payment, request, channel, escrow);
    },
    reserve: (payment, plan, operationId) =>
      parts.reserveCancel({
        operationId,
        merchantId: payment.merchant_id,
        paymentId: payment.id,
        plan: { ...plan, details: { ...plan.details, ...describeRefundAccount(plan.refundAccount) } },
        secrets: encryptSecrets(
          parts.encryption,
          { merchant_id: payment.merchant_id, id: operationId },
          plan.refundAccount ? { refundAccount: plan.refundAccount } : {},
        ),
        idempotencyId: caller.idempotencyId,
        by: request.member?.by ?? 'api',
        ...(request.member && { ofMember: request.member }),
        requestedAt: parts.clocks.of(caller.merchantId).now(),
      }),
  });
}

/**
 * Nothing is left, and not all of it has been paid out: the caller is told which refund is on its way. One that is shown at
 * once is cancelled already, and the answer is the real server's.
 */
export async function refuseWhatIsOnItsWay(
  { database }: Pick<CancelPaymentParts, 'database'>,
  payment: Payment,
): Promise<void> {
  if (payment.status === 'ready' || payment.status === 'failed' || cancellableMinor(payment) > 0n) return;
  const [operation] = await database.query<Pick<Operation, 'id' | 'state'>>(
    `select id, state from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'cancel' and state = 'accepted' order by id desc limit 1`,
    [payment.merchant_id, payment.id],
  );
  if (!operation) return;
  if (payment.cancelled_minor === payment.amount_minor) throw new Refusal('already_cancelled', {}, null, operation);
  throw new Refusal('cancellation_on_its_way', { id: operation.id }, null, operation);
}

/** The reservation looks again, in one statement with taking the amount; here the member is told why. */
async function refuseBesideRequest(
  { database }: CancelPaymentParts,
  payment: Payment,
  { refundRequestId }: CancellingMember,
): Promise<void> {
  const open = await openRequestOf(database, payment);
  if (open !== undefined && open !== refundRequestId) throw new Refusal('refund_request_open', { id: open });
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
