import type { CancelPaymentParts } from '../cancellation/cancel-payment.ts';
import type { OnceParts } from '../idempotency/carry-out-once.ts';
import type { Deadline } from '../operations/deadline.ts';

export interface RefundRequestParts extends CancelPaymentParts, OnceParts {
  requestDeadline(): Deadline;
}

/** A member as a request names him: the number decides who he is, the name stands in the audit. */
export interface Person {
  readonly id: bigint;
  readonly email: string;
}
