import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { CardData } from '../../port/approval.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { type Subject, type TurnRow, turnRowOf, withTurnRow } from '../records/subject.ts';
import { decryptSecrets, loadContext, readSubject } from './context.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Deadline } from './deadline.ts';
import { newOperationId } from './identifier.ts';
import type { OperationReport } from './report.ts';
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
}

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
  const { found, channel } = await refusingOutages(async () => {
    const row = await task.find();
    return { found: row, channel: task.channel ?? (await parts.channels.byId(row.channel_id)) };
  });
  const turn = await reserveInTurn(parts, rows, found, deadline, async (row) => {
    const plan = await task.decide(row, channel);
    await parts.crashPoints.reach('before_reservation');
    const operationId = newOperationId(parts.clock.now());
    return reserveOnce(parts, deadline, row, operationId, () => task.reserve(row, plan, operationId));
  });
  try {
    await parts.crashPoints.reach('after_reservation');
    const { operation, row } = turn;
    const subject = await subjectOf(parts, operation, row);
    const secrets = decryptSecrets(parts.encryption, operation);
    const report = await parts.runner.run({ operation, subject, channel, secrets, card: task.card ?? null }, deadline);
    return report.followUpId === null ? report : await followUp(parts, deadline, report, report.followUpId);
  } finally {
    turn.end();
  }
}

/** After an outage nobody knows whether the reservation was made: it is looked for before it is made again. */
function reserveOnce(
  { database }: CarryOutParts,
  deadline: Deadline,
  { merchant_id: merchantId }: TurnRow,
  operationId: string,
  reserve: () => Promise<Operation | undefined>,
): Promise<Operation | undefined> {
  let attempted = false;
  return repeatDuringOutage(async () => {
    if (attempted) {
      const [made] = await database.query<Operation>('select * from operations where merchant_id = $1 and id = $2', [
        merchantId,
        operationId,
      ]);
      if (made) return made;
    }
    attempted = true;
    return reserve();
  }, deadline.leftMs);
}

/** The row was just read, and is not read again where it is itself what the operation is about. */
async function subjectOf({ database }: CarryOutParts, operation: Operation, row: TurnRow): Promise<Subject> {
  if (operation.payment_id !== null) return { type: 'payment', payment: row as Payment };
  if (operation.billing_key_id !== null) return { type: 'billing_key', billingKey: row as BillingKeyRow };
  const subject = await readSubject(database, operation);
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
