import type { Log } from '../../platform/logging/log.ts';
import type { CancelPaymentParts } from '../cancellation/cancel-payment.ts';
import type { IdempotencyKeys } from '../idempotency/idempotency.ts';
import type { Deadline } from '../operations/deadline.ts';

export interface RefundRequestParts extends CancelPaymentParts {
  readonly idempotencyKeys: IdempotencyKeys;
  readonly log: Log;
  requestDeadline(): Deadline;
}

/** A member as a request names him: the number decides who he is, the name stands in the audit. */
export interface Person {
  readonly id: bigint;
  readonly email: string;
}
