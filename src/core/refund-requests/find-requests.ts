import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import { type RefundRequestRow, type RefundRequestState, refundRequestStateSql } from '../records/refund-request.ts';

/** A refund request with its payment, and with how the operation stands that it has begun. */
export interface FoundRefundRequest {
  readonly row: RefundRequestRow;
  readonly standing: RefundRequestState;
  readonly payment: Pick<
    Payment,
    'imp_uid' | 'merchant_uid' | 'currency' | 'provider' | 'pay_method' | 'name' | 'buyer_name'
  >;
  readonly operation: {
    readonly id: string;
    readonly state: OperationState;
    readonly message: string | null;
    readonly ended_at: Date | null;
  } | null;
}

interface JoinedRow extends RefundRequestRow {
  readonly standing: RefundRequestState;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly currency: string;
  readonly provider: string;
  readonly pay_method: Payment['pay_method'];
  readonly name: string | null;
  readonly buyer_name: string | null;
  readonly operation_id: string | null;
  readonly operation_state: OperationState;
  readonly operation_message: string | null;
  readonly operation_ended_at: Date | null;
}

const foundSql = `select r.*, ${refundRequestStateSql} as standing,
    p.imp_uid, p.merchant_uid, p.currency, p.provider, p.pay_method, p.name, p.buyer_name,
    o.id as operation_id, o.state as operation_state, o.gateway_message as operation_message, o.ended_at as operation_ended_at
  from refund_requests r
  join payments p on p.merchant_id = r.merchant_id and p.id = r.payment_id
  left join operations o on o.merchant_id = r.merchant_id and o.idempotency_id = r.idempotency_id`;

export interface RefundRequestFilter {
  readonly state: RefundRequestState | undefined;
  readonly impUid: string | undefined;
  /** Goes on where a page ended. */
  readonly beforeId: string | undefined;
  readonly limit: number;
}

/** In which states of the row a request may stand so. */
const rowStates: Readonly<Record<RefundRequestState, readonly RefundRequestRow['state'][]>> = {
  waiting: ['waiting'],
  approved: ['approved', 'carried_out'],
  in_doubt: ['approved', 'carried_out'],
  done: ['approved', 'carried_out'],
  refused: ['refused', 'approved', 'carried_out'],
  rejected: ['rejected'],
  withdrawn: ['withdrawn'],
  expired: ['expired'],
};

/** Newest first. */
export async function listRefundRequests(
  database: Database,
  merchantId: bigint,
  { state, impUid, beforeId, limit }: RefundRequestFilter,
): Promise<readonly FoundRefundRequest[]> {
  const rows = await database.query<JoinedRow>(
    `${foundSql}
     where r.merchant_id = $1 and ($2::text[] is null or r.state = any($2)) and ($3::text is null or ${refundRequestStateSql} = $3)
       and ($4::text is null or r.payment_id = (select id from payments where merchant_id = $1 and imp_uid = $4))
       and ($5::text is null or r.id < $5)
     order by r.id desc limit $6`,
    [merchantId, state ? rowStates[state] : null, state ?? null, impUid ?? null, beforeId ?? null, limit],
  );
  return rows.map(foundOf);
}

export async function readRefundRequest(
  database: Database,
  merchantId: bigint,
  id: string,
): Promise<FoundRefundRequest> {
  const [row] = await database.query<JoinedRow>(`${foundSql} where r.merchant_id = $1 and r.id = $2`, [merchantId, id]);
  if (!row) throw new Refusal('refund_request_not_found');
  return foundOf(row);
}

function foundOf(row: JoinedRow): FoundRefundRequest {
  const { standing, operation_id: id, operation_state: state, operation_message: message } = row;
  return {
    row,
    standing,
    payment: row,
    operation: id === null ? null : { id, state, message, ended_at: row.operation_ended_at },
  };
}
