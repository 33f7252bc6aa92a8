import type { GatewayOperation } from '../../port/operations.ts';
import { databaseTimeSql } from './leases.ts';

/** SQL expressions over the rows that are begun on. What is left out has the value that stands in `beginOperationsSql`. */
export type BegunOperation = BegunColumns & BegunSubject;

/** What the operation is about: exactly one. */
type BegunSubject =
  | { readonly payment_id: string }
  | { readonly receipt_id: string }
  | { readonly billing_key_id: string };

interface BegunColumns {
  readonly id: string;
  readonly merchant_id: string;
  readonly channel_id: string;
  readonly kind: `'${GatewayOperation}'` | `$${number}`;
  readonly amount_minor: string;
  readonly tax_free_minor?: string;
  readonly vat_minor?: string;
  /** What there was before the operation takes its share. */
  readonly balance_before_minor: string;
  readonly earlier_tids?: string;
  readonly reason: string;
  readonly details?: string;
  readonly secrets?: string;
  readonly idempotency_id?: string;
  /** By the merchant's clock. */
  readonly requested_at: string;
  readonly changed_by?: string;
  readonly changed_why?: string;
  readonly lease_of: string;
  /** Until then nobody else takes the operation up; the parameter is made by `Leases.until`. */
  readonly lease_until: `$${number}`;
}

/**
 * The last step of every reservation: the operations that begin, one for each row of `from`. The rows come from a common
 * table expression that has taken the turn, so that an operation is there exactly if its turn is.
 */
export function beginOperationsSql(from: string, begun: BegunOperation): string {
  const columns: Readonly<Record<string, string>> = {
    changed_by: `'api'`,
    changed_why: `'asked for by the merchant'`,
    ...begun,
    state: `'requested'`,
    changed_at: begun.requested_at,
    lease_until: databaseTimeSql(begun.lease_until),
    next_inquiry_at: databaseTimeSql(begun.lease_until),
  };
  return `insert into operations (${Object.keys(columns).join(', ')})
select ${Object.values(columns).join(', ')}
from ${from}`;
}
