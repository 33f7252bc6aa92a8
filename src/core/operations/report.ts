import type { Database } from '../../platform/database/pool.ts';
import type { RefusalCategory } from '../../port/outcome.ts';
import type { Operation } from '../records/operation.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';

/** How an operation stands when the caller is answered. `payment` is the payment as it is then. */
export interface OperationReport {
  readonly operationId: string;
  readonly state: OperationState;
  readonly code: string | null;
  readonly message: string | null;
  /** Why the gateway refused, in our words; `null` when it did not. */
  readonly category: RefusalCategory | null;
  readonly payment: Payment;
  /** The revocation of a cash receipt that this ending has begun. */
  readonly followUpId: string | null;
}

/** How an operation stands by our book. The operation must exist. */
export async function reportOfOperation(database: Database, operationId: string): Promise<OperationReport> {
  const [operation] = await database.query<Operation>('select * from operations where id = $1', [operationId]);
  if (!operation) throw new Error('an operation that was begun is not there');
  const [payment] = await database.query<Payment>('select * from payments where id = $1', [operation.payment_id]);
  if (!payment) throw new Error('the payment of an operation is not there');
  return {
    operationId: operation.id,
    state: operation.state,
    code: operation.gateway_code,
    message: operation.gateway_message,
    category: operation.gateway_category,
    payment,
    followUpId: null,
  };
}
