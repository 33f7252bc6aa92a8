import type { GatewayCall } from '../../../port/call.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Told } from '../../../port/wallet.ts';
import {
  type DoneAnswer,
  type FoundAnswer,
  isDone,
  isFound,
  isRefusal,
  isTold,
  type StandInCall,
  type StandInOperation,
  standInPaths,
} from '../wire/protocol.ts';
import { createSignedCalls, type ReadRefusal, type StandInOptions } from './signed-calls.ts';

/** What the simulator's book has, or `why` no readable answer came. */
export type Found = FoundAnswer | { readonly why: string };

export interface Exchange {
  readonly refusalOf: ReadRefusal;
  /** A success only when `read` finds in the answer exactly what was asked for. */
  carryOut<T>(
    call: GatewayCall,
    operation: StandInOperation,
    message: Readonly<Record<string, unknown>>,
    read: (answer: DoneAnswer) => Outcome<T> | undefined,
  ): Promise<Outcome<T>>;
  /** A question, or what may be asked for twice; `read` makes its value of the answer, `undefined` where it is none. */
  ask<T>(
    call: GatewayCall,
    what: StandInCall,
    message: Readonly<Record<string, unknown>>,
    read: (value: unknown) => T | undefined,
  ): Promise<Told<T>>;
  /** Asks for the request that had this call's key, too, where an operation is named. */
  find(
    call: GatewayCall,
    operation: StandInOperation | null,
    ids: { readonly orderId: string | null; readonly receiptOrderId?: string },
  ): Promise<Found>;
}

/** The port's operations and questions in the stand-in's form. On a live channel nothing is sent. */
export function createExchange(options: StandInOptions): Exchange {
  const { refusalOf, carryOut, ask } = createSignedCalls(options);
  return {
    refusalOf,

    carryOut: (call, operation, message, read) =>
      carryOut(call, standInPaths[operation], message, (answer) => (isDone(answer) ? read(answer) : undefined)),

    async ask(call, what, message, read) {
      const answered = await ask(call, standInPaths[what], message);
      if ('why' in answered) return { kind: 'unknown', why: answered.why };
      if (isRefusal(answered.answer)) return refusalOf(answered.answer);
      const value = isTold(answered.answer) ? read(answered.answer.value) : undefined;
      return value === undefined ? { kind: 'unknown', why: 'no readable answer' } : { kind: 'told', value };
    },

    async find(call, operation, { orderId, receiptOrderId = null }) {
      const requestId = operation === null ? null : call.idempotencyKey;
      const answered = await ask(call, standInPaths.inquire, { operation, requestId, orderId, receiptOrderId });
      if ('why' in answered) return answered;
      return isFound(answered.answer) ? answered.answer : { why: 'no readable answer' };
    },
  };
}
