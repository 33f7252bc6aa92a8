import { unixSeconds } from '../../platform/clock/clock.ts';
import { lesserMinor } from '../../platform/money/currency.ts';
import { vatWithin } from '../../platform/money/vat.ts';
import type { GatewayPayment } from '../../port/lookup.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { CancelHistoryEntry, Payment } from '../records/payment.ts';
import type { Lacking } from './adoption-plan.ts';

/** A row of `operations` that is adopted: what was done, and not by us now. */
export interface AdoptedOperation {
  readonly id: string;
  readonly kind: Extract<GatewayOperation, 'approve' | 'approve_window' | 'issue_vbank' | 'issue_barcode' | 'cancel'>;
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
  readonly balance_before_minor: bigint;
  readonly earlier_tids: readonly string[];
  readonly gateway_tid: string;
  readonly receipt_url: string | null;
  /** The webhook that tells of it; `null`: a later one does. */
  readonly event: 'paid' | 'cancelled' | null;
}

/** What may change of a payment when something of it is adopted. */
export const adoptedColumnNames = [
  ...(['status', 'claims_order', 'pg_tid', 'apply_num', 'receipt_url'] as const),
  ...([
    'card_code',
    'card_name',
    'card_issuer_code',
    'card_issuer_name',
    'card_number',
    'card_quota',
    'card_type',
  ] as const),
  ...(['bank_code', 'bank_name', 'paid_at', 'deposit_history'] as const),
  ...(['cancelled_minor', 'cancelled_tax_free_minor', 'cancelled_vat_minor'] as const),
  ...(['cancel_history', 'cancel_reason', 'cancelled_at', 'updated_at'] as const),
] as const satisfies readonly (keyof Payment)[];

export type AdoptedColumns = Pick<Payment, (typeof adoptedColumnNames)[number]>;

/** What it is changed from: a payment of our book, or one that is about to be in it. */
export type AdoptingPayment = AdoptedColumns &
  Pick<Payment, 'imp_uid' | 'pay_method' | 'amount_minor' | 'tax_free_minor' | 'vat_minor'>;

/**
 * The payment as it is with all that it lacked, and an operation for each of that. How a cancellation divides into what is free of tax
 * and VAT no look-up tells: as where nobody has said it of a cancellation of ours, the last one takes all that is left. Pure.
 */
export function adoptedRows(
  payment: AdoptingPayment,
  lacking: Lacking,
  found: GatewayPayment,
  more: { readonly reason: string; readonly now: Date; readonly newId: () => string },
): { readonly columns: AdoptedColumns; readonly operations: readonly AdoptedOperation[] } {
  const operations: AdoptedOperation[] = [];
  let columns = { ...columnsOf(payment), updated_at: more.now };
  if (lacking.payment) {
    columns = { ...columns, ...paidColumns(payment, found) };
    operations.push({
      id: more.newId(),
      kind: makingKind(payment),
      amount_minor: payment.amount_minor,
      tax_free_minor: payment.tax_free_minor,
      vat_minor: payment.vat_minor,
      balance_before_minor: payment.amount_minor,
      earlier_tids: [],
      gateway_tid: found.gatewayTid,
      receipt_url: found.approval?.receiptUrl ?? null,
      event: lacking.cancels.length === 0 ? 'paid' : null,
    });
  }
  const added: CancelHistoryEntry[] = [];
  const times = new Map<string, Date>();
  for (const cancel of lacking.cancels.toSorted((a, b) => a.cancelledAt.getTime() - b.cancelledAt.getTime())) {
    const balance = payment.amount_minor - columns.cancelled_minor;
    const isLast = cancel.amountMinor === balance;
    const taxFreeLeft = payment.tax_free_minor - columns.cancelled_tax_free_minor;
    const taxFree = isLast ? lesserMinor(cancel.amountMinor, taxFreeLeft) : 0n;
    const vatLeft = payment.vat_minor - columns.cancelled_vat_minor;
    const vat = lesserMinor(vatLeft, isLast ? cancel.amountMinor : vatWithin(cancel.amountMinor, taxFree));
    const id = more.newId();
    operations.push({
      id,
      kind: 'cancel',
      amount_minor: cancel.amountMinor,
      tax_free_minor: taxFree,
      vat_minor: vat,
      balance_before_minor: balance,
      earlier_tids: [...payment.cancel_history, ...added].map(({ pg_tid }) => pg_tid),
      gateway_tid: cancel.gatewayTid,
      receipt_url: cancel.receiptUrl,
      event: 'cancelled',
    });
    times.set(id, cancel.cancelledAt);
    added.push({
      pg_tid: cancel.gatewayTid,
      amount_minor: Number(cancel.amountMinor),
      cancelled_at: unixSeconds(cancel.cancelledAt),
      reason: more.reason,
      receipt_url: cancel.receiptUrl ?? columns.receipt_url,
      cancellation_id: id,
    });
    columns = {
      ...columns,
      status: 'cancelled',
      cancelled_minor: columns.cancelled_minor + cancel.amountMinor,
      cancelled_tax_free_minor: columns.cancelled_tax_free_minor + taxFree,
      cancelled_vat_minor: columns.cancelled_vat_minor + vat,
    };
  }
  const history = [...payment.cancel_history, ...added].toSorted((a, b) => a.cancelled_at - b.cancelled_at);
  const last = history.at(-1);
  return {
    operations,
    columns: {
      ...columns,
      claims_order: columns.claims_order && columns.cancelled_minor < payment.amount_minor,
      cancel_history: history,
      cancelled_at: times.get(last?.cancellation_id ?? '') ?? columns.cancelled_at,
      cancel_reason: last ? last.reason : columns.cancel_reason,
    },
  };
}

/** By what such a payment is made, as far as that is known. */
function makingKind({ pay_method, imp_uid }: AdoptingPayment): AdoptedOperation['kind'] {
  if (pay_method === 'vbank') return 'issue_vbank';
  if (pay_method === 'cvs') return 'issue_barcode';
  return imp_uid.startsWith('imps_') ? 'approve' : 'approve_window';
}

function columnsOf(payment: AdoptingPayment): AdoptedColumns {
  return Object.fromEntries(adoptedColumnNames.map((name) => [name, payment[name]])) as unknown as AdoptedColumns;
}

function paidColumns(payment: AdoptingPayment, found: GatewayPayment): Partial<AdoptedColumns> {
  const { approval, gatewayTid, paidAt } = found;
  const card = approval?.card ?? null;
  return {
    status: 'paid',
    pg_tid: gatewayTid,
    paid_at: paidAt,
    apply_num: approval?.approvalNumber ?? payment.apply_num,
    receipt_url: approval?.receiptUrl ?? payment.receipt_url,
    ...(card && {
      card_code: card.code,
      card_name: card.name,
      card_issuer_code: card.issuerCode,
      card_issuer_name: card.issuerName,
      card_number: card.maskedNumber,
      card_quota: card.installmentMonths,
      card_type: card.type,
    }),
    ...(approval?.bank && { bank_code: approval.bank.code, bank_name: approval.bank.name }),
    ...(payment.pay_method === 'vbank' && {
      deposit_history: [
        ...payment.deposit_history,
        {
          pg_tid: gatewayTid,
          amount_minor: Number(found.amountMinor),
          depositor_name: found.depositorName,
          deposited_at: unixSeconds(paidAt),
        },
      ],
    }),
  };
}
