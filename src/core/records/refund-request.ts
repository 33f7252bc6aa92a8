import type { ErrorCode } from '../../platform/errors/registry.ts';

/** A row of `refund_requests`. */
export interface RefundRequestRow {
  readonly merchant_id: bigint;
  readonly id: string;
  readonly payment_id: bigint;
  readonly state: 'waiting' | 'approved' | 'carried_out' | 'refused' | 'rejected' | 'withdrawn' | 'expired';
  readonly amount_minor: bigint;
  readonly body: Buffer;
  readonly digest: string;
  readonly requested_by: bigint;
  readonly requested_by_name: string;
  readonly requested_at: Date;
  readonly expires_at: Date;
  readonly decided_by: bigint | null;
  readonly decided_by_name: string | null;
  readonly decided_at: Date | null;
  readonly decided_why: string | null;
  /** Of the idempotency key that it is carried out under; its operation carries it, too. */
  readonly idempotency_id: bigint | null;
  /** Why it was refused before anything was sent. */
  readonly error_code: ErrorCode | null;
  readonly error_message: string | null;
  readonly ended_at: Date | null;
}

/**
 * How a refund request stands. `approved`: it is about to be sent. `in_doubt`: it was sent, and what came of it is not known.
 * `refused`: nothing was given back, by the gateway's word or ours.
 */
export const refundRequestStates = [
  'waiting',
  'approved',
  'in_doubt',
  'done',
  'refused',
  'rejected',
  'withdrawn',
  'expired',
] as const;
export type RefundRequestState = (typeof refundRequestStates)[number];

/** How it stands, of a request `r` and its operation `o`. */
export const refundRequestStateSql = `case
    when r.state not in ('approved', 'carried_out') then r.state
    when o.state in ('confirmed', 'accepted') then 'done'
    when o.state in ('refused', 'unsent') then 'refused'
    when o.state = 'in_doubt' then 'in_doubt'
    else 'approved' end`;
