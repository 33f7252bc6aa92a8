import type { FaultOperation } from './faults.ts';
import type { RequestSubject } from './subject.ts';

/** A request that may go wrong: which merchant's, and what it is about. */
export interface FaultyRequest {
  readonly mid: string;
  readonly operation: FaultOperation;
  readonly subject: RequestSubject;
}
