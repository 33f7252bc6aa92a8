import { timingSafeEqual } from 'node:crypto';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { jsonAmount } from '../../../simulators/json-amount.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { explainSignature, type SignedInput, unknownMerchant } from '../../../simulators/signature-check.ts';
import { type KiccErrorCode, knownError } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { messageAuthentication } from '../wire/signature.ts';
import { hasForbiddenCharacter } from '../wire/text.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class KiccRefusal extends Error {
  readonly code: KiccErrorCode;
  constructor(code: KiccErrorCode) {
    super(code);
    this.name = 'KiccRefusal';
    this.code = code;
  }
}

export function failure(code: string, message: string | null = null): { resCd: string; resMsg: string } {
  return { resCd: code, resMsg: message ?? knownError(code)?.message ?? code };
}

export function failureAnswer(code: string, message: string | null = null): SimulatorAnswer {
  return jsonAnswer(200, failure(code, message));
}

/**
 * Who calls, by the merchant's id. Only changes of a transaction are signed; for cash receipts and for the status query
 * KICC documents no signature.
 */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const fields = fieldsOf(request);
  const merchant = merchantByMid(book, textOf(fields, 'mallId'));
  if (!merchant) {
    return { ...failureAnswer('Z101'), why: unknownMerchant('mallId', textOf(fields, 'mallId')) };
  }
  if (request.path !== paths.revise) return merchant;
  const inputs: readonly SignedInput[] = [
    { name: 'secretKey', value: merchant.credentials.secretKey ?? '', shown: 'secret' },
    ...['pgCno', 'shopTransactionId'].map((name) => ({ name, value: textOf(fields, name) })),
  ];
  const fits = ([key = '', pgCno = '', shopTransactionId = '']: readonly string[], signature: string): boolean => {
    const [given, expected] = [signature, messageAuthentication(key, pgCno, shopTransactionId)].map((each) =>
      Buffer.from(each),
    );
    return given?.length === expected?.length && timingSafeEqual(given ?? Buffer.of(), expected ?? Buffer.of());
  };
  const given = textOf(fields, 'msgAuthValue');
  const values = inputs.map(({ value }) => value);
  if (fits(values, given)) return merchant;
  const check = { name: 'msgAuthValue', given, inputs, fits };
  return { ...failureAnswer('Z102'), why: explainSignature(book, merchant.mid, check) };
}

/** The fields of a request; those of a cash receipt are one level down. */
export function fieldsOf({ path, body }: SimulatorRequest): Readonly<Record<string, unknown>> {
  const value = readObject(body);
  const inner = path === paths.receipt ? value.directCashReceiptnfo : value;
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
}

function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof found === 'string' ? found : '';
}

/** Readers of a request: what is not of the stated form is refused. */
export interface KiccBody {
  text(name: string, bytesMax: number, pattern?: RegExp): string;
  optionalText(name: string, bytesMax: number, pattern?: RegExp): string | null;
  /** A whole number, or its digits: KICC's documents say Number, and public clients send texts as well. */
  amount(name: string): bigint;
  optionalAmount(name: string): bigint | null;
  object(name: string): KiccBody | null;
}

export function bodyOf({ request }: SimulatorContext): KiccBody {
  return readerOf(fieldsOf(request));
}

function readerOf(fields: Readonly<Record<string, unknown>>): KiccBody {
  const field = (name: string): unknown => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null);
  const optionalText = (name: string, bytesMax: number, pattern?: RegExp): string | null => {
    const found = field(name);
    if (found === null) return null;
    const isFit = typeof found === 'string' && Buffer.byteLength(found) <= bytesMax && (pattern?.test(found) ?? true);
    if (!isFit) throw new KiccRefusal('Z104');
    if (hasForbiddenCharacter(found)) throw new KiccRefusal('Z105');
    return found;
  };
  const optionalAmount = (name: string): bigint | null => {
    const found = field(name);
    if (found === null) return null;
    const amount = jsonAmount(found);
    if (amount === undefined) throw new KiccRefusal('Z104');
    return amount;
  };
  const required = <T>(found: T | null): T => {
    if (found === null || found === '') throw new KiccRefusal('Z104');
    return found;
  };
  return {
    text: (name, bytesMax, pattern) => required(optionalText(name, bytesMax, pattern)),
    optionalText,
    amount: (name) => required(optionalAmount(name)),
    optionalAmount,
    object(name) {
      const found = field(name);
      if (found === null) return null;
      if (typeof found !== 'object' || Array.isArray(found)) throw new KiccRefusal('Z104');
      return readerOf(found as Record<string, unknown>);
    },
  };
}
