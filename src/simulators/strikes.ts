import type { Book } from './book.ts';
import type { Fault, FaultKind, FaultStep } from './faults.ts';
import type { FaultyRequest } from './faulty-request.ts';
import { countFaults, faultsFor, hasFaults } from './kept-faults.ts';
import { latencyMs } from './latency.ts';
import { chooseMagic, recordMagic } from './magic-strikes.ts';
import { uniformAt } from './random.ts';
import { amountOf } from './subject.ts';

/** What goes wrong with one request. */
export interface Strike {
  readonly kind: FaultKind;
  readonly delayMs: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** What was decided about one request; nothing of it is written yet. */
export interface Decision {
  readonly strike: Strike | undefined;
  /** Writes down what was decided: what counts down, counts down. */
  record(): void;
}

/** Is the request carried out before it goes wrong? One that is slow is carried out later. */
export function isDoneAtOnce({ kind }: Strike): boolean {
  return kind === 'lost_answer' || kind === 'garbage';
}

/** The faults that were asked for come first, the oldest first; then the magic amounts and cards. */
export function decideStrike(book: Book, request: FaultyRequest): Decision {
  const asked = hasFaults(book) ? decideAsked(book, request) : undefined;
  if (asked && (asked.struck !== undefined || asked.strike)) return asked;
  const magic = chooseMagic(book, request);
  return {
    strike: magic && strikeOf(magic.step, 0.5),
    record() {
      asked?.record();
      if (magic) recordMagic(book, request, magic);
    },
  };
}

function decideAsked(book: Book, request: FaultyRequest): Decision & { readonly struck: string | undefined } {
  const considered: string[] = [];
  let struck: Fault | undefined;
  for (const fault of faultsFor(book, request.mid, request.operation)) {
    if (!isMeant(fault, request)) continue;
    considered.push(fault.id);
    if (uniformAt(fault.seed, fault.considered, 'strike') < fault.probability) {
      struck = fault;
      break;
    }
  }
  const step = struck?.steps[struck.struck % struck.steps.length];
  return {
    struck: struck?.id,
    strike: struck && step && strikeOf(step, uniformAt(struck.seed, struck.considered, 'latency')),
    record: () => countFaults(book, considered, struck?.id),
  };
}

function strikeOf(step: FaultStep, uniform: number): Strike | undefined {
  if (step.kind === 'pass') return undefined;
  return {
    kind: step.kind,
    delayMs: step.latency ? latencyMs(step.latency, uniform) : (step.delayMs ?? null),
    code: step.code ?? null,
    message: step.message ?? null,
  };
}

function isMeant(fault: Fault, { operation, subject }: FaultyRequest): boolean {
  if (fault.amountFromMinor !== null || fault.amountToMinor !== null) {
    const amount = amountOf(operation, subject);
    if (amount === null) return false;
    if (amount < (fault.amountFromMinor ?? amount) || amount > (fault.amountToMinor ?? amount)) return false;
  }
  if (fault.orderId !== null && fault.orderId !== subject.payment?.orderId) return false;
  const number = subject.payment?.card?.maskedNumber?.replaceAll('-', '') ?? '';
  return number.startsWith(fault.cardPrefix ?? '') && number.endsWith(fault.cardSuffix ?? '');
}
