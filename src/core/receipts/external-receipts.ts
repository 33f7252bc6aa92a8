import { randomBytes } from 'node:crypto';
import type { Database } from '../../platform/database/pool.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import type { ExternalReceiptField } from '../../port/capabilities.ts';
import type { Buyer } from '../../port/payment.ts';
import type { Channel } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOutOn, shopsProgram } from '../operations/carry-out.ts';
import { encryptSecrets, loadContext } from '../operations/context.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { type OperationReport, subjectOfReport } from '../operations/report.ts';
import { afterReservation, ReservationUnknown, reserveOnce } from '../operations/reserve-once.ts';
import { turnsOfExternalReceipts } from '../operations/take-turn.ts';
import type { Operation } from '../records/operation.ts';
import { type ExternalReceipt, earlierRevocationsSql } from '../records/receipt.ts';
import { type ReceiptIdentity, readIdentifier } from './identifier.ts';
import type { issueReceiptKind } from './issue-receipt-kind.ts';
import type { revokeReceiptKind } from './revoke-receipt-kind.ts';

export interface ExternalReceiptRequest extends ReceiptIdentity {
  readonly orderName: string;
  readonly amount: unknown;
  readonly taxFree: unknown;
  readonly vatAmount: unknown;
  readonly buyer: Partial<Buyer>;
  /** Which of the fields that some gateways want were given. */
  readonly given: ReadonlySet<ExternalReceiptField>;
}

/** What cash is counted in. */
const currency = 'KRW';

/** The order's newest receipt that was issued, revoked or not. */
export async function latestExternalReceipt(
  database: Database,
  merchantId: bigint,
  merchantUid: string,
): Promise<ExternalReceipt | undefined> {
  const [receipt] = await database.query<ExternalReceipt>(
    `select * from receipts where merchant_id = $1 and merchant_uid = $2 and state in ('issued', 'revoked')
     order by id desc limit 1`,
    [merchantId, merchantUid],
  );
  return receipt;
}

/** The unique index on live receipts lets only one of two simultaneous requests through. */
const reserveIssueSql = `
with receipt as (
  insert into receipts (merchant_id, channel_id, merchant_uid, order_id, order_name, state, type, identifier_type, currency,
    amount_minor, tax_free_minor, vat_minor, created_at, turn_of)
  values ($2, $3, $4, $5, $6, 'requested', $7, $8, '${currency}', $9, $10, $11, $12, $1)
  on conflict (merchant_id, merchant_uid) where merchant_uid is not null and state in ('requested', 'issued') do nothing
  returning *
)
${beginOperationsSql('receipt', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  receipt_id: 'id',
  kind: `'issue_receipt'`,
  amount_minor: 'amount_minor',
  tax_free_minor: 'tax_free_minor',
  vat_minor: 'vat_minor',
  balance_before_minor: 'amount_minor',
  reason: `'현금영수증 발급'`,
  details: '$13::jsonb',
  secrets: '$14',
  requested_at: '$12',
  changed_by: '$17',
  changed_why: '$18',
  lease_of: '$15',
  lease_until: '$16',
})}
returning id`;

/**
 * POST /receipts/external/{merchant_uid}: a receipt for cash that was taken elsewhere, one per order. After it was revoked,
 * the order may have another one, under another number at the gateway (inferred).
 */
export async function issueExternalReceipt(
  parts: CarryOutParts,
  { merchantId, deadline, asker = shopsProgram }: Caller,
  channel: Channel,
  merchantUid: string,
  request: ExternalReceiptRequest,
): Promise<OperationReport> {
  refuseUnsupportedReceipt(channel, 'issue');
  refuseWhatIsMissing(channel, merchantUid, request);
  const identifier = readIdentifier(request);
  const amounts = readOrderAmounts(
    { amount: request.amount, taxFree: request.taxFree, vat: request.vatAmount },
    currency,
  );
  await parts.crashPoints.reach('before_reservation');
  const operationId = newOperationId(parts.clock.now());
  const values = [
    operationId,
    merchantId,
    channel.id,
    merchantUid,
    `ext_${randomBytes(10).toString('hex')}`,
    request.orderName,
    request.type,
    request.identifierType,
    amounts.amount_minor,
    amounts.tax_free_minor,
    amounts.vat_minor,
    parts.clocks.of(merchantId).now(),
    JSON.stringify({ buyer: request.buyer }),
    encryptSecrets(parts.encryption, { merchant_id: merchantId, id: operationId }, { identifier }),
    parts.leases.owner,
    parts.leases.until(parts.leaseMs),
    asker.by,
    asker.why,
  ];
  const isBegun = await reserveOnce(
    parts,
    deadline,
    { merchantId, operationId },
    async () => (await parts.database.query(reserveIssueSql, values)).length > 0 || undefined,
    () => true,
  ).catch(doubted);
  if (!isBegun) throw await orderHasOne(parts.database, merchantId, merchantUid);
  await parts.crashPoints.reach('after_reservation');
  return runBegun(parts, merchantId, operationId, deadline);
}

function doubted(error: unknown): never {
  throw error instanceof ReservationUnknown ? error.refusal('outcome_in_doubt') : error;
}

async function runBegun(
  parts: CarryOutParts,
  merchantId: bigint,
  operationId: string,
  deadline: Deadline,
): Promise<OperationReport> {
  const context = await afterReservation(operationId, () =>
    repeatDuringOutage(() => loadContext(parts, merchantId, operationId), deadline.leftMs),
  ).catch(doubted);
  if (!context) throw new Error('an operation was not written with its receipt');
  return parts.runner.run(context, deadline);
}

const reserveRevocationSql = `
with taken as (
  update receipts set turn_of = $1
  where merchant_id = $2 and id = $3 and merchant_uid is not null and turn_of is null and state = 'issued'
  returning *
)
${beginOperationsSql('taken r', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  receipt_id: 'id',
  kind: `'revoke_receipt'`,
  amount_minor: 'amount_minor - revoked_minor',
  balance_before_minor: 'amount_minor - revoked_minor',
  earlier_tids: earlierRevocationsSql,
  reason: `'현금영수증 취소'`,
  idempotency_id: '$4',
  requested_at: '$5',
  changed_by: '$8',
  changed_why: '$9',
  lease_of: '$6',
  lease_until: '$7',
})}
returning *`;

/** DELETE /receipts/external/{merchant_uid} */
export function revokeExternalReceipt(
  parts: CarryOutParts,
  caller: Caller,
  merchantUid: string,
): Promise<OperationReport> {
  const { asker = shopsProgram } = caller;
  return carryOutOn<undefined, ExternalReceipt>(parts, caller, turnsOfExternalReceipts, {
    async find() {
      const receipt = await latestExternalReceipt(parts.database, caller.merchantId, merchantUid);
      if (!receipt) throw new Refusal('external_receipt_not_found');
      return receipt;
    },
    decide(receipt, channel) {
      refuseUnsupportedReceipt(channel, 'revoke');
      if (receipt.state === 'revoked') throw new Refusal('receipt_already_revoked');
      return undefined;
    },
    async reserve(receipt, _plan, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveRevocationSql, [
        operationId,
        receipt.merchant_id,
        receipt.id,
        caller.idempotencyId,
        parts.clocks.of(caller.merchantId).now(),
        parts.leases.owner,
        parts.leases.until(parts.leaseMs),
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}

function refuseUnsupportedReceipt({ gateway, access, provider }: Channel, operation: 'issue' | 'revoke'): void {
  const support = gateway.capabilities.externalReceipts?.[operation] ?? 'unsupported';
  if (support === 'supported' || (support === 'undocumented' && access.mode === 'test')) return;
  throw new Refusal('receipt_not_supported', { provider, action: operation === 'issue' ? '발급' : '취소' });
}

/** What i'mport's documentation says that a gateway wants of such a receipt. */
function refuseWhatIsMissing(
  { gateway, provider }: Channel,
  merchantUid: string,
  { given, identifierType }: ExternalReceiptRequest,
): void {
  const { required = [], identifierTypes, plainOrderNumbers } = gateway.capabilities.externalReceipts ?? {};
  const missing = required.filter((name) => !given.has(name));
  if (missing.length > 0) throw new Refusal('parameter_missing', { name: missing.join(', ') });
  if (identifierTypes && identifierType && !identifierTypes.includes(identifierType)) {
    throw new Refusal('parameter_invalid', { name: 'identifier_type', expected: identifierTypes.join(', ') });
  }
  if (plainOrderNumbers && !/^[0-9A-Za-z]+$/.test(merchantUid)) {
    throw new Refusal('parameter_invalid', { name: 'merchant_uid', expected: `${provider}: 영문자, 숫자` });
  }
}

/** The receipt that the order has may itself be in doubt; then the caller is told what it waits for. */
async function orderHasOne(database: Database, merchantId: bigint, merchantUid: string): Promise<Refusal> {
  const [doubt] = await database.query<{ id: string }>(
    `select o.id from receipts r join operations o on o.merchant_id = r.merchant_id and o.id = r.turn_of
     where r.merchant_id = $1 and r.merchant_uid = $2 and r.state = 'requested' and o.state = 'in_doubt'`,
    [merchantId, merchantUid],
  );
  const refusal = new Refusal('external_receipt_already_issued');
  if (!doubt) return refusal;
  const message = `${refusal.message} (doubt_id: ${doubt.id})`;
  return Refusal.again('external_receipt_already_issued', message, null, { id: doubt.id, state: 'in_doubt' });
}

/** Turns what became of an operation on such a receipt into the answer: the receipt, or a refusal. */
export function externalReceiptOfReport(
  report: OperationReport,
  kind: typeof issueReceiptKind | typeof revokeReceiptKind,
): ExternalReceipt {
  const subject = subjectOfReport(report, kind);
  if (subject.type !== 'external_receipt') throw new Error('the operation is about something else');
  return subject.receipt;
}
