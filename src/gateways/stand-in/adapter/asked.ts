import type { Outcome } from '../../../port/outcome.ts';
import type { FoundAnswer, RefusalAnswer, StandInOperation } from '../wire/protocol.ts';

/** Asks the book of the simulator, or says `why` no readable answer came. */
export type FetchFound = (
  operation: StandInOperation | null,
  ids: { readonly orderId: string; readonly receiptOrderId?: string },
) => Promise<FoundAnswer | { readonly why: string }>;

/** The category of a refusal, and its words. */
export type ReadRefusal = (answer: RefusalAnswer) => Extract<Outcome<never>, { kind: 'refused' }>;
