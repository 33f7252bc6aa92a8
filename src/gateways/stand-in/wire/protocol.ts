import { createHmac, timingSafeEqual } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { escrowStatuses } from '../../../port/escrow.ts';
import { type PayMethod, payMethods } from '../../../port/payment.ts';
import { productOrderRefundWays } from '../../../port/product-order-refund.ts';
import type { TextRule } from '../../../port/texts.ts';

/**
 * The stand-in protocol: JSON over HTTP, signed, for operations that a gateway offers and whose own protocol is not
 * public. None of it is any gateway's. Amounts are integers in minor units, times are seconds since 1970.
 */
export const standInPrefix = '/_stand-in/';

export const standInOperations = [
  'pay_from_wallet',
  'issue_vbank',
  'revoke_vbank',
  'issue_barcode',
  'revoke_barcode',
  'issue_receipt',
  'revoke_receipt',
  'register_shipping',
  'issue_key',
  'charge_key',
  'revoke_key',
  'cancel',
] as const;
export type StandInOperation = (typeof standInOperations)[number];

/** Questions, and what is the same when it is asked for twice: without a key, and without a place in what can be inquired about. */
export const standInCalls = [
  'read_points',
  'create_preparation',
  'change_preparation',
  'delete_member',
  'delete_autopay_key',
  'release_biometrics',
  'register_slip_parts',
] as const;
export type StandInCall = (typeof standInCalls)[number];

export const standInPaths: Readonly<Record<StandInOperation | StandInCall | 'inquire', string>> = {
  pay_from_wallet: `${standInPrefix}wallets/pay`,
  read_points: `${standInPrefix}wallets/points`,
  create_preparation: `${standInPrefix}wallets/preparations/create`,
  change_preparation: `${standInPrefix}wallets/preparations/change`,
  delete_member: `${standInPrefix}wallets/members/delete`,
  delete_autopay_key: `${standInPrefix}wallets/autopay-keys/delete`,
  release_biometrics: `${standInPrefix}wallets/members/release-biometrics`,
  register_slip_parts: `${standInPrefix}slips/parts`,
  issue_vbank: `${standInPrefix}virtual-accounts/issue`,
  revoke_vbank: `${standInPrefix}virtual-accounts/revoke`,
  issue_barcode: `${standInPrefix}barcodes/issue`,
  revoke_barcode: `${standInPrefix}barcodes/revoke`,
  issue_receipt: `${standInPrefix}cash-receipts/issue`,
  revoke_receipt: `${standInPrefix}cash-receipts/revoke`,
  register_shipping: `${standInPrefix}escrow/shipping`,
  issue_key: `${standInPrefix}billing-keys/issue`,
  charge_key: `${standInPrefix}billing-keys/charge`,
  revoke_key: `${standInPrefix}billing-keys/revoke`,
  cancel: `${standInPrefix}payments/cancel`,
  inquire: `${standInPrefix}inquire`,
};

/** The credential that signs: any secret that the merchant and the simulator share. */
export type SecretOf = (credentials: Readonly<Record<string, string>>) => string;

export const signatureHeader = 'x-stand-in-signature';

/** HMAC-SHA256 over the path, a line feed and the body, in hexadecimal. */
export function signStandIn(secret: string, path: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(`${path}\n`).update(body).digest('hex');
}

/** Without a secret nothing is signed: an empty one would let everybody in. */
export function isSignedStandIn(secret: string, path: string, body: string | Buffer, signature: string): boolean {
  const expected = Buffer.from(signStandIn(secret, path, body));
  const given = Buffer.from(signature);
  return secret !== '' && given.length === expected.length && timingSafeEqual(given, expected);
}

const Id = Type.String({ minLength: 1, maxLength: 80 });
const Text = (maxLength: number) => Type.String({ maxLength });
const Name = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Minor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Positive = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Seconds = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000 });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A reason. */
export const standInReasonRule: TextRule = { max: 300, unit: 'utf16_units' };

/** Longest texts; what is longer is shortened by the sender. */
export const textLengthMax = { orderName: 300, reason: standInReasonRule.max, holder: 100 } as const;

const asked = {
  mid: Id,
  /** The sender's idempotency key: a repeat gets the first answer, for ever. */
  requestId: Id,
  orderId: Id,
};
const ordered = {
  ...asked,
  orderName: Name(textLengthMax.orderName),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  amount: Positive,
  taxFree: Minor,
  vat: Minor,
};
const RefundAccountMessage = Type.Object({
  holder: Name(textLengthMax.holder),
  bankCode: Type.String({ pattern: '^[0-9]{3}$' }),
  accountNumber: Type.String({ pattern: '^[0-9]{1,30}$' }),
  tel: OrNull(Text(30)),
});

export const IssueAccountMessage = Type.Object({
  ...ordered,
  /** KFTC's three-digit code. */
  bankCode: Type.String({ pattern: '^[0-9]{3}$' }),
  dueAt: Seconds,
  holder: Name(textLengthMax.holder),
  fixedKey: OrNull(Name(100)),
});
export const IssueBarcodeMessage = Type.Object({
  ...ordered,
  barcode: OrNull(Type.String({ pattern: '^[0-9A-Za-z-]{4,48}$' })),
  expiresAt: OrNull(Seconds),
});
export const RevokeMessage = Type.Object({ ...asked, transactionId: OrNull(Id), reason: Text(textLengthMax.reason) });
export const CancelMessage = Type.Object({
  ...asked,
  transactionId: Id,
  amount: Positive,
  taxFree: Minor,
  vat: Minor,
  /** What was left before this cancel. It must be what the book has. */
  balanceBefore: Positive,
  reason: Text(textLengthMax.reason),
  refundAccount: OrNull(RefundAccountMessage),
  requester: OrNull(Text(30)),
  /** What is refunded, at a gateway that keeps the orders themselves; without it all that is left of the order. */
  productOrder: Type.Optional(
    Type.Object({
      id: Id,
      by: Type.Enum([...productOrderRefundWays]),
      reason: OrNull(Text(textLengthMax.reason)),
      memo: OrNull(Text(1_000)),
    }),
  ),
});
export type CancelMessage = Static<typeof CancelMessage>;
export const IssueReceiptMessage = Type.Object({
  ...ordered,
  /** Null: for cash that was taken elsewhere. */
  orderId: OrNull(Id),
  receiptOrderId: Id,
  type: Type.Enum(['person', 'company']),
  identifier: Type.String({ pattern: '^[0-9]{1,30}$' }),
});
export const RevokeReceiptMessage = Type.Object({
  ...asked,
  orderId: OrNull(Id),
  receiptId: Id,
  receiptOrderId: Id,
  amount: Positive,
  balanceBefore: Positive,
  reason: Text(textLengthMax.reason),
});
const PartyMessage = Type.Object({
  name: OrNull(Text(100)),
  tel: OrNull(Text(30)),
  address: OrNull(Text(300)),
  addressLine1: OrNull(Text(300)),
  addressLine2: OrNull(Text(300)),
  postcode: OrNull(Text(20)),
  relationship: OrNull(Text(50)),
});
export const RegisterShippingMessage = Type.Object({
  ...asked,
  transactionId: Id,
  isChange: Type.Boolean(),
  company: Name(20),
  invoice: Name(50),
  sentAt: Seconds,
  receivingDay: OrNull(Type.String({ pattern: '^[0-9]{8}$' })),
  deliveryAddress: OrNull(Text(300)),
  sender: PartyMessage,
  receiver: PartyMessage,
  products: Type.Array(
    Type.Object({
      id: Name(100),
      name: Name(300),
      amount: Minor,
      code: OrNull(Text(100)),
      currency: Text(3),
      quantity: Type.Integer({ minimum: 1 }),
      tag: OrNull(Text(100)),
    }),
    { maxItems: 100 },
  ),
  sendsEmail: Type.Boolean(),
});
const MemberId = Name(80);
const LoginMessage = { user: Name(80), password: Name(200) };
export const PayFromWalletMessage = Type.Object({
  ...ordered,
  means: Type.Union([
    Type.Object({ kind: Type.Literal('points'), ...LoginMessage, memberCode: OrNull(Name(80)) }),
    Type.Object({ kind: Type.Literal('money'), memberId: MemberId, pinCheckId: Name(80) }),
    Type.Object({ kind: Type.Literal('autopay_key'), customerUid: Name(80) }),
  ]),
});
export const ReadPointsMessage = Type.Object({ mid: Id, ...LoginMessage });
export const PreparationMessage = Type.Object({
  mid: Id,
  merchantUid: Name(40),
  terminalTransactionId: Name(20),
  buyerAddress: Name(15),
  codeVerifier: Name(200),
  authenticated: OrNull(Positive),
  vendorType: OrNull(Name(20)),
  rewardId: OrNull(Name(20)),
});
export const DeleteMemberMessage = Type.Object({
  mid: Id,
  memberId: MemberId,
  partnerType: OrNull(Name(80)),
  partnerSubtype: OrNull(Name(80)),
});
export const MemberMessage = Type.Object({ mid: Id, memberId: MemberId });
export const AutopayKeyMessage = Type.Object({ mid: Id, customerUid: Name(80) });
export const SlipPartsMessage = Type.Object({
  mid: Id,
  orderId: Id,
  transactionId: Id,
  parts: Type.Array(
    Type.Object({
      businessNumber: Type.String({ pattern: '^[0-9]{10}$' }),
      companyName: Name(100),
      amount: Positive,
      taxFree: Minor,
      vat: Minor,
    }),
    { minItems: 1, maxItems: 100 },
  ),
});

export const IssueKeyMessage = Type.Object({
  ...asked,
  customerUid: Text(80),
  cardNumber: Type.String({ pattern: '^[0-9]{15,16}$' }),
  /** YYMM. */
  expiry: Type.String({ pattern: '^[0-9]{2}(0[1-9]|1[0-2])$' }),
  birthOrBusinessNumber: OrNull(Type.String({ pattern: '^[0-9]{1,10}$' })),
  passwordFirstTwo: OrNull(Type.String({ pattern: '^[0-9]{1,2}$' })),
});
const BillingKey = Type.String({ minLength: 1, maxLength: 400 });
export const ChargeKeyMessage = Type.Object({
  ...ordered,
  billingKey: BillingKey,
  installmentMonths: Type.Integer({ minimum: 0, maximum: 60 }),
});
export const RevokeKeyMessage = Type.Object({ ...asked, billingKey: BillingKey, reason: Text(textLengthMax.reason) });
/** Moves nothing. What is asked for is found by the request's id, and by the ids of the payment and the receipt. */
export const InquireMessage = Type.Object({
  mid: Id,
  operation: OrNull(Type.Enum([...standInOperations])),
  requestId: OrNull(Id),
  orderId: OrNull(Id),
  receiptOrderId: OrNull(Id),
});

const CancelEntry = Type.Object({
  cancelId: Id,
  amount: Positive,
  balanceAfter: Minor,
  state: Type.Enum(['done', 'pending', 'failed']),
  failureCode: OrNull(Type.String()),
  cancelledAt: Seconds,
});
export type CancelEntry = Static<typeof CancelEntry>;

const CardState = Type.Object({
  maskedNumber: Type.String(),
  code: OrNull(Type.String()),
  name: OrNull(Type.String()),
  issuerCode: OrNull(Type.String()),
  issuerName: OrNull(Type.String()),
  installmentMonths: Type.Integer({ minimum: 0 }),
  type: OrNull(Type.Union([Type.Literal(0), Type.Literal(1)])),
});

export const PaymentState = Type.Object({
  orderId: Id,
  transactionId: Id,
  payMethod: Type.Unsafe<PayMethod>(Type.Enum([...payMethods])),
  state: Type.Enum(['waiting', 'paid', 'partially_cancelled', 'cancelled', 'revoked', 'expired']),
  amount: Positive,
  balance: Minor,
  requestedAt: Seconds,
  dueAt: OrNull(Seconds),
  paidAt: OrNull(Seconds),
  revokedAt: OrNull(Seconds),
  revocationId: OrNull(Id),
  approvalNumber: OrNull(Type.String()),
  receiptUrl: OrNull(Type.String()),
  card: OrNull(CardState),
  bankCode: OrNull(Type.String()),
  accountNumber: OrNull(Type.String()),
  accountHolder: OrNull(Type.String()),
  barcode: OrNull(Type.String()),
  depositorName: OrNull(Type.String()),
  cancels: Type.Array(CancelEntry),
  /** Of an escrow payment whose goods are on their way, or were. */
  shipping: OrNull(
    Type.Object({
      company: Type.String(),
      invoice: Type.String(),
      sentAt: Seconds,
      registeredAt: Seconds,
      status: Type.Enum([...escrowStatuses]),
    }),
  ),
});
export type PaymentState = Static<typeof PaymentState>;

const RevocationEntry = Type.Object({
  revocationId: Id,
  amount: Positive,
  balanceAfter: Minor,
  revokedAt: Seconds,
});
export type RevocationEntry = Static<typeof RevocationEntry>;

const ReceiptState = Type.Object({
  receiptId: Id,
  receiptOrderId: Id,
  approvalNumber: Type.String(),
  amount: Positive,
  balance: Minor,
  issuedAt: Seconds,
  revocations: Type.Array(RevocationEntry),
});
export type ReceiptState = Static<typeof ReceiptState>;

/** The answer to a call that is no operation. */
const ToldAnswer = Type.Object({ resultCode: Type.Literal('0000'), value: Type.Unknown() });
export const PointsValue = Type.Object({ points: Minor });
export const MemberValue = Type.Object({ memberId: MemberId, insertedAt: Seconds, updatedAt: Seconds });
const BillingKeyState = Type.Object({
  billingKey: BillingKey,
  orderId: Id,
  maskedNumber: Type.String(),
  code: OrNull(Type.String()),
  name: OrNull(Type.String()),
  issuedAt: Seconds,
  removedAt: OrNull(Seconds),
});
export type BillingKeyState = Static<typeof BillingKeyState>;

/** The answer to an operation that was carried out, or taken. `entryId` names its cancel or revocation. */
const DoneAnswer = Type.Object({
  resultCode: Type.Literal('0000'),
  entryId: OrNull(Id),
  payment: OrNull(PaymentState),
  receipt: OrNull(ReceiptState),
  billingKey: Type.Optional(OrNull(BillingKeyState)),
});
export type DoneAnswer = Static<typeof DoneAnswer>;

export const RefusalAnswer = Type.Object({ resultCode: Name(100), resultMessage: Type.String() });
export type RefusalAnswer = Static<typeof RefusalAnswer>;

const FoundAnswer = Type.Object({
  resultCode: Type.Literal('0000'),
  /** The first answer to the request, if it has ever come. */
  request: OrNull(Type.Union([DoneAnswer, RefusalAnswer])),
  payment: OrNull(PaymentState),
  receipt: OrNull(ReceiptState),
  billingKey: Type.Optional(OrNull(BillingKeyState)),
});
export type FoundAnswer = Static<typeof FoundAnswer>;

const doneReader = validatorOf(DoneAnswer);
const toldReader = validatorOf(ToldAnswer);
const refusalReader = validatorOf(RefusalAnswer);
const foundReader = validatorOf(FoundAnswer);

export function isDone(value: unknown): value is DoneAnswer {
  return doneReader.Check(value);
}

export function isTold(value: unknown): value is Static<typeof ToldAnswer> {
  return toldReader.Check(value);
}

export function isFound(value: unknown): value is FoundAnswer {
  return foundReader.Check(value);
}

export function isRefusal(value: unknown): value is RefusalAnswer {
  return refusalReader.Check(value) && value.resultCode !== '0000';
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
