import { endingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import type { Payment } from '../records/payment.ts';
import { orderOf, referenceTo } from './order.ts';
import { settleMakingSql } from './settle-making.ts';

const settleSql = settleMakingSql('approve', {
  status: 'paid',
  event: 'paid',
  whenConfirmed: (parameter) => `pg_tid = coalesce(e.gateway_tid, p.pg_tid),
    receipt_url = coalesce(e.receipt_url, p.receipt_url), apply_num = ${parameter(0)}, paid_at = ${parameter(1)},
    card_code = ${parameter(2)}, card_name = ${parameter(3)}, card_issuer_code = ${parameter(4)},
    card_issuer_name = ${parameter(5)}, card_number = coalesce(${parameter(6)}, p.card_number),
    card_quota = coalesce(${parameter(7)}, p.card_quota), card_type = ${parameter(8)},
    bank_code = ${parameter(9)}, bank_name = ${parameter(10)}`,
});

/** A payment by card number (key-in). The card lives only as long as the request that brought it. */
export const approveKind: OperationKind<'approve'> = Object.freeze({
  name: 'approve',
  isRepeatable: false,
  refusal: 'payment_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ operation, subject: { payment }, card }) => ({
    ...orderOf(payment),
    card: required(card, 'card of an approval'),
    installmentMonths: payment.card_quota,
    interestFreeByMerchant: operation.details.interest_free_by_merchant === true,
    useCardPoint: operation.details.use_card_point === true,
  }),
  askedOf: ({ subject: { payment } }) => referenceTo(payment),
  resultByPerson: ({ operation }, found) => ({
    gatewayTid: needed(found.gatewayTid, 'pg_tid'),
    approvalNumber: found.approvalNumber ?? null,
    approvedAt: operation.sent_at ?? operation.requested_at,
    receiptUrl: null,
    card: null,
    bank: null,
  }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const approval = confirmedResult(ending);
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases.now()),
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
    },
} satisfies OperationKind<'approve'>);
