import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { OrderAmounts } from '../../platform/money/order-amounts.ts';
import type { BillingKey } from '../../port/billing-key.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Caller, CarryOutParts } from '../operations/carry-out.ts';
import { shortestCallMs } from '../operations/deadline.ts';
import { subjectOfReport } from '../operations/report.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { BillingKeyChanged } from '../payments/insert-payment.ts';
import { refuseImpossible } from '../payments/make-payment.ts';
import { type BillingKeyRow, decryptBillingKey } from '../records/billing-key.ts';
import type { CheckedKey } from '../records/operation.ts';
import { type ChargeKeyParts, chargeKey } from './charge-key.ts';
import { chargeKeyKind } from './charge-key-kind.ts';
import { liveKey } from './find-keys.ts';
import { issuedKeyOf, issueKey, type KeyIssue } from './issue-key.ts';

export interface CheckKeyParts extends ChargeKeyParts, CarryOutParts {}

/** A sum that is charged, to see whether a card can be charged at all, and given back at once. */
export interface KeyCheck extends OrderAmounts {
  readonly currency: string;
}

/** What can't be charged and given back can't be checked. To be asked before anything is done. */
export function refuseUncheckable(
  channel: Channel,
  payMethod: BillingKeyRow['pay_method'],
  { currency }: KeyCheck,
): void {
  refuseImpossible({ channel, payMethod, kind: 'charge_key', currency, instalments: 0, details: {} });
  refuseUnsupported(channel, payMethod, 'cancel');
}

/**
 * Registers a card, and keeps it only if the check says that it can be charged: a refused one leaves the name with what it had
 * before.
 */
export async function issueCheckedKey(
  parts: CheckKeyParts,
  caller: Caller,
  issue: KeyIssue,
  check: KeyCheck | undefined,
): Promise<BillingKeyRow> {
  if (!check) return issuedKeyOf(await issueKey(parts, caller, issue));
  refuseUncheckable(issue.channel, 'card', check);
  const earlier = await liveKey(parts.database, caller.merchantId, issue.customerUid);
  const issued = issuedKeyOf(await issueKey(parts, caller, issue));
  await checkKey(parts, caller, issued, check, { earlier });
  return issued;
}

/**
 * Charges a key, and gives it back: the settlement of the charge begins the cancellation, so that no crash parts the two. Throws a
 * refusal when it was not charged, or when nobody knows; then it stays reserved, and there is no other check of this key until that
 * has ended. That its cancellation fails is no failure of the check: the money is the merchant's then, as the payment shows.
 */
export async function checkKey(
  parts: CheckKeyParts,
  caller: Caller,
  key: BillingKeyRow,
  check: KeyCheck,
  /** It was registered just now, in the place of an earlier one. */
  registered?: { readonly earlier: BillingKeyRow | undefined },
): Promise<void> {
  const { earlier } = registered ?? {};
  const checked: CheckedKey = {
    generation: key.generation,
    is_new: registered !== undefined,
    earlier: earlier ? columnsOf(earlier) : null,
  };
  const earlierBillingKey = earlier && keyIn(parts, earlier);
  try {
    const report = await chargeKey(parts, caller, {
      customerUid: key.customer_uid,
      usage: 'payment',
      values: {
        merchant_uid: await nextCheckOrder(parts.database, key),
        currency: check.currency,
        amount_minor: check.amount_minor,
        tax_free_minor: check.tax_free_minor,
        vat_minor: check.vat_minor,
        name: '카드 확인 후 취소',
        buyer_name: key.customer_name,
        buyer_email: key.customer_email,
        buyer_tel: key.customer_tel,
        started_at: parts.clocks.of(caller.merchantId).now(),
        user_agent: null,
      },
      details: {},
      check: checked,
      ...(earlierBillingKey ? { earlierBillingKey } : {}),
    });
    // Without time to send it, it would end as never sent; recovery has all the time.
    if (caller.deadline.leftMs() > shortestCallMs) await parts.runner.followUp(report, caller.deadline);
    subjectOfReport(report, { refusal: 'billing_key_check_refused', doubt: chargeKeyKind.doubt });
  } catch (error) {
    if (error instanceof BillingKeyChanged) throw new Refusal('cancellation_busy');
    if (!(error instanceof Refusal) || error.errorCode !== 'order_already_paid') throw error;
    // The order is that of the check before this one, which has not ended.
    const { operation } = error;
    if (!operation) throw new Refusal('cancellation_busy');
    throw new Refusal('cancellation_blocked_by_doubt', { id: operation.id }, null, operation);
  }
}

/** The same for all who check this key before the check has ended: an order is charged once. */
async function nextCheckOrder(
  database: Database,
  { merchant_id: merchantId, customer_uid: customerUid, id, generation }: BillingKeyRow,
): Promise<string> {
  const prefix = `key_check_${id}_${generation}_`;
  const [row] = await database.query<{ ended: bigint }>(
    `select count(*) as ended from payments
     where merchant_id = $1 and customer_uid = $2 and starts_with(merchant_uid, $3) and status <> 'ready' and turn_of is null`,
    [merchantId, customerUid, prefix],
  );
  return `${prefix}${row?.ended ?? 0n}`;
}

function keyIn({ encryption }: CheckKeyParts, row: BillingKeyRow): BillingKey | undefined {
  return row.gateway_key === null ? undefined : decryptBillingKey(encryption, row, row.gateway_key);
}

function columnsOf(row: BillingKeyRow): Readonly<Record<string, unknown>> {
  const { gateway_key: _secret, turn_of: _turn, ...columns } = row;
  return { ...columns, id: String(row.id), merchant_id: String(row.merchant_id), channel_id: String(row.channel_id) };
}
