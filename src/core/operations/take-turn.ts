import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import type { Operation } from '../records/operation.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import type { ExternalReceipt } from '../records/receipt.ts';
import type { TurnRow, TurnTable } from '../records/subject.ts';
import { readBillingKey, readPayment, readReceipt } from './context.ts';
import type { Deadline } from './deadline.ts';
import { createDeadline } from './deadline.ts';
import { databaseTimeToCompareSql, type Leases } from './leases.ts';
import { type Turns, turnName } from './turns.ts';

export interface TurnParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly leases: Leases;
  /** How long an operation waits for its turn before it is told that the payment (or key) is busy. */
  readonly turnWaitMs: number;
}

/** The rows of one table as operations take turns on them. */
export interface TurnRows<Row extends TurnRow> {
  readonly table: TurnTable;
  read(database: Database, merchantId: bigint, id: bigint): Promise<Row | undefined>;
  /** What whoever waits is told when the row has gone. */
  gone(row: Row): Refusal;
  /** The operation that has the turn. */
  readonly holderSql: string;
}

const outlastsSql = `(o.state = 'in_doubt' and o.lease_until <= ${databaseTimeToCompareSql('$3')}
         and o.next_inquiry_at > ${databaseTimeToCompareSql('$4')})`;

export const turnsOfPayments: TurnRows<Payment> = Object.freeze<TurnRows<Payment>>({
  table: 'payments',
  read: readPayment,
  gone: () => new Refusal('payment_not_found'),
  holderSql: `select o.id, o.state, ${outlastsSql} as outlasts
       from payments p join operations o on o.merchant_id = p.merchant_id and o.id = p.turn_of
       where p.merchant_id = $1 and p.id = $2`,
});

export const turnsOfBillingKeys: TurnRows<BillingKeyRow> = Object.freeze<TurnRows<BillingKeyRow>>({
  table: 'billing_keys',
  read: readBillingKey,
  gone: ({ customer_uid }) => new Refusal('billing_key_not_found', { customer_uid }),
  holderSql: `select o.id, o.state, ${outlastsSql} as outlasts
       from billing_keys k join operations o on o.merchant_id = k.merchant_id and o.id = k.turn_of
       where k.merchant_id = $1 and k.id = $2`,
});

export const turnsOfExternalReceipts: TurnRows<ExternalReceipt> = Object.freeze<TurnRows<ExternalReceipt>>({
  table: 'receipts',
  async read(database, merchantId, id) {
    const receipt = await readReceipt(database, merchantId, id);
    return receipt?.payment_id === null ? receipt : undefined;
  },
  gone: () => new Refusal('external_receipt_not_found'),
  holderSql: `select o.id, o.state, ${outlastsSql} as outlasts
       from receipts r join operations o on o.merchant_id = r.merchant_id and o.id = r.turn_of
       where r.merchant_id = $1 and r.id = $2`,
});

/** An operation that has its row's turn, and the row as it was when the turn came. */
export interface TakenTurn<Row extends TurnRow> {
  readonly operation: Operation;
  readonly row: Row;
  /** Lets the next operation of this process try; the turn itself ends when the operation is settled. */
  end(): void;
}

/**
 * Waits for the row's turn and reserves. `reserve` is asked with the row as it was just read: it throws a refusal,
 * answers the reserved operation, or `undefined` when somebody was quicker, and then it is asked again. Nothing is held
 * while waiting: no connection, no lock.
 */
export async function reserveInTurn<Row extends TurnRow>(
  parts: TurnParts,
  rows: TurnRows<Row>,
  first: Row,
  deadline: Deadline,
  reserve: (row: Row) => Promise<Operation | undefined>,
): Promise<TakenTurn<Row>> {
  const wait = createDeadline(parts.clock, Math.min(parts.turnWaitMs, deadline.leftMs()));
  const name = turnName(rows.table, first.id);
  const alone = parts.turns.isFree(name);
  const end = await parts.turns.take(name, wait.leftMs());
  if (!end) throw refusalBy(await holderOf(parts, rows, first, wait));
  try {
    let row = alone ? first : await readAgain(parts, rows, first, wait);
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
      if (row.turn_of === null) {
        const current = row;
        const operation = await reserve(current);
        if (operation) return { operation, row: current, end };
      }
      const holder = await holderOf(parts, rows, row, wait);
      if (wait.leftMs() < pauseMs || holder?.outlasts === true) throw refusalBy(holder);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      row = await readAgain(parts, rows, first, wait);
    }
  } catch (error) {
    end();
    throw error;
  }
}

/** Nothing is reserved while an operation waits, so an outage of the database that outlasts the wait is a clean failure. */
async function readAgain<Row extends TurnRow>(
  { database }: TurnParts,
  rows: TurnRows<Row>,
  first: Row,
  wait: Deadline,
): Promise<Row> {
  const { merchant_id, id } = first;
  const row = await refusingOutages(() => repeatDuringOutage(() => rows.read(database, merchant_id, id), wait.leftMs));
  if (!row) throw rows.gone(first);
  return row;
}

interface TurnHolder {
  readonly id: string;
  readonly state: OperationState;
  /** Nobody works on the doubt, and nobody will as long as we would wait. */
  readonly outlasts: boolean;
}

async function holderOf<Row extends TurnRow>(
  { database, leases }: TurnParts,
  { holderSql }: TurnRows<Row>,
  { merchant_id, id }: Row,
  wait: Deadline,
): Promise<TurnHolder | undefined> {
  const [holder] = await refusingOutages(() =>
    database.query<TurnHolder>(holderSql, [merchant_id, id, leases.until(0), leases.until(Math.max(0, wait.leftMs()))]),
  );
  return holder;
}

/** What whoever does not wait for the turn is told. */
export async function refusalByTurn<Row extends TurnRow>(
  parts: TurnParts,
  rows: TurnRows<Row>,
  row: Row,
): Promise<Refusal> {
  return refusalBy(await holderOf(parts, rows, row, createDeadline(parts.clock, 0)));
}

function refusalBy(holder: TurnHolder | undefined): Refusal {
  if (holder?.state !== 'in_doubt') return new Refusal('cancellation_busy');
  const { id, state } = holder;
  return new Refusal('cancellation_blocked_by_doubt', { id }, null, { id, state });
}
