import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { readTossBank, tossCodes } from './codes.ts';

/**
 * Toss's answers, read strictly: an answer that is not of this form says nothing certain. Only the fields that we rely
 * on are named; Toss adds others, and those are let through. Source: the OpenAPI transcription of version 2022-11-16
 * (kms0219kms/tosspayments-api-spec), which gives two of the amounts as text: both forms are taken.
 *
 * Which fields there are goes by the version of the merchant's key. Until 2022-07-27, the one that i'mport fixes, a bank is a
 * name in `bank`, and a card company one in `company`; in 1.4, which i'mport has for key-in MIDs, the cancellations of the
 * examples have no key, and the receipt's address stands in `card`. So every one of these may be missing.
 */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Union([
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.String({ pattern: '^[0-9]{1,15}$' }),
]);
const Key = Type.String({ minLength: 1, maxLength: 200 });

const TossCancelEntry = Type.Object({
  cancelAmount: Amount,
  cancelReason: Nullish(Type.String()),
  refundableAmount: Nullish(Amount),
  canceledAt: Type.String(),
  transactionKey: Nullish(Key),
  receiptKey: Nullish(Type.String()),
  cancelStatus: Nullish(Type.String()),
});
export type TossCancelEntry = Static<typeof TossCancelEntry>;

/** One of the two, by version. */
const bankFields = { bankCode: Nullish(Type.String()), bank: Nullish(Type.String()) } as const;

const TossPaymentMessage = Type.Object({
  paymentKey: Key,
  orderId: Type.String({ minLength: 1 }),
  method: Nullish(Type.String()),
  status: Type.Enum([
    'READY',
    'IN_PROGRESS',
    'WAITING_FOR_DEPOSIT',
    'DONE',
    'CANCELED',
    'PARTIAL_CANCELED',
    'ABORTED',
    'EXPIRED',
  ]),
  totalAmount: Amount,
  balanceAmount: Amount,
  requestedAt: Type.String(),
  approvedAt: Nullish(Type.String()),
  cancels: Nullish(Type.Array(TossCancelEntry)),
  secret: Nullish(Type.String()),
  receipt: Nullish(Type.Object({ url: Nullish(Type.String()) })),
  card: Nullish(
    Type.Object({
      issuerCode: Nullish(Type.String()),
      acquirerCode: Nullish(Type.String()),
      company: Nullish(Type.String()),
      receiptUrl: Nullish(Type.String()),
      number: Nullish(Type.String()),
      installmentPlanMonths: Nullish(Type.Integer({ minimum: 0 })),
      approveNo: Nullish(Type.String()),
      cardType: Nullish(Type.String()),
    }),
  ),
  virtualAccount: Nullish(
    Type.Object({
      // An X in front: an account of a test key, which takes no money.
      accountNumber: Type.String({ pattern: '^X?[0-9-]{1,30}$' }),
      ...bankFields,
      customerName: Nullish(Type.String()),
      depositorName: Nullish(Type.String()),
      dueDate: Type.String(),
      refundStatus: Nullish(Type.String()),
    }),
  ),
  transfer: Nullish(Type.Object(bankFields)),
  giftCertificate: Nullish(Type.Object({ approveNo: Nullish(Type.String()) })),
});
export type TossPayment = Static<typeof TossPaymentMessage>;

const TossReceiptMessage = Type.Object({
  receiptKey: Key,
  issueNumber: Nullish(Type.String()),
  issueStatus: Type.Enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
  amount: Amount,
  orderId: Type.String(),
  transactionType: Type.Enum(['CONFIRM', 'CANCEL']),
  requestedAt: Type.String(),
  receiptUrl: Nullish(Type.String()),
  failure: Nullish(Type.Object({ code: Type.String(), message: Type.String() })),
});
export type TossReceipt = Static<typeof TossReceiptMessage>;

/** The list's form (`hasNext`, `lastCursor`, `data`) is general knowledge of Toss's paging, not read in a source. */
const TossReceiptList = Type.Object({
  hasNext: Type.Boolean(),
  lastCursor: Nullish(Type.Integer()),
  data: Type.Array(TossReceiptMessage),
});
export type TossReceiptList = Static<typeof TossReceiptList>;

const TossBillingMessage = Type.Object({
  billingKey: Type.String({ minLength: 1, maxLength: 400 }),
  customerKey: Type.String({ minLength: 1 }),
  authenticatedAt: Type.String(),
  cardCompany: Nullish(Type.String()),
  card: Nullish(
    Type.Object({
      issuerCode: Nullish(Type.String()),
      acquirerCode: Nullish(Type.String()),
      cardType: Nullish(Type.String()),
    }),
  ),
});
export type TossBilling = Static<typeof TossBillingMessage>;

const TossErrorMessage = Type.Object({ code: Type.String({ minLength: 1 }), message: Type.String() });
export type TossErrorMessage = Static<typeof TossErrorMessage>;

const payment = validatorOf(TossPaymentMessage);
const billing = validatorOf(TossBillingMessage);
const receipt = validatorOf(TossReceiptMessage);
const receiptList = validatorOf(TossReceiptList);
const error = validatorOf(TossErrorMessage);

export function readPayment(text: string): TossPayment | undefined {
  const value = readJson(text);
  return payment.Check(value) ? value : undefined;
}

export function readBilling(text: string): TossBilling | undefined {
  const value = readJson(text);
  return billing.Check(value) ? value : undefined;
}

/** KFTC's code of the bank that an answer names. */
export function kftcBankOf(named: {
  readonly bankCode?: string | null;
  readonly bank?: string | null;
}): string | undefined {
  const own = readTossBank(named.bankCode ?? named.bank ?? '');
  return own === undefined ? undefined : tossCodes.kftcBankCode(own);
}

/**
 * What a cancellation is known by: its transaction key, or where the version gives none, the payment and what the cancellation
 * left of it, which no other cancellation of the payment does. `undefined`: neither is told.
 */
export function cancelKeyOf(payment: TossPayment, entry: TossCancelEntry): string | undefined {
  if (entry.transactionKey) return entry.transactionKey;
  return entry.refundableAmount == null ? undefined : `${payment.paymentKey}:${amountOf(entry.refundableAmount)}`;
}

export function readReceipt(text: string): TossReceipt | undefined {
  const value = readJson(text);
  return receipt.Check(value) ? value : undefined;
}

export function readReceiptList(text: string): TossReceiptList | undefined {
  const value = readJson(text);
  return receiptList.Check(value) ? value : undefined;
}

/** Also the form of versions from 2024-06-01 on, which put it below `error` (general knowledge). */
export function readError(text: string): TossErrorMessage | undefined {
  const value = readJson(text);
  if (error.Check(value)) return value;
  const inner = (value as { error?: unknown } | null | undefined)?.error;
  return error.Check(inner) ? inner : undefined;
}

export function amountOf(value: number | string): bigint {
  return BigInt(value);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
