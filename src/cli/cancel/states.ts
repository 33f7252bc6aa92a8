import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import { wordsOf } from '../words.ts';

export type CancellationState = CancellationSummaryAnswer['state'];

/** Whether its amount is reserved: it can not be cancelled again, and it is not cancelled yet either. If not, it has ended. */
const isReserved: Readonly<Record<CancellationState, boolean>> = Object.freeze({
  requested: true,
  sent: true,
  in_doubt: true,
  accepted: true,
  confirmed: false,
  refused: false,
  unsent: false,
});

export const cancellationStates = wordsOf<CancellationState>(isReserved);
export const reservingStates = cancellationStates.filter((state) => isReserved[state]);

/** Nothing changes it any more. A state that only a newer server knows is none of these. */
export function hasEnded(state: CancellationState): boolean {
  return isReserved[state] === false;
}
