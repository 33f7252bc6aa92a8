import { randomUUID } from 'node:crypto';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import type { BookEscrow } from '../../../simulators/escrow.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import type { BookCancel, BookPayment } from '../../../simulators/payments.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import { type StandInNotice, writeNotice } from '../wire/notices.ts';
import type { SecretOf } from '../wire/protocol.ts';

/** For a gateway all of whose notices are in the stand-in's form. */
export function standInSimulatorNotices(secretOf: SecretOf): SimulatorNotices {
  return {
    deposit: (payment, context) => standInDepositNotice(payment, context, secretOf),
    refundResult: (payment, cancel, context) => standInRefundNotice(payment, cancel, context, secretOf),
    escrowChanged: (payment, escrow, context) => standInEscrowNotice(payment, escrow, context, secretOf),
    isTaken: ({ status, body }) => status === 200 && body === 'OK',
    attemptsMax: 10,
  };
}

/** An account or a barcode was paid. */
export function standInDepositNotice(payment: BookPayment, context: ControlContext, secretOf: SecretOf): NoticeMessage {
  return signed(context, secretOf, {
    event: 'deposit',
    ...subjectOf(payment, payment.amountMinor, payment.paidAt ?? context.now),
    accountNumber: payment.accountNumber,
    depositorName: payment.depositorName,
  });
}

/** A refund that was taken earlier has been paid out, or could not be. */
export function standInRefundNotice(
  payment: BookPayment,
  cancel: BookCancel,
  context: ControlContext,
  secretOf: SecretOf,
): NoticeMessage {
  const isFailed = cancel.state === 'failed';
  const code = cancel.failureCode ?? 'S307';
  return signed(context, secretOf, {
    event: 'refund_result',
    ...subjectOf(payment, cancel.amountMinor, context.now),
    cancelId: cancel.cancelTid,
    succeeded: !isFailed,
    code: isFailed ? code : null,
    message: isFailed ? standInCodes[isStandInCode(code) ? code : 'S307'].message : null,
  });
}

/** The buyer of an escrow payment has decided, or it was cancelled. */
export function standInEscrowNotice(
  payment: BookPayment,
  { status, deniedReason }: BookEscrow,
  context: ControlContext,
  secretOf: SecretOf,
): NoticeMessage {
  if (status === null) throw new Error('an escrow that nothing has happened to');
  return signed(context, secretOf, {
    event: 'escrow_changed',
    ...subjectOf(payment, payment.amountMinor, context.now),
    status,
    reason: deniedReason,
  });
}

/** Something about the order is not as it was. */
export function standInOrderNotice(payment: BookPayment, context: ControlContext, secretOf: SecretOf): NoticeMessage {
  return signed(context, secretOf, {
    event: 'order_changed',
    ...subjectOf(payment, payment.amountMinor, context.now),
    changeId: randomUUID(),
  });
}

function subjectOf(payment: BookPayment, amountMinor: bigint, at: Date) {
  return {
    mid: payment.mid,
    orderId: payment.orderId,
    transactionId: payment.tid,
    amount: Number(amountMinor),
    at: Math.floor(at.getTime() / 1000),
  };
}

function signed({ book }: ControlContext, secretOf: SecretOf, notice: StandInNotice): NoticeMessage {
  const secret = secretOf(merchantByMid(book, notice.mid)?.credentials ?? {});
  return { contentType: 'application/json; charset=utf-8', body: writeNotice(secret, notice) };
}
