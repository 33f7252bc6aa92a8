import { bankName } from '../../platform/codes/banks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { endingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult, type Ending } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';
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
  requestOf: ({ operation, subject, secrets }) => ({
    ...orderOf(paymentOf(subject)),
    bankCode: required(paymentOf(subject).vbank_code, 'bank of a virtual account'),
    dueAt: required(paymentOf(subject).vbank_due_at, 'due date of a virtual account'),
    holder: required(paymentOf(subject).vbank_holder, 'holder of a virtual account'),
    fixedKey: operation.details.vbank_key ?? operation.details.vbank_num ?? null,
    apiKey: secrets.apiKey ?? null,
  }),
  askedOf: ({ subject }) => referenceTo(paymentOf(subject)),
  resultByPerson: ({ operation, subject }, found, now) => ({
    gatewayTid: needed(found.gatewayTid, 'pg_tid'),
    bankCode: paymentOf(subject).vbank_code ?? '',
    bankName: paymentOf(subject).vbank_name ?? bankName(paymentOf(subject).vbank_code ?? '') ?? '',
    accountNumber: needed(found.accountNumber, 'vbank_num'),
    holder: paymentOf(subject).vbank_holder,
    dueAt: paymentOf(subject).vbank_due_at ?? now,
    issuedAt: operation.sent_at ?? operation.requested_at,
    noticeSecret: null,
  }),
  createSettle:
    ({ database, encryption, leases }) =>
    async (ending) => {
      const account = confirmedResult(ending);
      const secret = account?.noticeSecret ?? null;
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases),
        account?.bankCode ?? null,
        account?.bankName ?? null,
        account?.accountNumber ?? null,
        account?.holder ?? null,
        account?.dueAt ?? null,
        account?.issuedAt ?? null,
        secret === null ? null : await encryptNoticeSecret({ database, encryption }, ending, secret),
      ]);
      return payment;
    },
} satisfies OperationKind<'issue_vbank'>);

async function encryptNoticeSecret(
  { database, encryption }: { readonly database: Database; readonly encryption: Encryption },
  { merchantId, turnRowId }: Ending,
  secret: string,
): Promise<Buffer> {
  const [payment] = await database.query<Pick<Payment, 'merchant_id' | 'imp_uid'>>(
    'select merchant_id, imp_uid from payments where merchant_id = $1 and id = $2',
    [merchantId, turnRowId],
  );
  if (!payment) throw new Error('the payment of a virtual account is not there');
  return encryption.encrypt(secret, placeIn(encryptedColumns.noticeSecret, payment));
}
