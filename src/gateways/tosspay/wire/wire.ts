import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { readJson } from '../../answers/read-json.ts';

/** Toss Pay's answers, read strictly; only the fields that we rely on are named, and others are let through. */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Id = Type.String({ minLength: 1, maxLength: 100 });

const Envelope = Type.Object({
  code: Type.Integer(),
  msg: Nullish(Type.String()),
  errorCode: Nullish(Type.String()),
});

/** The older form of the answer has neither `refundedAmount` nor `payToken`. */
const Refund = Type.Object({
  refundNo: Id,
  refundableAmount: Amount,
  refundedAmount: Nullish(Amount),
  approvalTime: Type.String(),
  payToken: Nullish(Id),
});
export type TossPayRefund = Static<typeof Refund>;

const Charge = Type.Object({
  payToken: Id,
  transactionId: Id,
  approvalTime: Type.String(),
  amount: Nullish(Amount),
});
export type TossPayCharge = Static<typeof Charge>;

/** `stepType` is `PAY` or `REFUND`; the amount of a refund is negative. */
const Transaction = Type.Object({
  stepType: Type.String(),
  transactionAmount: Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  regTs: Nullish(Type.String()),
});

const Status = Type.Object({
  payToken: Id,
  orderNo: Type.String(),
  payStatus: Type.String(),
  payMethod: Nullish(Type.String()),
  amount: Amount,
  refundableAmount: Nullish(Amount),
  transactions: Nullish(Type.Array(Transaction)),
  paidTs: Nullish(Type.String()),
});
export type TossPayStatus = Static<typeof Status>;

const Key = Type.Object({ userId: Type.String(), billingKey: Id, status: Type.String() });
export type TossPayKey = Static<typeof Key>;

const envelope = validatorOf(Envelope);
const refund = validatorOf(Refund);
const charge = validatorOf(Charge);
const status = validatorOf(Status);
const key = validatorOf(Key);

export interface TossPayAnswer {
  /** 0: it was done. */
  readonly code: number;
  /** Of a failure; empty where there is none. */
  readonly errorCode: string;
  readonly message: string;
  /** The whole answer: its fields stand beside the code. */
  readonly fields: unknown;
}

export function readAnswer(text: string): TossPayAnswer | undefined {
  const value = readJson(text);
  if (!envelope.Check(value)) return undefined;
  return { code: value.code, errorCode: value.errorCode ?? '', message: value.msg ?? '', fields: value };
}

export function readRefund(fields: unknown): TossPayRefund | undefined {
  return refund.Check(fields) ? fields : undefined;
}

export function readCharge(fields: unknown): TossPayCharge | undefined {
  return charge.Check(fields) ? fields : undefined;
}

export function readStatus(fields: unknown): TossPayStatus | undefined {
  return status.Check(fields) ? fields : undefined;
}

export function readKey(fields: unknown): TossPayKey | undefined {
  return key.Check(fields) ? fields : undefined;
}
