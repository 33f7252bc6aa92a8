import { Type } from 'typebox';
import type { OperationState } from '../../core/records/operation-states.ts';
import { refundRequestStates } from '../../core/records/refund-request.ts';
import type { KeptBody } from '../../core/refund-requests/body.ts';
import type { FoundRefundRequest } from '../../core/refund-requests/find-requests.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { bankName } from '../../platform/codes/banks.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

const BodyView = Type.Object(
  {
    imp_uid: Type.String(),
    amount: Type.Number(),
    checksum: Type.Number({ description: 'What could be cancelled when it was asked for; otherwise nothing happens.' }),
    tax_free: Type.Union([Type.Number(), Type.Null()], { description: 'null: what falls to it.' }),
    vat_amount: Type.Union([Type.Number(), Type.Null()], { description: 'null: what falls to it.' }),
    reason: Type.String(),
    refund_holder: TextOrNull,
    refund_bank: TextOrNull,
    refund_bank_name: TextOrNull,
    refund_account: Type.Union([Type.String(), Type.Null()], {
      description: 'All but its last four digits are hidden.',
    }),
    refund_tel: Type.Union([Type.String(), Type.Null()], { description: 'Hidden in the same way.' }),
    escrow_confirmed: Type.Boolean(),
  },
  { description: 'What is sent when it is approved, to the letter.' },
);

/** A refund that one member asks for and another one decides on. */
export const RefundRequestView = Type.Object({
  refund_request_id: Type.String(),
  state: ChoiceField(refundRequestStates),
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  name: TextOrNull,
  buyer_name: TextOrNull,
  pg_provider: Type.String(),
  pay_method: WordOf<PayMethod>(),
  currency: Type.String(),
  amount: Type.Number(),
  body: BodyView,
  digest: Type.String({ description: 'Of the body: who approves sends it.' }),
  requested_by: Type.String(),
  requested_at: UnixTime,
  expires_at: UnixTime,
  decided_by: TextOrNull,
  decided_at: UnixTime,
  decision_note: TextOrNull,
  cancellation_id: TextOrNull,
  cancellation_state: OrNull(WordOf<OperationState>()),
  error: Type.Union([Type.String(), Type.Null()], { description: 'Why it was refused before it was sent.' }),
  message: Type.Union([Type.String(), Type.Null()], {
    description: "Why it was refused: the gateway's words, or ours.",
  }),
  ended_at: UnixTime,
});

export const RefundRequestListView = Type.Object({
  list: Type.Array(RefundRequestView),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Goes into `before`; null after the last.' }),
});

export type RefundRequestAnswer = Answer<typeof RefundRequestView>;
export type RefundRequestListAnswer = Answer<typeof RefundRequestListView>;

export function viewRefundRequest(
  { row, standing, payment, operation }: FoundRefundRequest,
  { body }: KeptBody,
): RefundRequestAnswer {
  const { currency } = payment;
  return {
    refund_request_id: row.id,
    state: standing,
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    name: payment.name,
    buyer_name: payment.buyer_name,
    pg_provider: payment.provider,
    pay_method: payment.pay_method,
    currency,
    amount: amountNumber(row.amount_minor, currency),
    body: {
      imp_uid: body.impUid,
      amount: body.amount,
      checksum: body.checksum,
      tax_free: amountOf(body.taxFree),
      vat_amount: amountOf(body.vatAmount),
      reason: body.reason,
      refund_holder: body.refundHolder ?? null,
      refund_bank: body.refundBank ?? null,
      refund_bank_name: body.refundBank === undefined ? null : (bankName(body.refundBank) ?? null),
      refund_account: masked(body.refundAccount),
      refund_tel: masked(body.refundTel),
      escrow_confirmed: body.details.escrow_confirmed === true,
    },
    digest: row.digest,
    requested_by: row.requested_by_name,
    requested_at: unixSeconds(row.requested_at),
    expires_at: unixSeconds(row.expires_at),
    decided_by: row.decided_by_name,
    decided_at: unixSeconds(row.decided_at),
    decision_note: row.decided_why,
    cancellation_id: operation?.id ?? null,
    cancellation_state: operation?.state ?? null,
    error: row.error_code,
    message: row.error_message ?? (standing === 'refused' ? (operation?.message ?? null) : null),
    ended_at: unixSeconds(row.ended_at ?? operation?.ended_at ?? null),
  };
}

/** As it was asked for: a number, or a number's text. */
function amountOf(value: unknown): number | null {
  return value === undefined || value === null || value === '' ? null : Number(value);
}

function masked(digits: string | undefined): string | null {
  if (digits === undefined) return null;
  const plain = digits.replaceAll('-', '');
  return '*'.repeat(Math.max(0, plain.length - 4)) + plain.slice(-4);
}
