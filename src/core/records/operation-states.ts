/**
 * The life of an operation (a cancellation is one of them). The database holds the same table, refuses every change that
 * is not in it, and appends each change to the audit by itself; a test holds the two tables equal. Only what is adopted (the gateway has
 * it, and our book has lost it) begins as `confirmed`.
 *
 * - `requested`: reserved in our book; whether the request has left is known only to the running process.
 * - `sent`: handed to the gateway. Written together with what came of it.
 * - `in_doubt`: the gateway gave no clear answer. The amount stays reserved, and the gateway is asked until it is settled.
 * - `accepted`: the gateway took it and finishes later. The amount stays reserved; the payment's turn is given back.
 * - `confirmed`, `refused`: the gateway's own word, or a person's.
 * - `unsent`: not one byte reached the gateway. Nothing moved, and that is no "no" of the gateway's.
 */
export const operationStates = ['requested', 'sent', 'in_doubt', 'accepted', 'confirmed', 'refused', 'unsent'] as const;
export type OperationState = (typeof operationStates)[number];

export const operationTransitions: Readonly<Record<'none' | OperationState, readonly OperationState[]>> = Object.freeze(
  {
    none: ['requested', 'confirmed'],
    requested: ['sent', 'unsent'],
    sent: ['confirmed', 'refused', 'accepted', 'in_doubt'],
    in_doubt: ['confirmed', 'refused', 'accepted'],
    accepted: ['confirmed', 'refused'],
    confirmed: [],
    refused: [],
    unsent: [],
  },
);

/** The states that recovery looks after, as the SQL statements name them. */
export const openStatesSql = `('requested', 'sent', 'in_doubt', 'accepted')`;

export function hasEnded(state: OperationState): boolean {
  return operationTransitions[state].length === 0;
}
