import { randomBytes, randomUUID } from 'node:crypto';
import { type Book, integer, json, text, textOrNull } from './book.ts';
import { type Fault, type FaultOperation, type FaultStep, faultLimits, type NewFault } from './faults.ts';
import type { SqlRow } from './sqlite.ts';

/** Adding a fault with a known id again changes nothing. */
export function addFault(book: Book, fault: NewFault): Fault {
  const id = fault.id ?? randomUUID();
  const { delayMs, latency, code, message } = fault;
  const steps = fault.script ?? [{ kind: fault.kind ?? 'slow', delayMs, latency, code, message }];
  const probability = fault.probability ?? 1;
  const count = fault.count ?? (probability < 1 ? Math.floor(faultLimits.count / steps.length) : 1);
  book.run(
    `insert into faults (id, mid, operation, kind, steps, remaining, probability, seed, amount_from, amount_to,
       card_prefix, card_suffix, order_id)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
    id,
    fault.mid ?? null,
    fault.operation,
    fault.script ? 'script' : (steps[0]?.kind ?? 'slow'),
    JSON.stringify(steps),
    count * steps.length,
    probability,
    fault.seed ?? randomBytes(8).toString('hex'),
    fault.amountFromMinor ?? null,
    fault.amountToMinor ?? null,
    fault.cardPrefix ?? null,
    fault.cardSuffix ?? null,
    fault.orderId ?? null,
  );
  const row = book.get('select * from faults where id = ?', id);
  if (!row) throw new Error('the fault was not stored');
  return faultOf(row);
}

/** Those that have not run out, in the order in which they will be used. */
export function listFaults(book: Book, mid: string | null): Fault[] {
  return book
    .all('select * from faults where remaining > 0 and (?1 is null or mid = ?1) order by position', mid)
    .map(faultOf);
}

/** Takes faults back: one merchant's or all, and of these one by its id or all. Answers how many there were. */
export function clearFaults(book: Book, mid: string | null, id: string | null): number {
  return book.run('delete from faults where (?1 is null or mid = ?1) and (?2 is null or id = ?2)', mid, id);
}

/** Those that may hit a request, oldest first. */
export function faultsFor(book: Book, mid: string, operation: FaultOperation): Fault[] {
  return book
    .all(
      `select * from faults where remaining > 0 and operation in (?, 'any') and (mid is null or mid = ?)
       order by position`,
      operation,
      mid,
    )
    .map(faultOf);
}

/** A cheap look, so that requests without faults cost nothing extra. */
export function hasFaults(book: Book): boolean {
  return book.getKnown('select 1 from faults where remaining > 0 limit 1') !== undefined;
}

/** These requests have been looked at, and of them one was hit. */
export function countFaults(book: Book, considered: readonly string[], struck: string | undefined): void {
  for (const id of considered) book.run('update faults set considered = considered + 1 where id = ?', id);
  if (struck !== undefined) {
    book.run('update faults set remaining = remaining - 1, struck = struck + 1 where id = ? and remaining > 0', struck);
  }
}

function faultOf(row: SqlRow): Fault {
  const { probability } = row;
  return {
    id: text(row, 'id'),
    mid: textOrNull(row, 'mid'),
    operation: text(row, 'operation') as Fault['operation'],
    steps: json<FaultStep[]>(row, 'steps'),
    isScript: row.kind === 'script',
    remaining: Number(integer(row, 'remaining')),
    struck: Number(integer(row, 'struck')),
    considered: Number(integer(row, 'considered')),
    probability: Number(probability),
    seed: text(row, 'seed'),
    amountFromMinor: row.amount_from === null ? null : integer(row, 'amount_from'),
    amountToMinor: row.amount_to === null ? null : integer(row, 'amount_to'),
    cardPrefix: textOrNull(row, 'card_prefix'),
    cardSuffix: textOrNull(row, 'card_suffix'),
    orderId: textOrNull(row, 'order_id'),
  };
}
