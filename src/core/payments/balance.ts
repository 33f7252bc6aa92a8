import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import type { ReceiptRow } from '../records/receipt.ts';

/** Amounts of one means of payment, in minor units. Tips, a fourth part of i'mport's, no gateway here knows. */
export interface AmountParts {
  readonly taxFree: bigint;
  readonly supply: bigint;
  readonly vat: bigint;
}

/** What was paid by which means and not given back, at one time. Points and discounts stand in no answer of a gateway. */
export interface BalanceState {
  readonly paid: AmountParts;
  /** That part of it for which a cash receipt is there. */
  readonly receipted: AmountParts;
  readonly at: Date;
}

export interface PaymentBalance {
  readonly payment: Payment;
  /** After the payment, and after each cancellation, oldest first. */
  readonly states: readonly [BalanceState, ...BalanceState[]];
}

/** The gateways whose payments the real server tells the balance of, as its refusal says. */
const providers: ReadonlySet<string> = new Set(['payco', 'kcp']);

/**
 * A payment's amounts as our book has them, after each change. Neither KCP nor PAYCO documents a call that splits a payment by
 * means, so all of it is by the one means that the buyer has chosen (inferred).
 */
export async function balanceOf(database: Database, payment: Payment): Promise<PaymentBalance> {
  const { paid_at: paidAt, status, provider } = payment;
  if (paidAt === null || (status !== 'paid' && status !== 'cancelled') || !providers.has(provider)) {
    throw new Refusal('balance_unavailable');
  }
  const cancels = await database.query<Pick<Operation, 'id' | 'tax_free_minor' | 'vat_minor'>>(
    `select id, tax_free_minor, vat_minor from operations where merchant_id = $1 and payment_id = $2 and kind = 'cancel'`,
    [payment.merchant_id, payment.id],
  );
  const receipts = await database.query<ReceiptRow>(
    'select * from receipts where merchant_id = $1 and payment_id = $2 and applied_at is not null order by id',
    [payment.merchant_id, payment.id],
  );
  const revocations = await database.query<Revocation>(
    `select receipt_id, amount_minor, ended_at from operations
     where merchant_id = $1 and receipt_id = any($2) and kind = 'revoke_receipt' and state = 'confirmed'`,
    [payment.merchant_id, receipts.map(({ id }) => id)],
  );
  const changes = payment.cancel_history.map((entry) => {
    const cancel = cancels.find(({ id }) => id === entry.cancellation_id);
    const given = partsOf(BigInt(entry.amount_minor), cancel?.tax_free_minor ?? 0n, cancel?.vat_minor ?? 0n);
    return { given, at: new Date(entry.cancelled_at * 1000) };
  });
  // A receipt follows its payment a moment later: a state lasts until the next change.
  const receiptedBefore = (index: number) => receiptedAt(receipts, revocations, changes[index]?.at);
  let paid = partsOf(payment.amount_minor, payment.tax_free_minor, payment.vat_minor);
  const first = { paid, receipted: receiptedBefore(0), at: paidAt };
  const later = changes.map(({ given, at }, index) => {
    paid = { taxFree: paid.taxFree - given.taxFree, supply: paid.supply - given.supply, vat: paid.vat - given.vat };
    return { paid, receipted: receiptedBefore(index + 1), at };
  });
  return { payment, states: [first, ...later] };
}

interface Revocation {
  readonly receipt_id: bigint;
  readonly amount_minor: bigint;
  readonly ended_at: Date;
}

function partsOf(amount: bigint, taxFree: bigint, vat: bigint): AmountParts {
  return { taxFree, supply: amount - taxFree - vat, vat };
}

/** Of what is left of a receipt, its tax-free part and its VAT are in the proportion of the whole; the rest is supply. */
function receiptedAt(
  receipts: readonly ReceiptRow[],
  revocations: readonly Revocation[],
  before: Date | undefined,
): AmountParts {
  const isBefore = (at: Date | null): boolean => at !== null && (before === undefined || at < before);
  let [amount, taxFree, vat] = [0n, 0n, 0n];
  for (const receipt of receipts.filter(({ applied_at: at }) => isBefore(at))) {
    const { id, amount_minor: whole } = receipt;
    const left = revocations
      .filter(({ receipt_id, ended_at }) => receipt_id === id && isBefore(ended_at))
      .reduce((rest, revocation) => rest - revocation.amount_minor, whole);
    amount += left;
    taxFree += (receipt.tax_free_minor * left) / whole;
    vat += (receipt.vat_minor * left) / whole;
  }
  return partsOf(amount, taxFree, vat);
}
