import type { Database } from '../../platform/database/pool.ts';
import { openStatesSql } from '../records/operation-states.ts';

/** What is open of a payment, beside what the payment itself says. */
export interface Standing {
  readonly paymentId: bigint;
  /** Operations of which it is not known whether the gateway has carried them out. */
  readonly doubts: number;
  /** A refund that the gateway has taken and not paid out. */
  readonly isPayingOut: boolean;
  /** Something is being asked of the gateway just now. */
  readonly isUnderWay: boolean;
}

export async function readStandings(
  database: Database,
  merchantId: bigint,
  paymentIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, Standing>> {
  const rows = await database.query<Standing>(
    `select o.payment_id as "paymentId", count(*) filter (where o.state = 'in_doubt')::integer as doubts,
       bool_or(o.kind = 'cancel' and o.state = 'accepted') as "isPayingOut",
       bool_or(o.state in ('requested', 'sent')) as "isUnderWay"
     from operations o
     where o.merchant_id = $1 and o.payment_id = any($2::bigint[]) and o.state in ${openStatesSql}
     group by o.payment_id`,
    [merchantId, paymentIds],
  );
  return new Map(rows.map((row) => [row.paymentId, row]));
}

/** A list of what is open never names more payments than this. */
const openMax = 10_000;

/** The payments with a doubt, or with a refund that the gateway has taken and not paid out; the newest first. */
export async function paymentsWithOpen(
  database: Database,
  merchantId: bigint,
  which: { readonly hasDoubt: boolean; readonly isPayingOut: boolean },
): Promise<readonly bigint[]> {
  const [doubts, payingOut] = await Promise.all([
    which.hasDoubt
      ? database.query<{ id: bigint }>(
          `select o.payment_id as id from operations o
           where o.merchant_id = $1 and o.state = 'in_doubt' and o.payment_id is not null order by o.id desc limit ${openMax}`,
          [merchantId],
        )
      : undefined,
    which.isPayingOut
      ? database.query<{ id: bigint }>(
          `select o.payment_id as id from operations o
           where o.merchant_id = $1 and o.state = 'accepted' and o.accepted_at is not null and o.kind = 'cancel'
           order by o.id desc limit ${openMax}`,
          [merchantId],
        )
      : undefined,
  ]);
  const ids = new Set((doubts ?? payingOut ?? []).map(({ id }) => id));
  if (!doubts || !payingOut) return [...ids];
  // Both are asked for: only what has both.
  return [...new Set(payingOut.map(({ id }) => id))].filter((id) => ids.has(id));
}
