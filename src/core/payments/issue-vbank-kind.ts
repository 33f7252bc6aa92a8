import { bankName } from '../../platform/codes/banks.ts';
import { endingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import type { Payment } from '../records/payment.ts';
import { orderOf, referenceTo } from './order.ts';
import { settleMakingSql } from './settle-making.ts';

const settleSql = settleMakingSql('issue_vbank', {
  status: 'ready',
  event: 'ready',
  whenConfirmed: (parameter) => `pg_tid = coalesce(e.gateway_tid, p.pg_tid),
    vbank_code = coalesce(${parameter(0)}, p.vbank_code), vbank_name = ${parameter(1)}, vbank_num = ${parameter(2)},
    vbank_holder = coalesce(${parameter(3)}, p.vbank_holder), vbank_due_at = coalesce(${parameter(4)}, p.vbank_due_at),
    vbank_issued_at = ${parameter(5)}, notice_secret = ${parameter(6)}`,
});

/** A virtual account is issued; the payment waits for its deposit. */
export const issueVbankKind: OperationKind<'issue_vbank'> = Object.freeze({
  name: 'issue_vbank',
  isRepeatable: true,
  refusal: 'vbank_issue_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ operation, subject: { payment }, secrets }) => ({
    ...orderOf(payment),
    bankCode: required(payment.vbank_code, 'bank of a virtual account'),
    dueAt: required(payment.vbank_due_at, 'due date of a virtual account'),
    holder: required(payment.vbank_holder, 'holder of a virtual account'),
    fixedKey: operation.details.vbank_key ?? null,
    apiKey: secrets.apiKey ?? null,
  }),
  askedOf: ({ subject: { payment } }) => referenceTo(payment),
  resultByPerson: ({ operation, subject: { payment } }, found, now) => ({
    gatewayTid: needed(found.gatewayTid, 'pg_tid'),
    bankCode: payment.vbank_code ?? '',
    bankName: payment.vbank_name ?? bankName(payment.vbank_code ?? '') ?? '',
    accountNumber: needed(found.accountNumber, 'vbank_num'),
    holder: payment.vbank_holder,
    dueAt: payment.vbank_due_at ?? now,
    issuedAt: operation.sent_at ?? operation.requested_at,
    noticeSecret: null,
  }),
  createSettle:
    ({ database, encryption, leases }) =>
    async (ending) => {
      const account = confirmedResult(ending);
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases.now()),
        account?.bankCode ?? null,
        account?.bankName ?? null,
        account?.accountNumber ?? null,
        account?.holder ?? null,
        account?.dueAt ?? null,
        account?.issuedAt ?? null,
        account?.noticeSecret ? encryption.encrypt(account.noticeSecret, 'payments.notice_secret') : null,
      ]);
      return payment;
    },
} satisfies OperationKind<'issue_vbank'>);
