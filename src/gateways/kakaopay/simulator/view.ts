import { seoulLocal } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { Book } from '../../../simulators/book.ts';
import { type BookCancel, type BookPayment, cancelsOf } from '../../../simulators/payments.ts';

interface CancelDetail {
  readonly vat: number;
  readonly payload: string | null;
}

const detailOf = (cancel: BookCancel) => cancel.detail as unknown as CancelDetail;

/** What is left of the payment's VAT. */
export function vatLeftOf(book: Book, payment: BookPayment): bigint {
  return payment.vatMinor - vatOf(cancelsOf(book, payment.tid));
}

/** The answer to a cancellation: this one, all of them, and what is left. */
export function cancelView(book: Book, payment: BookPayment, cancel: BookCancel): Record<string, unknown> {
  return {
    aid: cancel.cancelTid,
    ...shared(book, payment),
    approved_cancel_amount: amounts(cancel.amountMinor, cancel.taxFreeMinor, vatOf([cancel])),
    canceled_at: seoulLocal(cancel.cancelledAt),
    ...(detailOf(cancel).payload !== null && { payload: detailOf(cancel).payload }),
  };
}

/** The answer to a charge: of an ordinary approval, with the key. */
export function chargeView(book: Book, payment: BookPayment, sid: string): Record<string, unknown> {
  return { ...approvalView(book, payment), sid };
}

/** The answer to an approval. The codes of card companies are not public: their names alone are told. */
export function approvalView(book: Book, payment: BookPayment): Record<string, unknown> {
  const { tid, cid, partner_order_id, partner_user_id, payment_method_type, ...rest } = shared(book, payment);
  const { item_name, quantity, amount, created_at, approved_at } = rest;
  return {
    aid: payment.detail.aid,
    tid,
    cid,
    partner_order_id,
    partner_user_id,
    payment_method_type,
    ...(payment.card && { card_info: cardInfo(payment.card, payment.approvalNumber) }),
    item_name,
    quantity,
    amount,
    created_at,
    approved_at,
  };
}

function cardInfo({ maskedNumber, issuerName, name, installmentMonths }: ApprovedCard, approvalNumber: string | null) {
  return {
    kakaopay_purchase_corp: name ?? '',
    kakaopay_issuer_corp: issuerName ?? '',
    bin: maskedNumber.slice(0, 6),
    card_type: '신용',
    install_month: String(installmentMonths).padStart(2, '0'),
    approved_id: approvalNumber ?? '',
    interest_free_install: 'N',
  };
}

/** The answer to an order lookup. */
export function orderView(book: Book, payment: BookPayment): Record<string, unknown> {
  const cancels = cancelsOf(book, payment.tid);
  const last = cancels.at(-1);
  return {
    ...shared(book, payment),
    ...(last && { canceled_at: seoulLocal(last.cancelledAt) }),
    payment_action_details: [
      ...(payment.detail.sid === undefined
        ? []
        : [
            {
              aid: payment.detail.aid,
              approved_at: seoulLocal(payment.requestedAt),
              payment_action_type: 'ISSUED_SID',
            },
          ]),
      {
        aid: payment.detail.aid,
        approved_at: seoulLocal(payment.requestedAt),
        amount: Number(payment.amountMinor),
        point_amount: 0,
        discount_amount: 0,
        payment_action_type: 'PAYMENT',
      },
      ...cancels.map((cancel) => ({
        aid: cancel.cancelTid,
        approved_at: seoulLocal(cancel.cancelledAt),
        amount: Number(cancel.amountMinor),
        point_amount: 0,
        discount_amount: 0,
        payment_action_type: 'CANCEL',
        ...(detailOf(cancel).payload !== null && { payload: detailOf(cancel).payload }),
      })),
    ],
  };
}

function shared(book: Book, payment: BookPayment) {
  const cancels = cancelsOf(book, payment.tid);
  const cancelledMinor = payment.amountMinor - payment.balanceMinor;
  const cancelledTaxFree = payment.taxFreeMinor - payment.taxFreeBalanceMinor;
  return {
    tid: payment.tid,
    cid: payment.mid,
    status: statusOf(payment),
    partner_order_id: payment.orderId,
    partner_user_id: payment.detail.userId ?? 'buyer',
    payment_method_type: payment.payMethod === 'card' ? 'CARD' : 'MONEY',
    item_name: payment.orderName,
    quantity: 1,
    amount: amounts(payment.amountMinor, payment.taxFreeMinor, payment.vatMinor),
    canceled_amount: amounts(cancelledMinor, cancelledTaxFree, vatOf(cancels)),
    cancel_available_amount: amounts(payment.balanceMinor, payment.taxFreeBalanceMinor, vatLeftOf(book, payment)),
    created_at: seoulLocal(payment.requestedAt),
    approved_at: seoulLocal(payment.requestedAt),
  };
}

function statusOf(payment: BookPayment): string {
  if (payment.status === 'cancelled') return 'CANCEL_PAYMENT';
  return payment.status === 'partially_cancelled' ? 'PART_CANCEL_PAYMENT' : 'SUCCESS_PAYMENT';
}

function vatOf(cancels: readonly BookCancel[]): bigint {
  return cancels.reduce((sum, cancel) => sum + BigInt(detailOf(cancel).vat), 0n);
}

export function amounts(totalMinor: bigint, taxFreeMinor: bigint, vatMinor: bigint) {
  return {
    total: Number(totalMinor),
    tax_free: Number(taxFreeMinor),
    vat: Number(vatMinor),
    point: 0,
    discount: 0,
    green_deposit: 0,
  };
}
