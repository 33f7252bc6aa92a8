import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { lesserMinor } from '../../platform/money/currency.ts';
import { vatWithin } from '../../platform/money/vat.ts';
import { supportOf } from '../../port/capabilities.ts';
import type { Channel } from '../merchants/channels.ts';
import { type Caller, type CarryOutParts, carryOut } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation } from '../records/operation.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';
import { earlierRevocationsSql, type ReceiptRow } from '../records/receipt.ts';

export interface ReceiptRequest {
  readonly identifier: string;
  readonly identifierType: 'person' | 'business' | 'phone' | 'taxcard' | null;
  readonly type: 'person' | 'company';
  readonly taxFree: unknown;
  readonly vatAmount: unknown;
}

/** The payment's newest receipt that was issued, revoked or not. */
export async function latestReceipt(database: Database, paymentId: bigint): Promise<ReceiptRow | undefined> {
  const [receipt] = await database.query<ReceiptRow>(
    `select * from receipts where payment_id = $1 and state in ('issued', 'revoked') order by id desc limit 1`,
    [paymentId],
  );
  return receipt;
}

/** The unique index on live receipts lets only one of two simultaneous requests through. */
const reserveIssueSql = `
with taken as (
  update payments p set turn_of = $1, updated_at = $3
  where p.id = $2 and p.turn_of is null and p.status in ('paid', 'cancelled')
    and p.amount_minor - p.cancelled_minor - p.reserved_minor = $4::bigint and $4::bigint > 0
    and not exists (select from receipts r where r.payment_id = p.id and r.state in ('requested', 'issued'))
  returning p.*
),
receipt as (
  insert into receipts (payment_id, merchant_id, state, type, identifier_type, currency, amount_minor, tax_free_minor, vat_minor, created_at)
  select id, merchant_id, 'requested', $5, $6, currency, $4, $7, $8, $3 from taken
  returning *
)
insert into operations (
  id, merchant_id, payment_id, receipt_id, kind, state, amount_minor, tax_free_minor, vat_minor, balance_before_minor,
  reason, secrets, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until
)
select $1, merchant_id, payment_id, id, 'issue_receipt', 'requested', amount_minor, tax_free_minor, vat_minor, amount_minor,
  '현금영수증 발급', $9, $3, $3, 'api', 'asked for by the merchant', $10, $11, $10
from receipt
returning *`;

const reserveRevocationSql = `
with taken as (
  update payments p set turn_of = $1, updated_at = $3
  from receipts r
  where p.id = $2 and p.turn_of is null and r.payment_id = p.id and r.state = 'issued'
  returning r.*
)
insert into operations (
  id, merchant_id, payment_id, receipt_id, kind, state, amount_minor, balance_before_minor, earlier_tids, reason, idempotency_id,
  requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until
)
select $1, merchant_id, payment_id, id, 'revoke_receipt', 'requested', amount_minor - revoked_minor, amount_minor - revoked_minor,
  ${earlierRevocationsSql}, '현금영수증 취소', $4, $3, $3, 'api', 'asked for by the merchant', $5, $6, $5
from taken r
returning *`;

/** POST /receipts/{imp_uid}: issues a receipt over what is left of the payment. */
export function issueReceipt(
  parts: CarryOutParts,
  caller: Caller,
  impUid: string,
  request: ReceiptRequest,
): Promise<OperationReport> {
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    async decide(payment, channel) {
      const identifier = readIdentifier(request);
      const amount = cancellableMinor(payment);
      if (!['paid', 'cancelled'].includes(payment.status) || amount === 0n)
        throw new Refusal('receipt_payment_not_paid');
      refuseUnsupported(channel, payment, 'issue_receipt', '발급');
      if (await hasLiveReceipt(parts.database, payment.id)) throw new Refusal('receipt_already_issued');
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
        encryptSecrets(parts.encryption, { identifier }),
        parts.leases.until(parts.leaseMs),
        parts.leases.owner,
      ]);
      return operation;
    },
  });
}

/** DELETE /receipts/{imp_uid}: revokes all that is left of the payment's receipt. */
export function revokeReceipt(parts: CarryOutParts, caller: Caller, impUid: string): Promise<OperationReport> {
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    async decide(payment, channel) {
      refuseUnsupported(channel, payment, 'revoke_receipt', '취소');
      const receipt = await latestReceipt(parts.database, payment.id);
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
      ]);
      return operation;
    },
  });
}

async function hasLiveReceipt(database: Database, paymentId: bigint): Promise<boolean> {
  const rows = await database.query(`select from receipts where payment_id = $1 and state in ('requested', 'issued')`, [
    paymentId,
  ]);
  return rows.length > 0;
}

function refuseUnsupported(
  channel: Channel,
  payment: Payment,
  operation: 'issue_receipt' | 'revoke_receipt',
  action: string,
): void {
  const support = supportOf(channel.gateway.capabilities, payment.pay_method, operation);
  if (support === 'unsupported' || (support === 'undocumented' && !payment.sandbox)) {
    throw new Refusal('receipt_not_supported', { provider: payment.provider, action });
  }
}

/** Lengths of the identifiers that the tax service takes, by kind: digits without hyphens. */
const identifierLengths: Readonly<Record<string, readonly number[]>> = {
  person: [13],
  business: [10],
  phone: [10, 11],
  taxcard: [13, 14, 15, 16, 17, 18, 19],
};

/** Digits only, and as many as the kind of identifier has; without a kind, as many as any kind has. */
function readIdentifier({ identifier, identifierType, type }: ReceiptRequest): string {
  const digits = identifier.replaceAll('-', '');
  const lengths = identifierType
    ? identifierLengths[identifierType]
    : type === 'company'
      ? [...(identifierLengths.business ?? []), ...(identifierLengths.taxcard ?? [])]
      : [10, 11, 13, 14, 15, 16, 17, 18, 19];
  if (!/^[\d-]+$/.test(identifier) || !lengths?.includes(digits.length))
    throw new Refusal('receipt_identifier_invalid');
  return digits;
}

/** Turns what became of an operation on a receipt into the answer: the receipt, or a refusal. */
export async function receiptOf(
  database: Database,
  report: OperationReport,
  refused: 'receipt_issue_refused' | 'receipt_revocation_refused',
): Promise<ReceiptRow> {
  switch (report.state) {
    case 'confirmed':
    case 'accepted': {
      const receipt = await latestReceipt(database, report.payment.id);
      if (!receipt) throw new Refusal('receipt_not_found');
      return receipt;
    }
    case 'refused':
      throw new Refusal(refused, { reason: report.message ?? '' }, report.category);
    case 'unsent':
      throw new Refusal('gateway_unreachable');
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw refused === 'receipt_revocation_refused'
        ? new Refusal('cancellation_in_doubt', { id: report.operationId })
        : new Refusal('outcome_in_doubt');
  }
}
