import { createHmac, timingSafeEqual } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { RefusalCategory } from '../gateway.ts';

/**
 * The stand-in for Galaxia's protocol of convenience-store barcodes, which is not public: JSON over HTTP, signed. None
 * of it is Galaxia's, except that 0000 is its code for success. Both sides of it live in this folder.
 */
export const standInPaths = {
  issue: '/stand-in/barcodes/issue',
  revoke: '/stand-in/barcodes/revoke',
  inquire: '/stand-in/barcodes/inquire',
} as const;

export const signatureHeader = 'x-stand-in-signature';

/** HMAC-SHA256 over the path and the body, in hexadecimal. */
export function sign(secretKey: string, path: string, body: string | Buffer): string {
  return createHmac('sha256', secretKey).update(`${path}\n`).update(body).digest('hex');
}

export function isSigned(secretKey: string, path: string, body: Buffer, signature: string): boolean {
  const expected = Buffer.from(sign(secretKey, path, body));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const Id = Type.String({ minLength: 1, maxLength: 64 });
export const IssueMessage = Compile(
  Type.Object({
    mid: Id,
    /** Our idempotency key: a repeat gets the first answer. */
    requestId: Id,
    orderId: Id,
    orderName: Type.String({ minLength: 1, maxLength: 300 }),
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    barcode: Type.Union([Type.String({ pattern: '^[0-9A-Za-z-]{4,40}$' }), Type.Null()]),
    /** Seconds since 1970. */
    expiresAt: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  }),
);
export const RevokeMessage = Compile(
  Type.Object({ mid: Id, requestId: Id, orderId: Id, reason: Type.String({ maxLength: 300 }) }),
);
export const InquireMessage = Compile(Type.Object({ mid: Id, orderId: Id }));

const BarcodeState = Type.Object({
  resultCode: Type.Literal('0000'),
  orderId: Id,
  transactionId: Id,
  barcode: Id,
  amount: Type.Integer({ minimum: 1 }),
  state: Type.Enum(['waiting', 'paid', 'revoked', 'expired']),
  issuedAt: Type.Integer({ minimum: 0 }),
  expiresAt: Type.Integer({ minimum: 0 }),
  paidAt: Type.Union([Type.Integer(), Type.Null()]),
  revokedAt: Type.Union([Type.Integer(), Type.Null()]),
  revocationId: Type.Union([Id, Type.Null()]),
});
export type BarcodeState = Static<typeof BarcodeState>;
const stateReader = Compile(BarcodeState);
const refusalReader = Compile(Type.Object({ resultCode: Type.String({ minLength: 1 }), resultMessage: Type.String() }));

/** The stand-in's codes; the texts are ours. */
export const standInCodes = {
  S101: { message: '이미 사용된 주문번호입니다.', category: 'other' },
  S102: { message: '이미 사용 중인 수납번호입니다.', category: 'other' },
  S103: { message: '수납 기한이 올바르지 않습니다.', category: 'other' },
  S201: { message: '이미 말소된 수납번호입니다.', category: 'already_cancelled' },
  S202: { message: '이미 수납된 결제입니다.', category: 'other' },
  S203: { message: '수납 기한이 지난 수납번호입니다.', category: 'window_passed' },
  S404: { message: '존재하지 않는 주문번호입니다.', category: 'unknown_transaction' },
  S400: { message: '요청 전문이 올바르지 않습니다.', category: 'other' },
  S401: { message: '서명이 올바르지 않습니다.', category: 'bad_credentials' },
  S503: { message: '일시적으로 처리할 수 없습니다.', category: 'temporarily_unavailable' },
} as const satisfies Readonly<Record<string, { message: string; category: RefusalCategory }>>;
export type StandInCode = keyof typeof standInCodes;

export function categoryOf(code: string): RefusalCategory {
  return Object.hasOwn(standInCodes, code) ? standInCodes[code as StandInCode].category : 'other';
}

export function readAnswer(
  text: string,
): { kind: 'state'; state: BarcodeState } | { kind: 'refusal'; code: string; message: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (stateReader.Check(value)) return { kind: 'state', state: value };
  if (!refusalReader.Check(value) || value.resultCode === '0000') return undefined;
  return { kind: 'refusal', code: value.resultCode, message: value.resultMessage };
}
