import { randomBytes, randomUUID } from 'node:crypto';
import { gatewayOperations } from '../port/operations.ts';
import { type Book, integer, json, text, textOrNull } from './book.ts';
import type { Latency } from './latency.ts';
import type { SqlRow } from './sqlite.ts';

/** `inquire` stands for every lookup. */
export const faultOperations = [...gatewayOperations, 'inquire'] as const;
export type FaultOperation = (typeof faultOperations)[number];

/**
 * What goes wrong with a request:
 * - `reject`: refused with the given code and text, or the gateway's usual ones; nothing is done.
 * - `timeout`: never answered and never done; the connection is held until the caller gives up or `delayMs` has passed.
 * - `lost_answer`: done durably, then the connection is closed without an answer (after `delayMs`, if given).
 * - `disconnect`: the connection is closed at once; nothing is done.
 * - `slow`: done and answered after `delayMs` (default 1,000), even if the caller is gone by then.
 * - `http_500`: the gateway's own internal error; nothing is done.
 * - `garbage`: done, and answered with status 200 and bytes that are no answer.
 */
export const faultKinds = ['reject', 'timeout', 'lost_answer', 'disconnect', 'slow', 'http_500', 'garbage'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** In a script, `pass` is a request that is carried out and answered as if there were no faults. */
export const scriptKinds = ['pass', ...faultKinds] as const;

export const faultLimits = Object.freeze({ count: 1_000_000, scriptSteps: 1_000 });

/** One answer: what goes wrong, and how. */
export interface FaultStep {
  readonly kind: FaultKind | 'pass';
  readonly delayMs?: number | undefined;
  /** Instead of `delayMs`: drawn anew for each request. */
  readonly latency?: Latency | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Which requests a fault is meant for; what is absent does not matter. */
export interface FaultTarget {
  readonly mid?: string;
  readonly operation: FaultOperation | 'any';
  /** Both ends count. In the currency's minor unit. */
  readonly amountFromMinor?: bigint;
  readonly amountToMinor?: bigint;
  /** Digits at the beginning and at the end of the card's number, as far as the gateway's book shows them. */
  readonly cardPrefix?: string;
  readonly cardSuffix?: string;
}

export interface NewFault extends FaultTarget, Partial<FaultStep> {
  readonly id?: string;
  /** How many requests it hits, or how often the script is played. Default 1; with a probability below 1: no end. */
  readonly count?: number;
  /** Of each request that fits, from 0 to 1. Default 1. */
  readonly probability?: number;
  /** The same seed draws the same numbers. Default: a random one, which is told. */
  readonly seed?: string;
  /** Answers in their order, one per request, instead of one `kind`. */
  readonly script?: readonly FaultStep[];
}

export interface Fault {
  readonly id: string;
  readonly mid: string | null;
  readonly operation: FaultOperation | 'any';
  /** One step; or a script's. */
  readonly steps: readonly FaultStep[];
  readonly isScript: boolean;
  /** How many requests it will hit, and has hit. */
  readonly remaining: number;
  readonly struck: number;
  /** How many requests fitted, hit or not: the position of the next draw. */
  readonly considered: number;
  readonly probability: number;
  readonly seed: string;
  readonly amountFromMinor: bigint | null;
  readonly amountToMinor: bigint | null;
  readonly cardPrefix: string | null;
  readonly cardSuffix: string | null;
}

/** Adding a fault with a known id again changes nothing. */
export function addFault(book: Book, fault: NewFault): Fault {
  const id = fault.id ?? randomUUID();
  const { delayMs, latency, code, message } = fault;
  const steps = fault.script ?? [{ kind: fault.kind ?? 'slow', delayMs, latency, code, message }];
  const probability = fault.probability ?? 1;
  const count = fault.count ?? (probability < 1 ? Math.floor(faultLimits.count / steps.length) : 1);
  book.run(
    `insert into faults (id, mid, operation, kind, steps, remaining, probability, seed, amount_from, amount_to,
       card_prefix, card_suffix)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
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
  return book.get('select 1 from faults where remaining > 0 limit 1') !== undefined;
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
  };
}
