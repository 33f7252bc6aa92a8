import type { Database } from '../database/pool.ts';
import { repeatDuringOutage } from '../database/transient-errors.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { Refusal } from '../errors/refusal.ts';
import { refusingOutages } from '../errors/unavailable.ts';
import type { RefundAccount } from '../gateways/gateway.ts';
import type { Channels } from '../merchants/channels.ts';
import { encryptSecrets, loadContext, type OperationSecrets } from '../operations/context.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationReport, Runner } from '../operations/run.ts';
import { reserveInTurn, type TurnParts } from '../operations/take-turn.ts';
import type { Payment } from '../payments/payment.ts';
import { decideCancel } from './decide.ts';
import { findCancellable } from './find-cancellable.ts';
import type { CancelPlan, CancelRequest } from './request.ts';
import type { ReserveCancel } from './reserve-cancel.ts';

export interface CancelPaymentParts extends TurnParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly channels: Channels;
  readonly reserveCancel: ReserveCancel;
  readonly runner: Runner;
  readonly crashPoints: CrashPoints;
}

export interface Caller {
  readonly merchantId: bigint;
  /** The row of the request's idempotency key, if it came with one. */
  readonly idempotencyId: bigint | null;
  readonly deadline: Deadline;
}

/**
 * POST /payments/cancel, whole: find, decide, reserve, send, settle. Throws a `Refusal` for whatever was refused before
 * anything was sent; everything after that is in the report.
 */
export async function cancelPayment(
  parts: CancelPaymentParts,
  caller: Caller,
  request: CancelRequest,
): Promise<OperationReport> {
  const { found, channel } = await refusingOutages(async () => {
    const payment = await findCancellable(parts.database, caller.merchantId, request);
    return { found: payment, channel: await parts.channels.byId(payment.channel_id) };
  });
  let plan: CancelPlan | undefined;
  const turn = await reserveInTurn(parts, found, caller.deadline, async (payment) => {
    plan = decideCancel(payment, request, channel.gateway);
    await parts.crashPoints.reach('before_reservation');
    return reserve(parts, caller, payment, plan);
  });
  try {
    await parts.crashPoints.reach('after_reservation');
    const report = await parts.runner.run(
      {
        operation: turn.operation,
        payment: turn.payment,
        receipt: null,
        channel,
        secrets: secretsOf(plan?.refundAccount ?? null),
        card: null,
      },
      caller.deadline,
    );
    return report.followUpId === null ? report : await revokeReceiptToo(parts, caller, report, report.followUpId);
  } finally {
    turn.end();
  }
}

async function reserve(
  parts: CancelPaymentParts,
  caller: Caller,
  payment: Payment,
  plan: CancelPlan,
): Promise<Operation | undefined> {
  const operationId = newOperationId(parts.clock.now());
  const reservation = {
    operationId,
    paymentId: payment.id,
    plan: { ...plan, details: { ...plan.details, ...describeRefundAccount(plan.refundAccount) } },
    secrets: encryptSecrets(parts.encryption, secretsOf(plan.refundAccount)),
    idempotencyId: caller.idempotencyId,
    by: 'api',
  };
  // After an outage nobody knows whether the reservation was made: it is looked for before it is made again.
  let attempted = false;
  return repeatDuringOutage(async () => {
    if (attempted) {
      const [made] = await parts.database.query<Operation>('select * from operations where id = $1', [operationId]);
      if (made) return made;
    }
    attempted = true;
    return parts.reserveCancel(reservation);
  }, caller.deadline.leftMs);
}

function secretsOf(refundAccount: RefundAccount | null): OperationSecrets {
  return refundAccount ? { refundAccount } : {};
}

function describeRefundAccount(account: RefundAccount | null): {
  refund_bank?: string;
  refund_account_masked?: string;
} {
  if (!account) return {};
  const { bankCode, accountNumber } = account;
  return {
    refund_bank: bankCode,
    refund_account_masked: '*'.repeat(Math.max(0, accountNumber.length - 4)) + accountNumber.slice(-4),
  };
}

/** The receipt follows its payment. What becomes of it does not change that the payment is cancelled. */
async function revokeReceiptToo(
  parts: CancelPaymentParts,
  caller: Caller,
  report: OperationReport,
  followUpId: string,
): Promise<OperationReport> {
  await parts.crashPoints.reach('before_receipt_follow_up');
  const context = await loadContext(parts, followUpId).catch(() => undefined);
  if (!context) return report;
  const followUp = await parts.runner.run(context, caller.deadline);
  return { ...report, payment: followUp.state === 'in_doubt' ? report.payment : followUp.payment, followUpId: null };
}

/** Turns what became of a cancellation into the answer: the payment, or a refusal. */
export function cancelledPaymentOf(report: OperationReport): Payment {
  switch (report.state) {
    case 'confirmed':
    case 'accepted':
      return report.payment;
    case 'refused':
      throw new Refusal('cancellation_refused', { reason: report.message ?? '' });
    case 'unsent':
      throw new Refusal('gateway_unreachable');
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw new Refusal('cancellation_in_doubt', { id: report.operationId });
  }
}
