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
  if (typeField === undefined) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
  const fields = readObject(request);
  const merchant = merchantByMid(book, textOf(fields, 'site_cd'));
  if (!merchant) return refusalAnswer(unknownCaller);
  const certificate = merchant.credentials.certificate ?? '';
  if (textOf(fields, 'kcp_cert_info') !== certificateLine(certificate)) return refusalAnswer(unknownCaller);
  const text = signedText(merchant.mid, textOf(fields, 'tno'), textOf(fields, typeField));
  const signature = Buffer.from(textOf(fields, 'kcp_sign_data'), 'base64');
  const { publicKey } = new X509Certificate(certificate);
  return verify('RSA-SHA256', Buffer.from(text), publicKey, signature) ? merchant : refusalAnswer(unknownCaller);
}

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

/** Readers of the body: what is not of the stated form is refused with the given code. */
export interface KcpBody {
  text(name: string, pattern: RegExp): string;
  /** Absent: the empty text. */
  optionalText(name: string, bytesMax: number): string;
  /** Digits, at most twelve. */
  amount(name: string, code: KcpErrorCode): bigint;
  has(name: string): boolean;
}

export function bodyOf({ request }: SimulatorContext): KcpBody {
  const fields = readObject(request);
  return {
    text(name, pattern) {
      const found = fields[name];
      if (typeof found !== 'string' || !pattern.test(found)) throw new KcpRefusal(malformed);
      return found;
    },
    optionalText(name, bytesMax) {
      const found = fields[name] ?? '';
      if (typeof found !== 'string' || Buffer.byteLength(found) > bytesMax) throw new KcpRefusal(malformed);
      return found;
    },
    amount(name, code) {
      const found = fields[name];
      if (typeof found !== 'string' || !/^\d{1,12}$/.test(found)) throw new KcpRefusal(code);
      return BigInt(found);
    },
    has: (name) => Object.hasOwn(fields, name),
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
  return typeof found === 'string' ? found : '';
}
