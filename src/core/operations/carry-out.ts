import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { CardData } from '../../port/approval.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import type { ExternalReceipt } from '../records/receipt.ts';
import { type Subject, type TurnRow, type TurnTable, turnRowOf, withTurnRow } from '../records/subject.ts';
import { decryptSecrets, loadContext, readSubject } from './context.ts';
import type { CrashPoints } from './crash-points.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { newOperationId } from './identifier.ts';
import type { OperationReport } from './report.ts';
import { afterReservation, ReservationUnknown, reserveOnce } from './reserve-once.ts';
import type { Runner } from './run.ts';
import { reserveInTurn, type TurnParts, type TurnRows, turnsOfPayments } from './take-turn.ts';

export interface CarryOutParts extends TurnParts {
  readonly encryption: Encryption;
  readonly clocks: MerchantClocks;
  readonly channels: Channels;
  readonly runner: Runner;
  readonly crashPoints: CrashPoints;
  /** How long no other process may take an operation up that a request has begun; longer than any request lives. */
  readonly leaseMs: number;
}

/** Who asks for an operation, and how long the answer may take. */
export interface Caller {
  readonly merchantId: bigint;
  /** The row of the request's idempotency key, if it came with one. */
  readonly idempotencyId: bigint | null;
  readonly deadline: Deadline;
  /** Without it a shop's program asks. */
  readonly asker?: Asker | undefined;
}

/** As the audit names whoever asks, and why that was let through. */
export interface Asker {
  readonly by: string;
  readonly why: string;
}

export const shopsProgram: Asker = Object.freeze({ by: 'api', why: 'asked for by the merchant' });

export interface Task<Plan, Row extends TurnRow = Payment> {
  /** The row that is meant; throws a refusal when there is none. */
  readonly find: () => Promise<Row>;
  /** The channel that it goes through, where that is not the row's. */
  readonly channel?: Channel;
  /** What to do with the row as it is now; throws a refusal. Nothing is written yet. */
  readonly decide: (row: Row, channel: Channel) => Plan | Promise<Plan>;
  /** Writes the operation and takes the row's turn, in one conditional statement; `undefined` if that was too late. */
  readonly reserve: (row: Row, plan: Plan, operationId: string) => Promise<Operation | undefined>;
  /** Only in memory. */
  readonly card?: CardData;
}

/** An operation on an existing payment, whole. */
export function carryOut<Plan>(parts: CarryOutParts, caller: Caller, task: Task<Plan>): Promise<OperationReport> {
  return carryOutOn(parts, caller, turnsOfPayments, task);
}

/**
 * An operation on something that there is, whole: find, wait for the turn, decide, reserve, send, settle. Throws a `Refusal` for
 * whatever was refused before anything was sent; everything after that is in the report.
 */
export async function carryOutOn<Plan, Row extends TurnRow>(
  parts: CarryOutParts,
  { deadline }: Caller,
  rows: TurnRows<Row>,
  task: Task<Plan, Row>,
): Promise<OperationReport> {
  const wait = createDeadline(parts.clock, Math.min(parts.turnWaitMs, deadline.leftMs()));
  const beforeAnything = <T>(look: () => Promise<T>): Promise<T> =>
    refusingOutages(() => repeatDuringOutage(look, wait.leftMs));
  const { found, channel } = await beforeAnything(async () => {
    const row = await task.find();
    return { found: row, channel: task.channel ?? (await parts.channels.byId(row.channel_id)) };
  });
  try {
    const turn = await reserveInTurn(parts, rows, found, deadline, async (row) => {
      const plan = await beforeAnything(async () => task.decide(row, channel));
      await parts.crashPoints.reach('before_reservation');
      const operationId = newOperationId(parts.clock.now());
      return reserveOnce<Operation | undefined>(
        parts,
        deadline,
        { merchantId: row.merchant_id, operationId },
        () => task.reserve(row, plan, operationId),
        (made) => made,
      );
    });
    try {
      await parts.crashPoints.reach('after_reservation');
      const { operation, row } = turn;
      const subject = await subjectOf(parts, deadline, operation, row);
      const secrets = decryptSecrets(parts.encryption, operation);
      const report = await parts.runner.run(
        { operation, subject, channel, secrets, card: task.card ?? null },
        deadline,
      );
      return report.followUpId === null ? report : await followUp(parts, deadline, report, report.followUpId);
    } finally {
      turn.end();
    }
  } catch (error) {
    if (error instanceof ReservationUnknown) return unknownReport(error.operationId, rows, found);
    throw error;
  }
}

/** Only the number is sure. Nobody shows what a doubt is about, so what the caller named has to do. */
function unknownReport<Row extends TurnRow>(operationId: string, { table }: TurnRows<Row>, row: Row): OperationReport {
  const subjects = {
    payments: () => ({ type: 'payment', payment: row as unknown as Payment }),
    billing_keys: () => ({ type: 'billing_key', billingKey: row as unknown as BillingKeyRow }),
    receipts: () => ({ type: 'external_receipt', receipt: row as unknown as ExternalReceipt }),
  } as const satisfies Record<TurnTable, () => Subject>;
  return {
    operationId,
    state: 'in_doubt',
    code: null,
    message: null,
    category: null,
    subject: subjects[table](),
    followUpId: null,
  };
}

/** The row was just read, and is not read again where it is itself what the operation is about. */
async function subjectOf(
  { database }: CarryOutParts,
  deadline: Deadline,
  operation: Operation,
  row: TurnRow,
): Promise<Subject> {
  if (operation.payment_id !== null) return { type: 'payment', payment: row as Payment };
  if (operation.billing_key_id !== null) return { type: 'billing_key', billingKey: row as BillingKeyRow };
  const subject = await afterReservation(operation.id, () =>
    repeatDuringOutage(() => readSubject(database, operation), deadline.leftMs),
  );
  if (!subject) throw new Error('what a reserved operation is about is not there');
  return subject;
}

/** The receipt follows its payment, in the same turn. What becomes of it does not change that the payment is cancelled. */
async function followUp(
  parts: CarryOutParts,
  deadline: Deadline,
  report: OperationReport,
  followUpId: string,
): Promise<OperationReport> {
  await parts.crashPoints.reach('before_receipt_follow_up');
  const { merchant_id: merchantId } = turnRowOf(report.subject);
  const context = await loadContext(parts, merchantId, followUpId).catch(() => undefined);
  if (!context) return report;
  const followed = await parts.runner.run(context, deadline);
  const turnRow = turnRowOf((followed.state === 'in_doubt' ? report : followed).subject);
  return { ...report, subject: withTurnRow(report.subject, turnRow), followUpId: null };
}
