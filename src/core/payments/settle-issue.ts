import type { Approval } from '../../port/approval.ts';
import type { Barcode } from '../../port/barcode.ts';
import type { VirtualAccount } from '../../port/virtual-account.ts';
import { endingParameters, endOperationSql } from '../operations/end-operation-sql.ts';
import type { Ending } from '../operations/ending.ts';
import type { SettlementParts } from '../operations/settlement.ts';
import type { Payment } from '../records/payment.ts';

/**
 * Ends the making of a payment. What was refused, or never sent, leaves a failed payment behind, as the real server does;
 * the gateway's text is its `fail_reason`. `event` is the webhook that tells of a success; `null`: none does.
 */
function settleIssueSql(whenConfirmed: string, event: 'paid' | 'ready' | null): string {
  const announced =
    event === null
      ? ''
      : `,
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select b.merchant_id, b.id, '${event}', jsonb_build_object(
    'imp_uid', b.imp_uid, 'merchant_uid', b.merchant_uid, 'status', b.status), $8
  from booked b where b.operation_state = 'confirmed'
)`;
  return `
with ${endOperationSql},
booked as (
  update payments p set
    ${whenConfirmed},
    status = case when e.state = 'confirmed' then $11 when e.state = 'accepted' then p.status else 'failed' end,
    failed_at = case when e.state in ('refused', 'unsent') then $8 else p.failed_at end,
    fail_reason = case when e.state in ('refused', 'unsent') then coalesce(e.gateway_message, e.changed_why) else p.fail_reason end,
    claims_order = p.claims_order and e.state in ('confirmed', 'accepted'),
    turn_of = case when p.turn_of = e.id then null else p.turn_of end,
    updated_at = $8
  from ended e
  where p.id = e.payment_id and p.status = 'ready'
  returning p.*, e.state as operation_state
)${announced}
select * from booked`;
}

function confirmed<T>(ending: Ending): T | undefined {
  // The operation's kind decides the shape of its result; each settlement below is called for its own kind only.
  return ending.outcome.kind === 'confirmed' ? (ending.outcome.result as T) : undefined;
}

const settleApprovalSql = settleIssueSql(
  `pg_tid = coalesce($3, p.pg_tid), receipt_url = coalesce($6, p.receipt_url), apply_num = $12,
    paid_at = $13, card_code = $14, card_name = $15, card_issuer_code = $16, card_issuer_name = $17,
    card_number = coalesce($18, p.card_number), card_quota = coalesce($19, p.card_quota), card_type = $20,
    bank_code = $21, bank_name = $22`,
  'paid',
);

export async function settleApproval({ database }: SettlementParts, ending: Ending): Promise<Payment | undefined> {
  const approval = confirmed<Approval>(ending);
  const [payment] = await database.query<Payment>(settleApprovalSql, [
    ...endingParameters(ending),
    'paid',
    approval?.approvalNumber ?? null,
    approval?.approvedAt ?? null,
    approval?.card?.code ?? null,
    approval?.card?.name ?? null,
    approval?.card?.issuerCode ?? null,
    approval?.card?.issuerName ?? null,
    approval?.card?.maskedNumber ?? null,
    approval?.card?.installmentMonths ?? null,
    approval?.card?.type ?? null,
    approval?.bank?.code ?? null,
    approval?.bank?.name ?? null,
  ]);
  return payment;
}

const settleVirtualAccountSql = settleIssueSql(
  `pg_tid = coalesce($3, p.pg_tid), vbank_code = coalesce($12, p.vbank_code), vbank_name = $13, vbank_num = $14,
    vbank_holder = coalesce($15, p.vbank_holder), vbank_due_at = coalesce($16, p.vbank_due_at), vbank_issued_at = $17,
    notice_secret = $18`,
  'ready',
);

export async function settleVirtualAccount(
  { database, encryption }: SettlementParts,
  ending: Ending,
): Promise<Payment | undefined> {
  const account = confirmed<VirtualAccount>(ending);
  const [payment] = await database.query<Payment>(settleVirtualAccountSql, [
    ...endingParameters(ending),
    'ready',
    account?.bankCode ?? null,
    account?.bankName ?? null,
    account?.accountNumber ?? null,
    account?.holder ?? null,
    account?.dueAt ?? null,
    account?.issuedAt ?? null,
    account?.noticeSecret ? encryption.encrypt(account.noticeSecret, 'payments.notice_secret') : null,
  ]);
  return payment;
}

const settleBarcodeSql = settleIssueSql(
  `pg_tid = coalesce($3, p.pg_tid), barcode = coalesce($12, p.barcode),
    barcode_expires_at = coalesce($13, p.barcode_expires_at)`,
  // i'mport's documentation of POST /cvs knows of a notice when the barcode is paid, and of none when it is issued.
  null,
);

export async function settleBarcode({ database }: SettlementParts, ending: Ending): Promise<Payment | undefined> {
  const barcode = confirmed<Barcode>(ending);
  const [payment] = await database.query<Payment>(settleBarcodeSql, [
    ...endingParameters(ending),
    'ready',
    barcode?.barcode ?? null,
    barcode?.expiresAt ?? null,
  ]);
  return payment;
}
