import { certificationOperations } from '../port/certification.ts';
import { gatewayOperations } from '../port/operations.ts';
import type { Latency } from './latency.ts';

/** `change_order` stands for what changes an order and moves no money, `inquire` for every lookup. */
export const faultOperations = [...gatewayOperations, ...certificationOperations, 'change_order', 'inquire'] as const;
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
  /** The merchant's id of the order, for requests about a payment that is there, or that they make. */
  readonly orderId?: string;
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
  readonly orderId: string | null;
}
