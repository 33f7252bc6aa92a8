import { endingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import type { OperationKind } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import type { Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';
import { orderOf, referenceTo } from './order.ts';
import { settleMakingSql } from './settle-making.ts';

const settleSql = settleMakingSql('issue_barcode', {
  status: 'ready',
  // i'mport's documentation of POST /cvs knows of a notice when the barcode is paid, and of none when it is issued.
  event: null,
  whenConfirmed: (parameter) => `pg_tid = coalesce(e.gateway_tid, p.pg_tid),
    barcode = coalesce(${parameter(0)}, p.barcode), barcode_expires_at = coalesce(${parameter(1)}, p.barcode_expires_at)`,
});

/** A barcode for a convenience store is issued; the payment waits for being paid at the counter. */
export const issueBarcodeKind: OperationKind<'issue_barcode'> = Object.freeze({
  name: 'issue_barcode',
  isRepeatable: true,
  refusal: 'barcode_issue_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ subject }) => ({
    ...orderOf(paymentOf(subject)),
    barcode: paymentOf(subject).barcode,
    expiresAt: paymentOf(subject).barcode_expires_at,
  }),
  askedOf: ({ subject }) => referenceTo(paymentOf(subject)),
  resultByPerson: ({ operation, subject }, found, now) => ({
    gatewayTid: needed(found.gatewayTid, 'pg_tid'),
    barcode: found.barcode ?? needed(paymentOf(subject).barcode ?? undefined, 'barcode'),
    expiresAt: paymentOf(subject).barcode_expires_at ?? now,
    issuedAt: operation.sent_at ?? operation.requested_at,
  }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const barcode = confirmedResult(ending);
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases),
        barcode?.barcode ?? null,
        barcode?.expiresAt ?? null,
      ]);
      return payment;
    },
} satisfies OperationKind<'issue_barcode'>);
