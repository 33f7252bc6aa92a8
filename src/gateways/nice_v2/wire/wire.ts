import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { isSameSignature, niceSignature } from '../../nice/wire/signature.ts';

/**
 * NICE's answers, read strictly; only the fields that we rely on are named, and others are let through. Source:
 * nicepayments/nicepay-manual (api/cancel.md, api/status-transaction.md, api/payment-receipt.md, api/hook.md). Amounts are
 * integers; digits as text are taken, too. A time that is not there is the text `0`.
 */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Union([
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.String({ pattern: '^[0-9]{1,12}$' }),
]);
const Tid = Type.String({ minLength: 1, maxLength: 64 });
const OrderId = Type.String({ minLength: 1, maxLength: 64 });

const CancelEntry = Type.Object({
  tid: Tid,
  amount: Amount,
  cancelledAt: Type.String(),
  reason: Nullish(Type.String()),
  receiptUrl: Nullish(Type.String()),
});
export type NiceCancelEntry = Static<typeof CancelEntry>;

/** A payment: the answer to a cancel and to a lookup, and what a webhook carries. */
const PaymentMessage = Type.Object({
  resultCode: Type.String(),
  resultMsg: Nullish(Type.String()),
  tid: Tid,
  cancelledTid: Nullish(Type.String()),
  orderId: OrderId,
  ediDate: Type.String(),
  signature: Nullish(Type.String()),
  status: Type.Enum(['paid', 'ready', 'failed', 'cancelled', 'partialCancelled', 'expired']),
  paidAt: Nullish(Type.String()),
  cancelledAt: Nullish(Type.String()),
  payMethod: Type.String(),
  amount: Amount,
  balanceAmt: Amount,
  approveNo: Nullish(Type.String()),
  receiptUrl: Nullish(Type.String()),
  card: Nullish(
    Type.Object({
      cardCode: Nullish(Type.String()),
      cardNum: Nullish(Type.String()),
      cardQuota: Nullish(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]{1,2}$' })])),
      cardType: Nullish(Type.String()),
      acquCardCode: Nullish(Type.String()),
    }),
  ),
  bank: Nullish(Type.Object({ bankCode: Nullish(Type.String()) })),
  vbank: Nullish(
    Type.Object({
      vbankCode: Type.String(),
      vbankNumber: Type.String({ pattern: '^[0-9-]{1,30}$' }),
      vbankExpDate: Type.String(),
      vbankHolder: Nullish(Type.String()),
    }),
  ),
  cancels: Nullish(Type.Array(CancelEntry)),
});
export type NicePayment = Static<typeof PaymentMessage>;

/** Of an issue of a cash receipt (`approvedAt`), and of a cancel or a lookup of one (amounts, `cancelledAt`). */
const ReceiptMessage = Type.Object({
  resultCode: Type.String(),
  resultMsg: Nullish(Type.String()),
  tid: Tid,
  orderId: OrderId,
  ediDate: Type.String(),
  signature: Type.String(),
  approvedAt: Nullish(Type.String()),
  approveNo: Nullish(Type.String()),
  cancelAmt: Nullish(Amount),
  balanceAmt: Nullish(Amount),
  cancelledAt: Nullish(Type.String()),
});
export type NiceReceipt = Static<typeof ReceiptMessage>;

const ResultMessage = Type.Object({ resultCode: Type.String({ minLength: 1 }), resultMsg: Nullish(Type.String()) });
export type NiceResult = Static<typeof ResultMessage>;

const payment = validatorOf(PaymentMessage);
const receipt = validatorOf(ReceiptMessage);
const result = validatorOf(ResultMessage);

export function readResult(text: string): NiceResult | undefined {
  const value = readJson(text);
  return result.Check(value) ? value : undefined;
}

/** Only with the signature of someone who knows the merchant's secret key: TID, amount, date, key. */
export function readPayment(text: string, secretKey: string): NicePayment | undefined {
  const value = readPaymentMessage(text);
  return value && isSignedPayment(value, secretKey) ? value : undefined;
}

export function readPaymentMessage(text: string): NicePayment | undefined {
  const value = readJson(text);
  return payment.Check(value) ? value : undefined;
}

export function isSignedPayment({ tid, amount, ediDate, signature }: NicePayment, secretKey: string): boolean {
  return isSameSignature(signature?.toLowerCase(), niceSignature(tid, String(amount), ediDate, secretKey));
}

/** A cash receipt is signed over TID, order id, date, key. */
export function readReceipt(text: string, secretKey: string): NiceReceipt | undefined {
  const value = readJson(text);
  if (!receipt.Check(value)) return undefined;
  const expected = niceSignature(value.tid, value.orderId, value.ediDate, secretKey);
  return isSameSignature(value.signature.toLowerCase(), expected) ? value : undefined;
}

export function amountOf(value: number | string): bigint {
  return BigInt(value);
}

/** Also an inner code of NICE's; its table says that both mean success. */
export function isSuccess(resultCode: string): boolean {
  return resultCode === '0000' || resultCode === '2001' || resultCode === '2211';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
