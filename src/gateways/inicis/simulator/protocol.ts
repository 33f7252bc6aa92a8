import { timingSafeEqual } from 'node:crypto';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import {
  explainSignature,
  type SignatureCheck,
  type SignedInput,
  unknownMerchant,
} from '../../../simulators/signature-check.ts';
import { decryptField } from '../wire/encryption.ts';
import { type InicisErrorCode, inicisErrors, isInicisErrorCode } from '../wire/errors.ts';
import { v1Hash, v1HashFields, v2Hash } from '../wire/hash.ts';
import { memberText, withoutNeedlessEscapes } from './json.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class InicisRefusal extends Error {
  readonly code: string;
  /** When the payment was cancelled, in the refusal of a second cancel. */
  readonly cancelledAt: Date | null;
  constructor(code: InicisErrorCode, parts: { readonly message?: string; readonly cancelledAt?: Date | null } = {}) {
    super(parts.message ?? inicisErrors[code].message);
    this.name = 'InicisRefusal';
    this.code = code;
    this.cancelledAt = parts.cancelledAt ?? null;
  }
}

/** v1 answers what it understood; v2 the same, and `SUCCESS` to an inquiry. */
function failureAnswer(code: string, message: string, cancelledAt: Date | null = null): SimulatorAnswer {
  const digits = cancelledAt ? seoulDigits(cancelledAt) : '';
  const isDetailed = /^\d{3,}$|^\d\dC\d$/.test(code);
  return jsonAnswer(200, {
    resultCode: isDetailed ? '01' : code,
    resultMsg: message,
    cancelDate: digits.slice(0, 8),
    cancelTime: digits.slice(8),
    receiptInfo: '',
    cshrCancelNum: '',
    detailResultCode: isDetailed ? code : '',
  });
}

function refusalAnswer(code: InicisErrorCode): SimulatorAnswer {
  return failureAnswer(code, inicisErrors[code].message);
}

/** What the fault `reject` answers. */
export function answerOfFault(code: string, message: string | null): SimulatorAnswer {
  return failureAnswer(code, message ?? (isInicisErrorCode(code) ? inicisErrors[code].message : code));
}

/** At a wrong address INICIS answers no JSON but a page. */
export const wrongAddress: SimulatorAnswer = {
  status: 404,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<html><body>URL</body></html>',
};

export interface V1Request {
  readonly version: 'v1';
  readonly fields: Readonly<Record<string, string>>;
}
export interface V2Request {
  readonly version: 'v2';
  /** Those of the envelope and those of `data`, side by side. */
  readonly fields: Readonly<Record<string, string>>;
  /** The text of `data` as it stands in the body. */
  readonly data: string;
}
export type InicisRequest = V1Request | V2Request;

/** Which `type` and `paymethod` each address takes. */
const v1Addresses: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '/api/v1/refund': {
    Refund: ['Card', 'Acct', 'DirectBank', 'HPP', 'Vacct', 'GVacct', 'Receipt'],
    PartialRefund: ['Card', 'Acct', 'DirectBank', 'HPP', 'Vacct'],
  },
  '/api/v1/formpay': { Pay: ['Vacct'] },
  '/api/v1/billing': { Auth: ['Card'], Billing: ['Card', 'HPP'] },
  '/api/v1/receipt': { Issue: ['Receipt'] },
  '/api/v1/extra': { Extra: ['Inquiry'] },
};
const v2Addresses: Readonly<Record<string, string>> = {
  '/v2/pg/refund': 'refund',
  '/v2/pg/partialRefund': 'partialRefund',
  '/v2/pg/refund/vacct': 'refund',
  '/v2/pg/partialRefund/vacct': 'partialRefund',
  '/v2/pg/billing': 'billing',
  '/v2/pg/receipt': 'receipt',
  '/v2/pg/inquiry': 'inquiry',
};

const lengths = { mid: 10, tid: 40, originalTid: 40, moid: 40, oid: 40 } as const;

/** `undefined`: the body is not what the address takes. */
export function readRequest({ path, headers, body }: SimulatorRequest): InicisRequest | undefined {
  const contentType = headers['content-type'] ?? '';
  const text = body.toString('utf8');
  if (!path.startsWith('/v2/')) {
    if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return undefined;
    return { version: 'v1', fields: Object.fromEntries(new URLSearchParams(text)) };
  }
  if (!/^application\/json\b/i.test(contentType)) return undefined;
  const value = parseObject(text);
  const inner = parseObject(JSON.stringify(value?.data ?? null));
  const data = value && memberText(text, 'data');
  if (!value || !inner || data === undefined) return undefined;
  const { data: _data, ...envelope } = value;
  return { version: 'v2', data, fields: { ...textsOf(inner), ...textsOf(envelope) } };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(value: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' || typeof inner === 'number') texts[name] = String(inner);
  }
  return texts;
}

/**
 * First what every request must have, then its hash. Whom INICIS does not know has no key, so that no hash is right: the
 * answer to them is inferred.
 */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const isKnown = Object.hasOwn(v1Addresses, request.path) || Object.hasOwn(v2Addresses, request.path);
  if (!isKnown || request.method !== 'POST') return wrongAddress;
  const read = readRequest(request);
  if (!read || !isWellFormed(request.path, read)) return refusalAnswer('ERR012');
  const merchant = merchantByMid(book, read.fields.mid ?? '');
  const iniapiKey = merchant?.credentials.iniapiKey;
  if (!merchant || !iniapiKey)
    return { ...refusalAnswer('ERR205'), why: unknownMerchant('mid', read.fields.mid ?? '') };
  if (isHashed(read, iniapiKey)) return merchant;
  return { ...refusalAnswer('ERR205'), why: explainSignature(book, merchant.mid, hashCheck(read, iniapiKey)) };
}

function isWellFormed(path: string, { version, fields }: InicisRequest): boolean {
  const { type = '', paymethod = '', timestamp = '', clientIp = '', mid = '' } = fields;
  const isOffered =
    version === 'v1'
      ? Object.hasOwn(v1Addresses[path] ?? {}, type) && v1Addresses[path]?.[type]?.includes(paymethod)
      : v2Addresses[path] === type && (type !== 'billing' || paymethod === 'Card' || paymethod === 'HPP');
  const isInLength = Object.entries(lengths).every(([name, max]) => Buffer.byteLength(fields[name] ?? '') <= max);
  const hasTime = timestamp.length === 14 && readSeoulDigits(timestamp) !== undefined;
  return Boolean(isOffered) && isInLength && hasTime && clientIp !== '' && mid !== '';
}

function isHashed(read: InicisRequest, iniapiKey: string): boolean {
  const { hashData = '', type = '', paymethod = '' } = read.fields;
  if (read.version === 'v1') {
    const names = v1HashFields(type, paymethod);
    return names !== undefined && isSame(hashData, v1Hash(iniapiKey, names, read.fields));
  }
  const { mid = '', timestamp = '' } = read.fields;
  return hashedTextsOf(read.data).some((data) => isSame(hashData, v2Hash(iniapiKey, { mid, type, timestamp }, data)));
}

/**
 * The text of `data` as it is sent, and what public clients hash in its place: PHP's of INICIS without the escapes of slashes,
 * Java's and Node's without any backslash, and a shop's in PHP without the escapes of letters, which its library makes of the
 * body only when it sends it.
 */
function hashedTextsOf(data: string): readonly string[] {
  return [data, data.replaceAll('\\/', '/'), data.replaceAll('\\', ''), withoutNeedlessEscapes(data)];
}

/** Encrypted fields, and keys that charge a card. */
const hiddenFields: ReadonlySet<string> = new Set([
  'refundAcctNum',
  'regNum',
  'cardNumber',
  'cardExpire',
  'regNo',
  'cardPw',
  'billKey',
]);

/** How the hash is made, for the log. */
function hashCheck(read: InicisRequest, iniapiKey: string): SignatureCheck {
  const { hashData = '', type = '', paymethod = '', timestamp = '', mid = '', tid, originalTid } = read.fields;
  const key: SignedInput = { name: 'INIAPI key', value: iniapiKey, shown: 'secret' };
  const fits = (values: readonly string[], hash: string) => isSame(hash, v1Hash('', ['all'], { all: values.join('') }));
  const about = tid ?? originalTid;
  if (read.version === 'v1') {
    const inputs = (v1HashFields(type, paymethod) ?? []).map((name): SignedInput => {
      const value = read.fields[name] ?? '';
      return hiddenFields.has(name) ? { name, value, shown: 'hidden' } : { name, value };
    });
    const alsoSent = Object.fromEntries(Object.entries(read.fields).filter(([name]) => !hiddenFields.has(name)));
    return { name: 'hashData', given: hashData, inputs: [key, ...inputs], fits, about, alsoSent };
  }
  const value = read.data.replaceAll('\\/', '/');
  const rewritten = JSON.stringify(parseObject(read.data) ?? {});
  const alternatives = [
    { what: 'written without white space', value: rewritten },
    { what: 'with its slashes escaped', value: rewritten.replaceAll('/', '\\/') },
    {
      what: 'with white space, as a formatter writes it',
      value: JSON.stringify(parseObject(read.data) ?? {}, null, 2),
    },
  ];
  const data: SignedInput = { name: 'data', value, shown: 'hidden', alternatives };
  const envelope = [
    { name: 'mid', value: mid },
    { name: 'type', value: type },
    { name: 'timestamp', value: timestamp },
  ];
  return { name: 'hashData', given: hashData, inputs: [key, ...envelope, data], fits, about };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Readers of the fields of a request that has been let in: what is not of the stated form is ERR012. */
export interface RequestFields {
  readonly version: 'v1' | 'v2';
  text(name: string, bytesMax: number): string;
  optionalText(name: string, bytesMax: number): string;
  /** More than nothing, without separators or leading zeros. */
  amount(name: string): bigint;
  /** Zero and more. */
  balance(name: string): bigint;
  /** Zero and more, under the first of the names that is there; absent: 0. */
  amountOrZero(...names: readonly string[]): bigint;
  /** What every charge and registration has of the buyer; empty: ER0102. */
  required(name: string, bytesMax: number): string;
  /** An [ENC] field that holds digits. */
  encryptedDigits(name: string): string;
  /** The same, which may be left out: `''`. */
  optionalEncryptedDigits(name: string): string;
}

export function fieldsOf({ request, caller }: SimulatorContext): RequestFields {
  const read = readRequest(request);
  if (!read) throw new InicisRefusal('ERR012');
  const { fields, version } = read;
  const optionalText = (name: string, bytesMax: number): string => {
    const found = fields[name] ?? '';
    if (Buffer.byteLength(found) > bytesMax) throw new InicisRefusal('ERR012');
    return found;
  };
  const text = (name: string, bytesMax: number): string => {
    const found = optionalText(name, bytesMax);
    if (found === '') throw new InicisRefusal('ERR012');
    return found;
  };
  const matching = (found: string, pattern: RegExp): string => {
    if (!pattern.test(found)) throw new InicisRefusal('ERR012');
    return found;
  };
  const digitsOf = (encrypted: string): string => {
    const { iniapiKey = '', iniapiIv = '' } = caller.credentials;
    return matching(decryptField(encrypted, { iniapiKey, iniapiIv }) ?? '', /^\d{1,20}$/);
  };
  return {
    version,
    text,
    optionalText,
    amount: (name) => BigInt(matching(text(name, 12), /^[1-9]\d*$/)),
    balance: (name) => BigInt(matching(text(name, 12), /^(0|[1-9]\d*)$/)),
    amountOrZero(...names) {
      const given = names.map((name) => optionalText(name, 12)).find((found) => found !== '') ?? '0';
      return BigInt(matching(given, /^(0|[1-9]\d*)$/));
    },
    required(name, bytesMax) {
      const found = optionalText(name, bytesMax);
      if (found === '') throw new InicisRefusal('ER0102');
      return found;
    },
    encryptedDigits: (name) => digitsOf(text(name, 200)),
    optionalEncryptedDigits: (name) => (optionalText(name, 200) === '' ? '' : digitsOf(text(name, 200))),
  };
}

/** Refusals of a handler become answers; everything else is a defect of the simulator. */
export function inicisOperation(
  work: (context: SimulatorContext) => Readonly<Record<string, unknown>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      return jsonAnswer(
        200,
        context.book.undoable(() => work(context)),
      );
    } catch (error) {
      if (error instanceof InicisRefusal) return failureAnswer(error.code, error.message, error.cancelledAt);
      throw error;
    }
  };
}
