import { Refusal } from '../../platform/errors/refusal.ts';
import { databaseTimeSql, databaseTimeToCompareSql } from '../operations/leases.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';
import { carryOutRefundRequest } from './carry-out-request.ts';
import { readRefundRequest } from './find-requests.ts';
import type { Person, RefundRequestParts } from './parts.ts';

/** Who has asked decides on nothing, nor does who has his name: a member may have been removed and invited again. */
const byAnotherSql = 'requested_by <> $3 and lower(requested_by_name) <> lower($4)';

const approveSql = `
update refund_requests set state = 'approved', decided_by = $3, decided_by_name = $4, decided_at = $5, decided_why = $6,
  lease_until = ${databaseTimeSql('$7')}, lease_of = $10
where merchant_id = $1 and id = $2 and state = 'waiting' and expires_at > ${databaseTimeToCompareSql('$8')} and digest = $9 and ${byAnotherSql}
returning *`;

const rejectSql = `
update refund_requests set state = 'rejected', decided_by = $3, decided_by_name = $4, decided_at = $5, decided_why = $6, ended_at = $5
where merchant_id = $1 and id = $2 and state = 'waiting' and expires_at > ${databaseTimeToCompareSql('$7')} and ${byAnotherSql}
returning id`;

const withdrawSql = `
update refund_requests set state = 'withdrawn', decided_by = $3, decided_by_name = $4, decided_at = $5, decided_why = $6, ended_at = $5
where merchant_id = $1 and id = $2 and state = 'waiting' and expires_at > ${databaseTimeToCompareSql('$7')} and requested_by = $3
returning id`;

/**
 * Approves what has this digest, and carries it out at once; how it went on, the request then says. A crash in between is taken up by a
 * round. Who has approved it and asks again, since the answer was lost, is not refused.
 */
export async function approveRefundRequest(
  parts: RefundRequestParts,
  merchantId: bigint,
  id: string,
  member: Person,
  { digest, why }: { readonly digest: string; readonly why: string | null },
): Promise<void> {
  const [approved] = await parts.database.query<RefundRequestRow>(approveSql, [
    merchantId,
    id,
    member.id,
    member.email,
    parts.clocks.of(merchantId).now(),
    why,
    parts.leases.until(parts.leaseMs),
    parts.leases.until(0),
    digest,
    parts.leases.owner,
  ]);
  if (approved) {
    await parts.crashPoints.reach('after_approval');
    await carryOutRefundRequest(parts, approved);
    return;
  }
  const { row, standing } = await readRefundRequest(parts.database, merchantId, id);
  const isRepeat = row.decided_by === member.id && row.digest === digest && row.state !== 'rejected';
  if (isRepeat && row.state !== 'withdrawn') return;
  throw refusalOf(row, standing, member, row.digest === digest);
}

export async function rejectRefundRequest(
  parts: RefundRequestParts,
  merchantId: bigint,
  id: string,
  member: Person,
  why: string,
): Promise<void> {
  const [rejected] = await parts.database.query(rejectSql, [...decision(parts, merchantId, id, member, why)]);
  if (rejected) return;
  const { row, standing } = await readRefundRequest(parts.database, merchantId, id);
  if (row.state === 'rejected' && row.decided_by === member.id) return;
  throw refusalOf(row, standing, member, true);
}

/** Only who has made a request withdraws it. */
export async function withdrawRefundRequest(
  parts: RefundRequestParts,
  merchantId: bigint,
  id: string,
  member: Person,
): Promise<void> {
  const [withdrawn] = await parts.database.query(withdrawSql, [...decision(parts, merchantId, id, member, null)]);
  if (withdrawn) return;
  const { row, standing } = await readRefundRequest(parts.database, merchantId, id);
  if (row.requested_by !== member.id) throw new Refusal('refund_request_of_another');
  if (row.state !== 'withdrawn') throw new Refusal('refund_request_not_waiting', { state: standing });
}

function decision(
  { clocks, leases }: RefundRequestParts,
  merchantId: bigint,
  id: string,
  { id: memberId, email }: Person,
  why: string | null,
): readonly unknown[] {
  return [merchantId, id, memberId, email, clocks.of(merchantId).now(), why, leases.until(0)];
}

function refusalOf(row: RefundRequestRow, standing: string, member: Person, isSeen: boolean): Refusal {
  const isOwn = row.requested_by === member.id || row.requested_by_name.toLowerCase() === member.email.toLowerCase();
  if (isOwn) return new Refusal('refund_request_own');
  if (row.state === 'waiting' && !isSeen) return new Refusal('refund_request_changed');
  return new Refusal('refund_request_not_waiting', { state: row.state === 'waiting' ? 'expired' : standing });
}
