import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { readPayment } from './context.ts';
import type { Deadline } from './deadline.ts';
import { createDeadline } from './deadline.ts';
import type { Turns } from './turns.ts';

export interface TurnParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly turns: Turns;
  /** How long an operation waits for its payment's turn before it is told that the payment is busy. */
  readonly turnWaitMs: number;
}

/** An operation that has its payment's turn, and the payment as it was when the turn came. */
export interface TakenTurn {
  readonly operation: Operation;
  readonly payment: Payment;
  /** Lets the next operation of this process try; the turn itself ends when the operation is settled. */
  end(): void;
}

/**
 * Waits for the payment's turn and reserves. `reserve` is asked with the payment as it was just read: it throws a refusal,
 * answers the reserved operation, or `undefined` when somebody was quicker, and then it is asked again. Nothing is held
 * while waiting: no connection, no lock.
 */
export async function reserveInTurn(
  parts: TurnParts,
  first: Payment,
  deadline: Deadline,
  reserve: (payment: Payment) => Promise<Operation | undefined>,
): Promise<TakenTurn> {
  const wait = createDeadline(parts.clock, Math.min(parts.turnWaitMs, deadline.leftMs()));
  const alone = parts.turns.isFree(first.id);
  const end = await parts.turns.take(first.id, wait.leftMs());
  if (!end) throw await busy(parts, first);
  try {
    let payment = alone ? first : await readAgain(parts, first, wait);
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
      if (payment.turn_of === null) {
        const current = payment;
        const operation = await reserve(current);
        if (operation) return { operation, payment: current, end };
      }
      if (wait.leftMs() < pauseMs) throw await busy(parts, payment);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      payment = await readAgain(parts, first, wait);
    }
  } catch (error) {
    end();
    throw error;
  }
}

/** Nothing is reserved while an operation waits, so an outage of the database that outlasts the wait is a clean failure. */
async function readAgain({ database }: TurnParts, { merchant_id, id }: Payment, wait: Deadline): Promise<Payment> {
  const payment = await refusingOutages(() =>
    repeatDuringOutage(() => readPayment(database, merchant_id, id), wait.leftMs),
  );
  if (!payment) throw new Refusal('payment_not_found');
  return payment;
}

async function busy({ database }: TurnParts, { merchant_id, id }: Payment): Promise<Refusal> {
  const [holder] = await refusingOutages(() =>
    database.query<{ state: string }>(
      `select o.state from payments p join operations o on o.merchant_id = p.merchant_id and o.id = p.turn_of
       where p.merchant_id = $1 and p.id = $2`,
      [merchant_id, id],
    ),
  );
  return new Refusal(holder?.state === 'in_doubt' ? 'cancellation_blocked_by_doubt' : 'cancellation_busy');
}
