import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/** Naver Pay's answers, read strictly; only the fields that we rely on are named, and others are let through. */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Id = Type.String({ minLength: 1, maxLength: 100 });
const Digits14 = Type.String({ pattern: '^[0-9]{14}$' });

const Result = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 100 }),
  message: Nullish(Type.String()),
  body: Type.Optional(Type.Unknown()),
});

const NaverCancelBody = Type.Object({
  paymentId: Id,
  payHistId: Id,
  primaryPayCancelAmount: Nullish(Amount),
  npointCancelAmount: Nullish(Amount),
  giftCardCancelAmount: Nullish(Amount),
  discountCancelAmount: Nullish(Amount),
  cancelYmdt: Digits14,
  totalRestAmount: Amount,
});
export type NaverCancelBody = Static<typeof NaverCancelBody>;

/** `admissionTypeCode`: 01 the payment, 03 a full cancellation, 04 a partial one. */
const NaverHistoryEntry = Type.Object({
  paymentId: Id,
  payHistId: Id,
  admissionTypeCode: Type.String(),
  admissionState: Type.String(),
  admissionYmdt: Digits14,
  totalPayAmount: Amount,
  primaryPayMeans: Nullish(Type.String()),
  merchantPayKey: Nullish(Type.String()),
  merchantPayTransactionKey: Nullish(Type.String()),
  cardCorpCode: Nullish(Type.String()),
  cardNo: Nullish(Type.String()),
  cardAuthNo: Nullish(Type.String()),
  cardInstCount: Nullish(Type.Integer({ minimum: 0 })),
});
export type NaverHistoryEntry = Static<typeof NaverHistoryEntry>;

const NaverHistoryBody = Type.Object({
  list: Type.Array(NaverHistoryEntry),
  totalPageCount: Nullish(Type.Integer({ minimum: 0 })),
});
export type NaverHistoryBody = Static<typeof NaverHistoryBody>;

const NaverReservationBody = Type.Object({ paymentId: Id });

/** `detail` is that of an ordinary approval, which the history shows too. */
const NaverChargeBody = Type.Object({ paymentId: Id, recurrentId: Nullish(Type.String()), detail: NaverHistoryEntry });
export type NaverChargeBody = Static<typeof NaverChargeBody>;

/** The answer to an approval. */
const NaverApprovalBody = Type.Object({ paymentId: Id, detail: NaverHistoryEntry });
export type NaverApprovalBody = Static<typeof NaverApprovalBody>;

const NaverExpiryBody = Type.Object({ recurrentId: Type.String() });

/** As public clients name the fields. */
const NaverCashAmountBody = Type.Object({
  npointCashAmount: Amount,
  primaryCashAmount: Amount,
  totalCashAmount: Amount,
  supplyCashAmount: Amount,
  vatCashAmount: Amount,
});
export type NaverCashAmountBody = Static<typeof NaverCashAmountBody>;

const result = validatorOf(Result);
const cashAmountBody = validatorOf(NaverCashAmountBody);
const cancelBody = validatorOf(NaverCancelBody);
const reservationBody = validatorOf(NaverReservationBody);
const chargeBody = validatorOf(NaverChargeBody);
const approvalBody = validatorOf(NaverApprovalBody);
const expiryBody = validatorOf(NaverExpiryBody);
const historyBody = validatorOf(NaverHistoryBody);

export interface NaverAnswer {
  readonly code: string;
  readonly message: string;
  readonly body: unknown;
}

export function readAnswer(text: string): NaverAnswer | undefined {
  const value = readJson(text);
  return result.Check(value) ? { code: value.code, message: value.message ?? '', body: value.body } : undefined;
}

export function readCancelBody(body: unknown): NaverCancelBody | undefined {
  return cancelBody.Check(body) ? body : undefined;
}

export function readCashAmountBody(body: unknown): NaverCashAmountBody | undefined {
  return cashAmountBody.Check(body) ? body : undefined;
}

export function readHistoryBody(body: unknown): NaverHistoryBody | undefined {
  return historyBody.Check(body) ? body : undefined;
}

export function readReservedPaymentId(body: unknown): string | undefined {
  return reservationBody.Check(body) ? body.paymentId : undefined;
}

export function readChargeBody(body: unknown): NaverChargeBody | undefined {
  return chargeBody.Check(body) ? body : undefined;
}

export function readApprovalBody(body: unknown): NaverApprovalBody | undefined {
  return approvalBody.Check(body) ? body : undefined;
}

export function readExpiredKey(body: unknown): string | undefined {
  return expiryBody.Check(body) ? body.recurrentId : undefined;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
