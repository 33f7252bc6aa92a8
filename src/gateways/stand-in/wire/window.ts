import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { payMethods } from '../../../port/payment.ts';
import { PaymentState, RefusalAnswer, type SecretOf } from './protocol.ts';

/**
 * How a merchant asks for what a buyer has agreed on in a gateway's window, where the gateway's own request for it is not public or not
 * simulated: signed JSON as the stand-in's, beside whatever else the gateway speaks. None of it is any gateway's.
 */
export const windowPrefix = '/_window/';
export const windowPaths = { approve: `${windowPrefix}approve`, inquire: `${windowPrefix}inquire` } as const;

/** All that the merchant and the gateway share: it is the same for every gateway, whatever its credentials are called. */
export const windowSecretOf: SecretOf = (credentials) =>
  JSON.stringify(Object.entries(credentials).sort(([one], [other]) => (one < other ? -1 : 1)));

const Id = Type.String({ minLength: 1, maxLength: 80 });
const Minor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const ApproveWindowMessage = Type.Object({
  mid: Id,
  /** The sender's idempotency key: a repeat gets the first answer, for ever. */
  requestId: Id,
  orderId: Id,
  token: Type.String({ minLength: 1, maxLength: 200 }),
  payMethod: Type.Enum([...payMethods]),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  /** 0: a key, and no payment. */
  amount: Minor,
  taxFree: Minor,
  vat: Minor,
});
export type ApproveWindowMessage = Static<typeof ApproveWindowMessage>;

export const InquireWindowMessage = Type.Object({ mid: Id, requestId: Id, orderId: Id });

const IssuedKeyState = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 400 }),
  boundTo: Type.Record(Type.String(), Type.String()),
  transactionId: TextOrNull,
  issuedAt: Type.Integer(),
  card: Type.Union([
    Type.Object({
      maskedNumber: TextOrNull,
      code: TextOrNull,
      name: TextOrNull,
      issuerCode: TextOrNull,
      issuerName: TextOrNull,
      type: Type.Union([Type.Literal(0), Type.Literal(1), Type.Null()]),
    }),
    Type.Null(),
  ]),
});
export type IssuedKeyState = Static<typeof IssuedKeyState>;

const ApprovedWindow = Type.Object({
  resultCode: Type.Literal('0000'),
  payment: Type.Union([PaymentState, Type.Null()]),
  /** Of a virtual account whose notices carry a secret. */
  noticeSecret: TextOrNull,
  issuedKey: Type.Union([IssuedKeyState, Type.Null()]),
});
export type ApprovedWindow = Static<typeof ApprovedWindow>;

const FoundWindow = Type.Object({
  resultCode: Type.Literal('0000'),
  /** The first answer to the request, if it has ever come. */
  request: Type.Union([ApprovedWindow, RefusalAnswer, Type.Null()]),
  /** Does the book have a payment of this order? */
  hasOrder: Type.Boolean(),
});
export type FoundWindow = Static<typeof FoundWindow>;

const approvedReader = validatorOf(ApprovedWindow);
const foundReader = validatorOf(FoundWindow);

export function isApprovedWindow(value: unknown): value is ApprovedWindow {
  return approvedReader.Check(value);
}

export function isFoundWindow(value: unknown): value is FoundWindow {
  return foundReader.Check(value);
}
