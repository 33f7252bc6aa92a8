import { bankName } from '../../platform/codes/banks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { endingParameters, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult, type Ending } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import { approvalByPerson } from '../payments/approval-by-person.ts';
import { orderOf, referenceTo } from '../payments/order.ts';
import { settleMakingSql } from '../payments/settle-making.ts';
import { encryptBillingKey } from '../records/billing-key.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';

const own = (position: number) => `$${ownEndingParameters + position}`;

/** Of the key that was issued in the window: it replaces an older one of the same name, as one that the API issues does. */
const keptKeySql = `,
kept as (
  update billing_keys k set
    channel_id = b.channel_id, provider = b.provider, mid = b.mid, sandbox = b.sandbox, pay_method = b.pay_method,
    gateway_key = ${own(18)}, generation = k.generation + 1, customer_id = e.details ->> 'customer_id',
    card_code = ${own(19)}, card_name = ${own(20)}, card_issuer_code = ${own(21)}, card_issuer_name = ${own(22)},
    card_number = ${own(23)}, card_type = ${own(24)},
    customer_name = e.details -> 'customer' ->> 'customer_name', customer_tel = e.details -> 'customer' ->> 'customer_tel',
    customer_email = e.details -> 'customer' ->> 'customer_email',
    customer_addr = e.details -> 'customer' ->> 'customer_addr',
    customer_postcode = e.details -> 'customer' ->> 'customer_postcode',
    inserted_at = case when k.gateway_key is null then e.settled_at else k.inserted_at end,
    updated_at = e.settled_at, deleted_at = null
  from booked b join ended e on e.merchant_id = b.merchant_id and e.payment_id = b.id
  where b.operation_state = 'confirmed' and ${own(18)}::bytea is not null
    and k.merchant_id = e.merchant_id and k.id = (e.details ->> 'billing_key_id')::bigint
)`;

/**
 * A payment, an account that waits for its deposit, or a key, whichever the window was opened for. Many gateways charge nothing when they
 * issue a key, whatever amount their window shows: such a payment is one of nothing. It names a key only if there is one.
 */
const settleSql = settleMakingSql('approve_window', {
  status: `case when ${own(12)}::text is null then 'paid' else 'ready' end`,
  event: `case when ${own(12)}::text is null then 'paid' else 'ready' end`,
  whenConfirmed: `pg_tid = coalesce(e.gateway_tid, p.pg_tid),
    receipt_url = coalesce(e.receipt_url, p.receipt_url), apply_num = ${own(0)}, paid_at = ${own(1)},
    card_code = coalesce(${own(2)}, p.card_code), card_name = coalesce(${own(3)}, p.card_name),
    card_issuer_code = coalesce(${own(4)}, p.card_issuer_code),
    card_issuer_name = coalesce(${own(5)}, p.card_issuer_name), card_number = ${own(6)},
    card_quota = coalesce(${own(7)}, p.card_quota), card_type = coalesce(${own(8)}, p.card_type),
    bank_code = ${own(9)}, bank_name = ${own(10)},
    vbank_code = ${own(11)}, vbank_num = ${own(12)}, vbank_name = ${own(13)}, vbank_holder = ${own(14)},
    vbank_due_at = coalesce(${own(15)}, p.vbank_due_at), vbank_issued_at = ${own(16)}, notice_secret = ${own(17)},
    amount_minor = case when ${own(25)}::boolean then 0 else p.amount_minor end,
    tax_free_minor = case when ${own(25)} then 0 else p.tax_free_minor end,
    vat_minor = case when ${own(25)} then 0 else p.vat_minor end,
    customer_uid = case when ${own(18)}::bytea is null then p.customer_uid else e.details ->> 'customer_uid' end,
    customer_uid_usage = case when ${own(18)}::bytea is null then p.customer_uid_usage else 'issue' end`,
  also: keptKeySql,
});

/**
 * The buyer has agreed in the gateway's window, and what was agreed on is asked for. With what, the browser has brought back: it is kept
 * with the operation, so that the same request can be made again where the gateway takes a repeat.
 */
export const approveWindowKind: OperationKind<'approve_window'> = Object.freeze({
  name: 'approve_window',
  isRepeatable: true,
  refusal: 'payment_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ operation, subject, secrets }) => ({
    ...orderOf(paymentOf(subject)),
    payMethod: paymentOf(subject).pay_method,
    issuesKey: operation.details.customer_uid !== undefined,
    token: required(secrets.windowToken, 'token of a window'),
  }),
  askedOf: ({ operation, subject, secrets }) => ({
    ...referenceTo(paymentOf(subject)),
    issuesKey: operation.details.customer_uid !== undefined,
    token: required(secrets.windowToken, 'token of a window'),
  }),
  resultByPerson(context, found, now) {
    const payment = paymentOf(context.subject);
    if (payment.amount_minor === 0n) {
      // Only a key was wanted, and that is a secret that nobody should have to type.
      throw new Refusal('parameter_invalid', { name: 'outcome', expected: 'refused' });
    }
    if (payment.pay_method !== 'vbank') {
      const approval = approvalByPerson(context, found);
      return { gatewayTid: approval.gatewayTid, receiptUrl: null, approval, virtualAccount: null, key: null };
    }
    const account = {
      gatewayTid: needed(found.gatewayTid, 'pg_tid'),
      bankCode: payment.vbank_code ?? '',
      bankName: bankName(payment.vbank_code ?? '') ?? '',
      accountNumber: needed(found.accountNumber, 'vbank_num'),
      holder: payment.vbank_holder,
      dueAt: payment.vbank_due_at ?? now,
      issuedAt: context.operation.sent_at ?? context.operation.requested_at,
      noticeSecret: null,
    };
    return { gatewayTid: account.gatewayTid, receiptUrl: null, approval: null, virtualAccount: account, key: null };
  },
  createSettle:
    ({ database, encryption, leases }) =>
    async (ending) => {
      const { approval = null, virtualAccount: account = null, key = null } = confirmedResult(ending) ?? {};
      const paysNothing = key !== null && approval === null && account === null;
      const row = account?.noticeSecret || key ? await rowsOf(database, ending) : undefined;
      const [payment] = await database.query<Payment>(
        settleSql,
        [
          ...endingParameters([ending], leases),
          approval?.approvalNumber ?? null,
          approval?.approvedAt ?? (paysNothing ? ending.endedAt : null),
          approval?.card?.code ?? key?.card?.code ?? null,
          approval?.card?.name ?? key?.card?.name ?? null,
          approval?.card?.issuerCode ?? key?.card?.issuerCode ?? null,
          approval?.card?.issuerName ?? key?.card?.issuerName ?? null,
          approval?.card?.maskedNumber ?? key?.card?.maskedNumber ?? null,
          approval?.card?.installmentMonths ?? null,
          approval?.card?.type ?? key?.card?.type ?? null,
          approval?.bank?.code ?? null,
          approval?.bank?.name ?? null,
          account?.bankCode ?? null,
          account?.accountNumber ?? null,
          account?.bankName ?? null,
          account?.holder ?? null,
          account?.dueAt ?? null,
          account?.issuedAt ?? null,
          row && account?.noticeSecret
            ? encryption.encrypt(account.noticeSecret, placeIn(encryptedColumns.noticeSecret, row))
            : null,
          row?.billing_key_id && key
            ? encryptBillingKey(encryption, { merchant_id: row.merchant_id, id: row.billing_key_id }, key.billingKey)
            : null,
          key?.card?.code ?? null,
          key?.card?.name ?? null,
          key?.card?.issuerCode ?? null,
          key?.card?.issuerName ?? null,
          key?.card?.maskedNumber ?? null,
          key?.card?.type ?? null,
          paysNothing,
        ],
        'settle_approve_window',
      );
      return payment;
    },
} satisfies OperationKind<'approve_window'>);

/** What the ciphertexts of a settlement are bound to. */
async function rowsOf(
  database: Database,
  { merchantId, operationId }: Ending,
): Promise<Pick<Payment, 'merchant_id' | 'imp_uid'> & { readonly billing_key_id: bigint | null }> {
  const [row] = await database.query<
    Pick<Payment, 'merchant_id' | 'imp_uid'> & { readonly billing_key_id: bigint | null }
  >(
    `select p.merchant_id, p.imp_uid, (o.details ->> 'billing_key_id')::bigint as billing_key_id
     from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where o.merchant_id = $1 and o.id = $2`,
    [merchantId, operationId],
  );
  if (!row) throw new Error('the payment of a window is not there');
  return row;
}
