import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { readJson } from '../../answers/read-json.ts';

/** Chai's answers, read strictly; only the fields that we rely on are named, and others are let through. */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
/** Won. I'mport's SDK reads these as floating-point numbers, so that `1004.0` may stand on the wire. */
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/**
 * A payment: what an inquiry answers, and a cancellation. The times are ISO 8601 in UTC. Source: i'mport's Android SDK
 * (`ChaiPayment`).
 */
const ChaiPaymentMessage = Type.Object({
  paymentId: Type.String({ minLength: 1, maxLength: 100 }),
  status: Type.String({ minLength: 1, maxLength: 40 }),
  checkoutAmount: Amount,
  canceledAmount: Amount,
  updatedAt: Nullish(Type.String()),
});
export type ChaiPayment = Static<typeof ChaiPaymentMessage>;

/** What comes with every status but 200. Source: the shop's module that creates payments; there is a `type` too. */
const ChaiErrorMessage = Type.Object({
  code: Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 100 })]),
  message: Nullish(Type.String()),
});

const payment = validatorOf(ChaiPaymentMessage);
const error = validatorOf(ChaiErrorMessage);

export function readPayment(text: string): ChaiPayment | undefined {
  const value = readJson(text);
  return payment.Check(value) ? value : undefined;
}

export function readError(text: string): { readonly code: string; readonly message: string } | undefined {
  const value = readJson(text);
  if (!error.Check(value)) return undefined;
  const code = String(value.code);
  return { code, message: value.message || code };
}
