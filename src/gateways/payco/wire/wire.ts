import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/** PAYCO's answers, read strictly; only the fields that we rely on are named, and others are let through. */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
/** PAYCO writes `1500.0`. */
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Id = Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Integer({ minimum: 0 })]);
const YesOrNo = Type.Enum(['Y', 'N']);

const Envelope = Type.Object({
  code: Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 100 })]),
  message: Nullish(Type.String()),
  result: Type.Optional(Type.Unknown()),
});

/** The time stands in `cancelYmdt` in an answer that was recorded, and in the details in another source. */
const PaycoCancelResult = Type.Object({
  orderNo: Id,
  cancelTradeSeq: Id,
  totalCancelPaymentAmt: Amount,
  remainCancelPossibleAmt: Nullish(Amount),
  cancelYmdt: Nullish(Type.String()),
  cancelPaymentDetails: Nullish(
    Type.Array(Type.Object({ tradeYmdt: Nullish(Type.String()), cancelTradeYmdt: Nullish(Type.String()) })),
  ),
});
export type PaycoCancelResult = Static<typeof PaycoCancelResult>;

const PaycoCheckResult = Type.Object({
  orderNo: Id,
  cancelPossibleYn: YesOrNo,
  pgCancelPossibleAmt: Type.Union([Amount, Type.String({ pattern: '^[0-9]{1,15}(\\.0+)?$' })]),
});

/** The sample reads the first three; the others are those of an ordinary approval, and compared where they are told. */
const PaycoChargeResult = Type.Object({
  orderNo: Id,
  orderCertifyKey: Type.String({ minLength: 1, maxLength: 200 }),
  paymentCompleteYmdt: Type.String(),
  sellerOrderReferenceKey: Nullish(Type.String()),
  totalPaymentAmt: Nullish(Amount),
});
export type PaycoChargeResult = Static<typeof PaycoChargeResult>;

const PaycoKeyInfo = Type.Object({ autoPaymentNo: Id });

const envelope = validatorOf(Envelope);
const cancelResult = validatorOf(PaycoCancelResult);
const checkResult = validatorOf(PaycoCheckResult);
const chargeResult = validatorOf(PaycoChargeResult);
const keyInfo = validatorOf(PaycoKeyInfo);

export interface PaycoAnswer {
  /** `0`: it was done. */
  readonly code: string;
  readonly message: string;
  readonly result: unknown;
}

export function readAnswer(text: string): PaycoAnswer | undefined {
  const value = readJson(text);
  return envelope.Check(value)
    ? { code: String(value.code), message: value.message ?? '', result: value.result }
    : undefined;
}

export function readCancelResult(result: unknown): PaycoCancelResult | undefined {
  return cancelResult.Check(result) ? result : undefined;
}

export function readChargeResult(result: unknown): PaycoChargeResult | undefined {
  return chargeResult.Check(result) ? result : undefined;
}

/** The number of the key that PAYCO tells of. */
export function readKeyNumber(result: unknown): string | undefined {
  return keyInfo.Check(result) ? String(result.autoPaymentNo) : undefined;
}

/** What can still be cancelled of the order, as PAYCO's check says. */
export function readCheckResult(result: unknown): { orderNo: string; possibleMinor: bigint } | undefined {
  if (!checkResult.Check(result)) return undefined;
  return { orderNo: String(result.orderNo), possibleMinor: BigInt(Number(result.pgCancelPossibleAmt)) };
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
