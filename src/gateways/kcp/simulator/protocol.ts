import { verify, X509Certificate } from 'node:crypto';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { explainSignature, unknownMerchant } from '../../../simulators/signature-check.ts';
import { payTypes } from '../wire/codes.ts';
import { isKcpErrorCode, type KcpErrorCode, kcpErrors } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { certificateLine, signedText } from '../wire/signature.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class KcpRefusal extends Error {
  readonly code: KcpErrorCode;
  constructor(code: KcpErrorCode) {
    super(code);
    this.name = 'KcpRefusal';
    this.code = code;
  }
}

/** KCP answers HTTP 200 to refusals too. */
export function refusalAnswer(code: string, message: string | null = null): SimulatorAnswer {
  const text = message ?? (isKcpErrorCode(code) ? kcpErrors[code].message : code);
  return jsonAnswer(200, { res_cd: code, res_msg: text, res_en_msg: `refused (${code})` });
}

/** A transaction that KCP does not have; also for an inquiry, and for a full cancellation (inferred). */
export const unknownTransaction: KcpErrorCode = '8030';
/** What KCP says when it does not take cancellations from the caller; also for a wrong signature (inferred). */
const unknownCaller: KcpErrorCode = '8012';
/** For a field that is missing or malformed and has no code of its own (inferred). */
const malformed: KcpErrorCode = '8134';

/** The certificate must be the merchant's, and the signature made with its key, over who asks what of which transaction. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const typeField = typeFields[request.path];
  const isSigned = request.path !== paths.payment;
  if (typeField === undefined && isSigned)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
  const fields = readObject(request);
  const merchant = merchantByMid(book, textOf(fields, 'site_cd'));
  if (!merchant) return unknownCallerAnswer(unknownMerchant('site_cd', textOf(fields, 'site_cd')));
  const certificate = merchant.credentials.certificate ?? '';
  const sentCertificate = textOf(fields, 'kcp_cert_info');
  if (sentCertificate !== certificateLine(certificate)) {
    const isSame = sentCertificate.replace(/[\s\\]|(?<=\\)n/g, '') === certificate.replace(/\s/g, '');
    const how = isSame ? 'in another form: it goes in one line, without line breaks' : 'another one';
    return unknownCallerAnswer(`kcp_cert_info is not the certificate of ${merchant.mid}, but ${how}`);
  }
  // Payments are not signed: whoever has the certificate may make them.
  if (typeField === undefined) return merchant;
  const { publicKey } = new X509Certificate(certificate);
  const names = ['site_cd', 'tno', typeField] as const;
  const fits = ([mid = '', tno = '', type = '']: readonly string[], signature: string) =>
    verify('RSA-SHA256', Buffer.from(signedText(mid, tno, type)), publicKey, Buffer.from(signature, 'base64'));
  const values = [merchant.mid, textOf(fields, 'tno'), textOf(fields, typeField)];
  const given = textOf(fields, 'kcp_sign_data');
  if (fits(values, given)) return merchant;
  const inputs = names.map((name, at) => ({
    name,
    value: values[at] ?? '',
    ...(name === typeField && { alternatives: knownTypes.map((value) => ({ what: 'another kind', value })) }),
  }));
  return unknownCallerAnswer(explainSignature(book, merchant.mid, { name: 'kcp_sign_data', given, inputs, fits }));
}

function unknownCallerAnswer(why: string): SimulatorAnswer {
  return { ...refusalAnswer(unknownCaller), why };
}

/** Both fields' values: a signature is often made for the other kind of cancel, or for the other call. */
const knownTypes: readonly string[] = ['STSC', 'STPC', ...Object.values(payTypes)];
const typeFields: Readonly<Record<string, string>> = { [paths.cancel]: 'mod_type', [paths.inquiry]: 'pay_type' };

export function kcpOperation(
  work: (context: SimulatorContext) => Readonly<Record<string, string>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      const fields = context.book.undoable(() => work(context));
      return jsonAnswer(200, { res_cd: '0000', res_msg: '정상처리', res_en_msg: 'processing completed', ...fields });
    } catch (error) {
      if (error instanceof KcpRefusal) return refusalAnswer(error.code);
      throw error;
    }
  };
}

/**
 * Readers of the body: what is not of the stated form is refused with the given code. KCP's own examples have amounts as texts;
 * public clients send them as numbers, too, and are taken.
 */
export interface KcpBody {
  text(name: string, pattern: RegExp): string;
  /** Absent: the empty text. */
  optionalText(name: string, isFit: (text: string) => boolean): string;
  /** Digits, at most twelve. */
  amount(name: string, code: KcpErrorCode): bigint;
  has(name: string): boolean;
  is(name: string, value: string): boolean;
  /** The order number, which every payment has. */
  order(): string;
  orderOrNull(): string | null;
}

export function bodyOf({ request }: SimulatorContext): KcpBody {
  const fields = readObject(request);
  const orderOrNull = (): string | null => {
    const found = textOf(fields, 'ordr_idxx');
    return /^[\x21-\x7e]{1,40}$/.test(found) ? found : null;
  };
  return {
    text(name, pattern) {
      const found = textOf(fields, name);
      if (!pattern.test(found)) throw new KcpRefusal(malformed);
      return found;
    },
    optionalText(name, isFit) {
      const found = fields[name] ?? '';
      if (typeof found !== 'string' || !isFit(found)) throw new KcpRefusal(malformed);
      return found;
    },
    amount(name, code) {
      const found = textOf(fields, name);
      if (!/^\d{1,12}$/.test(found)) throw new KcpRefusal(code);
      return BigInt(found);
    },
    has: (name) => Object.hasOwn(fields, name),
    is: (name, value) => textOf(fields, name) === value,
    order() {
      const found = orderOrNull();
      if (found === null) throw new KcpRefusal('SM01');
      return found;
    },
    orderOrNull,
  };
}

function readObject(request: SimulatorRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof found === 'number') return Number.isSafeInteger(found) ? String(found) : '';
  return typeof found === 'string' ? found : '';
}
