import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { lesserMinor } from '../../platform/money/currency.ts';
import { vatWithin } from '../../platform/money/vat.ts';
import type { Buyer } from '../../port/payment.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOut, shopsProgram } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import { type OperationReport, paymentOfReport } from '../operations/report.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation } from '../records/operation.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';
import { earlierRevocationsSql, type ReceiptRow } from '../records/receipt.ts';
import { type ReceiptIdentity, readIdentifier } from './identifier.ts';
import type { issueReceiptKind } from './issue-receipt-kind.ts';
import type { revokeReceiptKind } from './revoke-receipt-kind.ts';

export interface ReceiptRequest extends ReceiptIdentity {
  readonly taxFree: unknown;
  readonly vatAmount: unknown;
  /** Where they differ from the payment's. */
  readonly buyer?: Partial<Buyer>;
}

/** The payment's newest receipt that was issued, revoked or not. */
export async function latestReceipt(
  database: Database,
  { merchant_id: merchantId, id: paymentId }: Pick<Payment, 'merchant_id' | 'id'>,
): Promise<ReceiptRow | undefined> {
  const [receipt] = await database.query<ReceiptRow>(
    `select * from receipts where merchant_id = $1 and payment_id = $2 and state in ('issued', 'revoked')
     order by id desc limit 1`,
    [merchantId, paymentId],
  );
  return receipt;
}

/** The unique index on live receipts lets only one of two simultaneous requests through. */
const reserveIssueSql = `
with taken as (
  update payments p set turn_of = $1, updated_at = $3
  where p.merchant_id = $12 and p.id = $2 and p.turn_of is null and p.status in ('paid', 'cancelled')
    and p.amount_minor - p.cancelled_minor - p.reserved_minor = $4::bigint and $4::bigint > 0
    and not exists (select from receipts r where r.merchant_id = p.merchant_id and r.payment_id = p.id and r.state in ('requested', 'issued'))
  returning p.*
),
receipt as (
  insert into receipts (payment_id, merchant_id, state, type, identifier_type, currency, amount_minor, tax_free_minor, vat_minor, created_at)
  select id, merchant_id, 'requested', $5, $6, currency, $4, $7, $8, $3 from taken
  returning *
)
${beginOperationsSql('receipt', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: '(select channel_id from taken)',
  receipt_id: 'id',
  kind: `'issue_receipt'`,
  amount_minor: 'amount_minor',
  tax_free_minor: 'tax_free_minor',
  vat_minor: 'vat_minor',
  balance_before_minor: 'amount_minor',
  reason: `'현금영수증 발급'`,
  details: '$13::jsonb',
  secrets: '$9',
  requested_at: '$3',
  changed_by: '$14',
  changed_why: '$15',
  lease_of: '$11',
  lease_until: '$10',
})}
returning *`;

const reserveRevocationSql = `
with taken as (
  update payments p set turn_of = $1, updated_at = $3
  from receipts r
  where p.merchant_id = $7 and p.id = $2 and p.turn_of is null
    and r.merchant_id = p.merchant_id and r.payment_id = p.id and r.state = 'issued'
  returning r.*, p.channel_id as through
)
${beginOperationsSql('taken r', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'through',
  receipt_id: 'id',
  kind: `'revoke_receipt'`,
  amount_minor: 'amount_minor - revoked_minor',
  balance_before_minor: 'amount_minor - revoked_minor',
  earlier_tids: earlierRevocationsSql,
  reason: `'현금영수증 취소'`,
  idempotency_id: '$4',
  requested_at: '$3',
  changed_by: '$8',
  changed_why: '$9',
  lease_of: '$6',
  lease_until: '$5',
})}
returning *`;

/** POST /receipts/{imp_uid}: issues a receipt over what is left of the payment. */
export function issueReceipt(
  parts: CarryOutParts,
  caller: Caller,
  impUid: string,
  request: ReceiptRequest,
): Promise<OperationReport> {
  const { asker = shopsProgram } = caller;
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    async decide(payment, channel) {
      const identifier = readIdentifier(request);
      const amount = cancellableMinor(payment);
      if (!['paid', 'cancelled'].includes(payment.status) || amount === 0n)
        throw new Refusal('receipt_payment_not_paid');
      refuseUnsupported(channel, payment.pay_method, 'issue_receipt', () => receiptsNotSupported(payment, '발급'));
      if (await hasLiveReceipt(parts.database, payment)) throw new Refusal('receipt_already_issued');
      const left = payment.tax_free_minor - payment.cancelled_tax_free_minor - payment.reserved_tax_free_minor;
      const taxFree = readOptionalAmount('tax_free', request.taxFree, payment.currency) ?? lesserMinor(left, amount);
      if (taxFree > amount) throw new Refusal('tax_free_exceeds_amount', { name: 'tax_free' });
      const vat = readOptionalAmount('vat_amount', request.vatAmount, payment.currency) ?? vatWithin(amount, taxFree);
      if (vat > amount - taxFree) throw new Refusal('tax_free_exceeds_amount', { name: 'vat_amount' });
      return { identifier, amount, taxFree, vat };
    },
    async reserve(payment, { identifier, amount, taxFree, vat }, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveIssueSql, [
        operationId,
        payment.id,
        parts.clocks.of(caller.merchantId).now(),
        amount,
        request.type,
        request.identifierType,
        taxFree,
        vat,
        encryptSecrets(parts.encryption, { merchant_id: payment.merchant_id, id: operationId }, { identifier }),
        parts.leases.until(parts.leaseMs),
        parts.leases.owner,
        payment.merchant_id,
        JSON.stringify(Object.keys(request.buyer ?? {}).length === 0 ? {} : { buyer: request.buyer }),
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}

/** DELETE /receipts/{imp_uid}: revokes all that is left of the payment's receipt. */
export function revokeReceipt(parts: CarryOutParts, caller: Caller, impUid: string): Promise<OperationReport> {
  const { asker = shopsProgram } = caller;
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    async decide(payment, channel) {
      refuseUnsupported(channel, payment.pay_method, 'revoke_receipt', () => receiptsNotSupported(payment, '취소'));
      const receipt = await latestReceipt(parts.database, payment);
      if (!receipt) throw new Refusal('receipt_never_issued');
      if (receipt.state === 'revoked') throw new Refusal('receipt_already_revoked');
    },
    async reserve(payment, _plan, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveRevocationSql, [
        operationId,
        payment.id,
        parts.clocks.of(caller.merchantId).now(),
        caller.idempotencyId,
        parts.leases.until(parts.leaseMs),
        parts.leases.owner,
        payment.merchant_id,
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}

async function hasLiveReceipt(database: Database, { merchant_id, id }: Payment): Promise<boolean> {
  const rows = await database.query(
    `select from receipts where merchant_id = $1 and payment_id = $2 and state in ('requested', 'issued')`,
    [merchant_id, id],
  );
  return rows.length > 0;
}

function receiptsNotSupported({ provider }: Payment, action: '발급' | '취소'): Refusal {
  return new Refusal('receipt_not_supported', { provider, action });
}

/** Turns what became of an operation on a receipt into the answer: the receipt, or a refusal. */
export async function receiptOfReport(
  database: Database,
  report: OperationReport,
  kind: typeof issueReceiptKind | typeof revokeReceiptKind,
): Promise<ReceiptRow> {
  const receipt = await latestReceipt(database, paymentOfReport(report, kind));
  if (!receipt) throw new Refusal('receipt_not_found');
  return receipt;
}
