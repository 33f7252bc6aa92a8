import { randomUUID } from 'node:crypto';
import { gatewayOperations } from '../gateway.ts';
import { type Book, integer, text, textOrNull } from './book.ts';
import type { SqlRow } from './sqlite.ts';

/** `inquire` stands for every lookup. */
export const faultOperations = [...gatewayOperations, 'inquire'] as const;
export type FaultOperation = (typeof faultOperations)[number];

/**
 * What goes wrong with the next matching request:
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

export interface NewFault {
  readonly id?: string;
  /** For one merchant only; absent: for the next request of any. */
  readonly mid?: string;
  readonly operation: FaultOperation;
  readonly kind: FaultKind;
  /** How many requests it hits. Default 1. */
  readonly count?: number;
  readonly delayMs?: number;
  readonly code?: string;
  readonly message?: string;
}

export interface Fault {
  readonly id: string;
  readonly mid: string | null;
  readonly operation: FaultOperation;
  readonly kind: FaultKind;
  readonly remaining: number;
  readonly delayMs: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** Adding a fault with a known id again changes nothing. */
export function addFault(book: Book, fault: NewFault): Fault {
  const id = fault.id ?? randomUUID();
  book.run(
    `insert into faults (id, mid, operation, kind, remaining, delay_ms, code, message)
     values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
    id,
    fault.mid ?? null,
    fault.operation,
    fault.kind,
    fault.count ?? 1,
    fault.delayMs ?? null,
    fault.code ?? null,
    fault.message ?? null,
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

export function clearFaults(book: Book, mid: string | null): void {
  book.run('delete from faults where ?1 is null or mid = ?1', mid);
}

/** Counts down the oldest fault for this operation of this merchant and hands it out. */
export function takeFault(book: Book, mid: string, operation: FaultOperation): Fault | undefined {
  const row = book.get(
    `update faults set remaining = remaining - 1
     where position = (select position from faults
       where remaining > 0 and operation = ? and (mid is null or mid = ?) order by position limit 1)
     returning *`,
    operation,
    mid,
  );
  return row && faultOf(row);
}

/** A cheap look before `takeFault`, so that requests without faults write nothing extra. */
export function hasFaults(book: Book): boolean {
  return book.get('select 1 from faults where remaining > 0 limit 1') !== undefined;
}

function faultOf(row: SqlRow): Fault {
  return {
    id: text(row, 'id'),
    mid: textOrNull(row, 'mid'),
    operation: text(row, 'operation') as FaultOperation,
    kind: text(row, 'kind') as FaultKind,
    remaining: Number(integer(row, 'remaining')),
    delayMs: row.delay_ms === null ? null : Number(integer(row, 'delay_ms')),
    code: textOrNull(row, 'code'),
    message: textOrNull(row, 'message'),
  };
}
