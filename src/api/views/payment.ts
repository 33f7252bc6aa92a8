import { Type } from 'typebox';
import type { PastedKind } from '../../core/payments/pasted.ts';
import { timeBases } from '../../core/payments/payment-filter.ts';
import type { Standing } from '../../core/payments/standings.ts';
import { cancellableMinor, type Payment, type PaymentStatus } from '../../core/records/payment.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { LookedUntilField, TextOrNull, TotalField, UnixTime, WordOf } from './fields.ts';

const CancelHistoryView = Type.Object({
  pg_tid: Type.String(),
  amount: Type.Number(),
  cancelled_at: UnixTime,
  reason: Type.String(),
  receipt_url: TextOrNull,
  cancellation_id: Type.String(),
});

const DepositHistoryView = Type.Object({
  pg_tid: Type.String(),
  amount: Type.Number(),
  depositor_name: Type.String({ description: 'Empty where the gateway does not tell it.' }),
  deposited_at: UnixTime,
});

/** A payment as every operation answers it: each field present, in alphabetical order, as the real server sends it. */
export const PaymentView = Type.Object({
  amount: Type.Number(),
  apply_num: TextOrNull,
  bank_code: TextOrNull,
  bank_name: TextOrNull,
  buyer_addr: TextOrNull,
  buyer_email: TextOrNull,
  buyer_name: TextOrNull,
  buyer_postcode: TextOrNull,
  buyer_tel: TextOrNull,
  cancel_amount: Type.Number({ description: 'All that has been cancelled so far.' }),
  cancel_history: Type.Array(CancelHistoryView, { description: 'Oldest first.' }),
  cancel_reason: TextOrNull,
  cancel_receipt_urls: Type.Array(Type.String(), {
    description: 'Those of cancel_history that have one; deprecated by i’mport.',
  }),
  cancelled_at: UnixTime,
  card_code: TextOrNull,
  card_issuer_code: TextOrNull,
  card_issuer_name: TextOrNull,
  card_name: TextOrNull,
  card_number: TextOrNull,
  card_publisher_code: TextOrNull,
  card_publisher_name: TextOrNull,
  card_quota: Type.Integer(),
  card_type: Type.Union([Type.Integer(), Type.Null()]),
  cash_receipt_issued: Type.Boolean(),
  channel: WordOf<Payment['channel']>(),
  currency: Type.String(),
  custom_data: TextOrNull,
  customer_uid: TextOrNull,
  customer_uid_usage: Type.Union([Type.String(), Type.Null()], {
    description: '`issue`: the key was issued with it; `payment`, `payment.scheduled`: it was made by the key.',
  }),
  deposit_history: Type.Array(DepositHistoryView),
  emb_pg_provider: TextOrNull,
  escrow: Type.Boolean(),
  fail_reason: TextOrNull,
  failed_at: UnixTime,
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  name: TextOrNull,
  paid_at: UnixTime,
  pay_method: WordOf<PayMethod>(),
  pg_id: Type.String(),
  pg_provider: Type.String(),
  pg_tid: TextOrNull,
  promotion: Type.Null(),
  receipt_url: TextOrNull,
  sandbox: Type.Boolean(),
  started_at: UnixTime,
  status: WordOf<PaymentStatus>({ description: '`cancelled` from the first partial cancellation on.' }),
  user_agent: TextOrNull,
  vbank_code: TextOrNull,
  vbank_date: UnixTime,
  vbank_holder: TextOrNull,
  vbank_issued_at: UnixTime,
  vbank_name: TextOrNull,
  vbank_num: TextOrNull,
});

export type PaymentAnswer = Answer<typeof PaymentView>;

export const PaymentListView = Type.Array(PaymentView);

export const PaymentPageView = Type.Object({
  total: Type.Integer(),
  previous: Type.Integer({ description: 'Number of the page before, or 0.' }),
  next: Type.Integer({ description: 'Number of the page after, or 0.' }),
  list: PaymentListView,
});

/** What a search finds. */
const TimeBasisField = ChoiceField(timeBases, {
  description:
    'Which time the list goes by. `changed`: when a payment was paid, cancelled or failed, whichever was last.',
});

/** What an operator has to see beside a payment, and i'mport's fields have no place for. */
const PaymentStandingView = Type.Object({
  imp_uid: Type.String(),
  reserved: Type.Number({ description: 'What can neither be cancelled nor counts as cancelled.' }),
  left: Type.Number({ description: 'What can still be cancelled; 0 before it is paid.' }),
  doubts: Type.Integer({ description: 'How many things about it are not known to be done or not.' }),
  refund_under_way: Type.Boolean({ description: 'The gateway has taken a refund and not paid it out yet.' }),
  is_under_way: Type.Boolean({ description: 'Something is being asked of the gateway just now.' }),
});

export const PaymentSearchView = Type.Object({
  list: PaymentListView,
  total: TotalField,
  from: Type.Integer({ description: 'From when on it was looked; seconds since 1970, 0: since ever.' }),
  time: TimeBasisField,
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `cursor`; null: there are no more.' }),
  looked_until: LookedUntilField,
  read_as: Type.Union([Type.Array(WordOf<PastedKind>()), Type.Null()], {
    description:
      'What `q` was found as: `imp_uid`, `merchant_uid`, `pg_tid`, `apply_num`, `cancellation_id`, `buyer_tel`, `buyer_email`; `buyer`: it is looked for as a part of a name. Null without `q`.',
  }),
  standings: Type.Array(PaymentStandingView, { description: 'One for each of the list, in its order.' }),
});

export const PaymentCountsView = Type.Object({
  counts: Type.Object({
    ready: Type.Integer(),
    paid: Type.Integer(),
    cancelled: Type.Integer(),
    failed: Type.Integer(),
  }),
  is_complete: Type.Boolean({ description: 'False: there may be more of each; older ones have not been counted.' }),
  counted_from: Type.Integer({ description: 'From when on they were counted; 0: since ever.' }),
  time: TimeBasisField,
});

export type PaymentStandingAnswer = Answer<typeof PaymentStandingView>;
export type PaymentCountsAnswer = Answer<typeof PaymentCountsView>;

export type PaymentSearchAnswer = Answer<typeof PaymentSearchView>;
export type PaymentPageAnswer = Answer<typeof PaymentPageView>;

/**
 * Public sources do not show where the real server puts the number of a convenience-store barcode. Payments have no field
 * of that name, so it stands where a virtual account's number stands, and its expiry where the due date stands (inferred).
 */
export function viewPayment(payment: Payment): PaymentAnswer {
  const { currency } = payment;
  const history = payment.cancel_history.map((entry) => ({
    pg_tid: entry.pg_tid,
    amount: amountNumber(BigInt(entry.amount_minor), currency),
    cancelled_at: entry.cancelled_at,
    reason: entry.reason,
    receipt_url: entry.receipt_url,
    cancellation_id: entry.cancellation_id,
  }));
  return {
    amount: amountNumber(payment.amount_minor, currency),
    apply_num: payment.apply_num,
    bank_code: payment.bank_code,
    bank_name: payment.bank_name,
    buyer_addr: payment.buyer_addr,
    buyer_email: payment.buyer_email,
    buyer_name: payment.buyer_name,
    buyer_postcode: payment.buyer_postcode,
    buyer_tel: payment.buyer_tel,
    cancel_amount: amountNumber(payment.cancelled_minor, currency),
    cancel_history: history,
    cancel_reason: payment.cancel_reason,
    cancel_receipt_urls: history.flatMap(({ receipt_url }) => receipt_url ?? []),
    cancelled_at: unixSeconds(payment.cancelled_at),
    card_code: payment.card_code,
    card_issuer_code: payment.card_issuer_code,
    card_issuer_name: payment.card_issuer_name,
    card_name: payment.card_name,
    card_number: payment.card_number,
    card_publisher_code: payment.card_code,
    card_publisher_name: payment.card_name,
    card_quota: payment.card_quota,
    card_type: payment.card_type,
    cash_receipt_issued: payment.cash_receipt_issued,
    channel: payment.channel,
    currency,
    custom_data: payment.custom_data,
    customer_uid: payment.customer_uid,
    customer_uid_usage: payment.customer_uid_usage,
    deposit_history: payment.deposit_history.map((entry) => ({
      pg_tid: entry.pg_tid,
      amount: amountNumber(BigInt(entry.amount_minor), currency),
      depositor_name: entry.depositor_name ?? '',
      deposited_at: entry.deposited_at,
    })),
    emb_pg_provider: payment.emb_pg_provider,
    escrow: payment.escrow,
    fail_reason: payment.fail_reason,
    failed_at: unixSeconds(payment.failed_at),
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    name: payment.name,
    paid_at: unixSeconds(payment.paid_at),
    pay_method: payment.pay_method,
    pg_id: payment.mid,
    pg_provider: payment.provider,
    pg_tid: payment.pg_tid,
    promotion: null,
    receipt_url: payment.receipt_url,
    sandbox: payment.sandbox,
    started_at: unixSeconds(payment.started_at),
    status: payment.status,
    user_agent: payment.user_agent,
    vbank_code: payment.vbank_code,
    vbank_date: unixSeconds(payment.vbank_due_at ?? payment.barcode_expires_at),
    vbank_holder: payment.vbank_holder,
    vbank_issued_at: unixSeconds(payment.vbank_issued_at),
    vbank_name: payment.vbank_name,
    vbank_num: payment.vbank_num ?? payment.barcode,
  };
}

export function viewStanding(payment: Payment, open: Standing | undefined): PaymentStandingAnswer {
  const { imp_uid, currency } = payment;
  return {
    imp_uid,
    reserved: amountNumber(payment.reserved_minor, currency),
    left: payment.paid_at === null ? 0 : amountNumber(cancellableMinor(payment), currency),
    doubts: open?.doubts ?? 0,
    refund_under_way: open?.isPayingOut ?? false,
    is_under_way: open?.isUnderWay ?? false,
  };
}

/** A page without its list. */
export function viewPaging(total: number, page: number, limit: number): Omit<PaymentPageAnswer, 'list'> {
  return { total, previous: page > 1 ? page - 1 : 0, next: page * limit < total ? page + 1 : 0 };
}
