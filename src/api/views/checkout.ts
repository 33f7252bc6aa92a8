import { Type } from 'typebox';
import { type CheckoutState, checkoutState, hasSucceeded } from '../../core/checkout/checkouts.ts';
import type { CheckoutFailure } from '../../core/checkout/failure.ts';
import type { Certification } from '../../core/records/certification.ts';
import { type CheckoutRow, type CheckoutWay, checkoutWays } from '../../core/records/checkout.ts';
import type { Payment } from '../../core/records/payment.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull, UnixTime, WordOf } from './fields.ts';
import { withResult } from './redirect-url.ts';

/** What the callback of the shop's page is handed. Its keys, and what is left out, are part of what pages depend on. */
const CallbackObject = Type.Record(Type.String(), Type.Unknown(), {
  description: 'What the callback of the page is handed; docs/checkout.md has its keys.',
});

export const OpenedCheckoutView = Type.Object({
  token: Type.String({ description: 'Whoever has it may pay in the window, and leave it.' }),
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  url: Type.String({ description: 'Of the window.' }),
  way: WordOf<CheckoutWay>({ description: `How the page shows it: ${checkoutWays.join(', ')}.` }),
  pg_provider: Type.String(),
  expires_at: UnixTime,
});

/** In place of it: what the callback of the page is handed, and where a page without one is sent. */
export const NotOpenedView = Type.Object({
  success: Type.Literal(false),
  imp_success: Type.Literal(false),
  imp_uid: Type.Null(),
  merchant_uid: TextOrNull,
  pay_method: Type.Optional(Type.String()),
  pg_type: WordOf<CheckoutRow['kind']>(),
  error_code: Type.String(),
  error_msg: Type.String(),
  redirect_url: TextOrNull,
});

const EndedView = Type.Object({
  result: CallbackObject,
  redirect_url: TextOrNull,
  landing: WordOf<'success' | 'fail'>(),
});

export const CheckoutResultView = Type.Object({
  state: WordOf<CheckoutState>({
    description:
      '`working`: the approval is under way, or it is being cleared up what became of it; nothing is to be paid again.',
  }),
  ended: Type.Union([EndedView, Type.Null()]),
});

const Issuer = Type.Object({
  code: Type.String(),
  name: Type.String(),
  name_en: Type.String(),
  quotas: Type.Array(Type.Integer()),
});
const Bank = Type.Object({ code: Type.String(), name: Type.String(), name_en: Type.String() });

/** Everything that the window's page shows. */
export const CheckoutWindowView = Type.Object({
  ...CheckoutResultView.properties,
  kind: WordOf<CheckoutRow['kind']>(),
  way: WordOf<CheckoutWay>(),
  language: WordOf<'ko' | 'en'>(),
  shop: Type.Object({ name: Type.String(), company: TextOrNull }),
  gateway: Type.Object({ provider: Type.String(), name: Type.String(), name_en: Type.String() }),
  order: Type.Object({
    imp_uid: Type.String(),
    merchant_uid: Type.String(),
    name: TextOrNull,
    amount: Type.Number(),
    currency: Type.String(),
    tax_free: Type.Number(),
    vat: Type.Number(),
    is_key: Type.Boolean(),
    pays: Type.Boolean(),
    is_escrow: Type.Boolean(),
    period: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
    buyer: Type.Object({ name: TextOrNull, tel: TextOrNull, email: TextOrNull }),
  }),
  method: Type.String({ description: 'Of a payment; empty for a certification.' }),
  wallet: TextOrNull,
  card: Type.Union([
    Type.Object({
      issuers: Type.Array(Issuer),
      quotas: Type.Array(Type.Integer()),
      preset: Type.Union([Type.Object({ code: Type.String(), quota: Type.Integer() }), Type.Null()]),
      use_point: Type.Boolean(),
    }),
    Type.Null(),
  ]),
  banks: Type.Union([Type.Array(Bank), Type.Null()]),
  vbank: Type.Union([Type.Object({ due_at: UnixTime, holder: TextOrNull }), Type.Null()]),
  carriers: Type.Union([Type.Array(Type.String()), Type.Null()]),
  certification: Type.Union([
    Type.Object({
      name: TextOrNull,
      phone: TextOrNull,
      carrier: TextOrNull,
      birthday: TextOrNull,
      min_age: Type.Union([Type.Integer(), Type.Null()]),
      otp: Type.String({ description: 'That of the sandbox.' }),
    }),
    Type.Null(),
  ]),
  expires_at: UnixTime,
  tester: Type.Object({
    decline_codes: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
  }),
});

export type OpenedCheckoutAnswer = Answer<typeof OpenedCheckoutView>;
export type CheckoutResultAnswer = Answer<typeof CheckoutResultView>;
export type CheckoutWindowAnswer = Answer<typeof CheckoutWindowView>;
export type EndedAnswer = Answer<typeof EndedView>;

/** How a payment's window stands. `failure` is wanted where it has failed. */
export function viewPaymentResult(
  checkout: CheckoutRow,
  payment: Payment,
  failure: CheckoutFailure | null,
  now: Date,
): CheckoutResultAnswer {
  const state = checkoutState(checkout, payment, now);
  if (state !== 'ended') return { state, ended: null };
  const isPaid = hasSucceeded(payment);
  const { redirect_url: address } = checkout.request;
  return {
    state,
    ended: {
      result: isPaid ? callbackOf(checkout, payment) : failedCallback(payment, failure),
      redirect_url:
        address &&
        withResult(address, {
          imp_uid: payment.imp_uid,
          merchant_uid: payment.merchant_uid,
          imp_success: String(isPaid),
          error_code: failure?.code,
          error_msg: failure?.message,
        }),
      landing: isPaid ? 'success' : 'fail',
    },
  };
}

/** What a window for a certification has come to. `undefined`: it has not ended. `end`: the window's own word, read after that. */
export function viewCertificationResult(
  checkout: CheckoutRow,
  certification: Certification | undefined,
  end: string | null,
): CheckoutResultAnswer {
  if (!certification) return { state: 'open', ended: null };
  const { imp_uid: impUid, request } = checkout;
  const isCertified = certification.row.state === 'certified';
  const endCode = end ?? 'USER_CANCEL';
  const failure = isCertified
    ? {}
    : {
        error_code: endCode,
        error_msg: endCode === 'TIMEOUT' ? '본인인증 가능 시간이 지났습니다' : '사용자가 본인인증을 취소하셨습니다',
      };
  const result = {
    success: isCertified,
    imp_success: isCertified,
    imp_uid: impUid,
    merchant_uid: request.merchant_uid,
    pg_provider: certification.row.provider,
    pg_type: 'certification',
    ...failure,
  };
  return {
    state: 'ended',
    ended: {
      result,
      redirect_url:
        request.redirect_url &&
        withResult(request.redirect_url, {
          imp_uid: impUid,
          merchant_uid: request.merchant_uid,
          success: String(isCertified),
          ...failure,
        }),
      landing: isCertified ? 'success' : 'fail',
    },
  };
}

/** In the order in which the real window was seen to send them; what there is no value for is null, but for `error_code`, which is not there. */
function callbackOf(checkout: CheckoutRow, payment: Payment): Record<string, unknown> {
  const paidAmount = amountNumber(payment.amount_minor, payment.currency);
  return {
    success: true,
    imp_success: true,
    imp_uid: payment.imp_uid,
    pay_method: payment.pay_method,
    merchant_uid: payment.merchant_uid,
    name: payment.name,
    paid_amount: paidAmount,
    currency: payment.currency,
    pg_provider: payment.provider,
    pg_type: 'payment',
    pg_tid: payment.pg_tid ?? '',
    apply_num: payment.apply_num ?? '',
    buyer_name: payment.buyer_name ?? '',
    buyer_email: payment.buyer_email ?? '',
    buyer_tel: payment.buyer_tel ?? '',
    buyer_addr: payment.buyer_addr ?? '',
    buyer_postcode: payment.buyer_postcode ?? '',
    custom_data: customDataOf(checkout, payment),
    status: payment.status,
    paid_at: unixSeconds(payment.paid_at),
    receipt_url: payment.receipt_url,
    card_name: payment.card_name,
    bank_name: payment.bank_name,
    card_quota: payment.card_quota,
    card_number: payment.card_number ?? '',
    ...(payment.emb_pg_provider === null ? {} : { emb_pg_provider: payment.emb_pg_provider }),
    ...(payment.customer_uid === null ? {} : { customer_uid: payment.customer_uid }),
    ...(payment.vbank_num === null
      ? {}
      : {
          vbank_num: payment.vbank_num,
          vbank_name: payment.vbank_name,
          vbank_holder: payment.vbank_holder,
          vbank_date: unixSeconds(payment.vbank_due_at),
        }),
  };
}

/** As the page gave it: an object comes back as one, and a text as a text, though it be the JSON of an object. */
function customDataOf({ request }: CheckoutRow, { custom_data: text }: Payment): unknown {
  if (text === null || request.payment?.custom_data_is_text) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failedCallback(payment: Payment, failure: CheckoutFailure | null): Record<string, unknown> {
  return {
    success: false,
    imp_success: false,
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    pay_method: payment.pay_method,
    pg_provider: payment.provider,
    pg_type: 'payment',
    error_code: failure?.code ?? 'FAILED',
    error_msg: failure?.message ?? '',
  };
}
