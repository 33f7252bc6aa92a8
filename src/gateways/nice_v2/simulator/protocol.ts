import { encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { jsonAmount } from '../../../simulators/json-amount.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { explainSignature, type SignatureCheck, unknownKey } from '../../../simulators/signature-check.ts';
import { isSameSignature, niceSignature } from '../../nice/wire/signature.ts';
import { type NiceV2ErrorCode, niceV2Errors } from '../wire/errors.ts';

/** Thrown by a handler; what the handler wrote before is taken back. The fillings replace the places in NICE's text. */
export class NiceV2Refusal extends Error {
  readonly code: NiceV2ErrorCode;
  /** For the log. */
  why: string | undefined;
  constructor(code: NiceV2ErrorCode, ...fillings: readonly (string | number)[]) {
    const rest = [...fillings];
    super(niceV2Errors[code].message.replace(/\{\w*\}/g, (place) => String(rest.shift() ?? place)));
    this.name = 'NiceV2Refusal';
    this.code = code;
  }
}

export function refusalAnswer({ code, message }: { code: string; message: string }, status = 200): SimulatorAnswer {
  return jsonAnswer(status, { resultCode: code, resultMsg: message });
}

/** Basic authentication: client key and secret key. Tokens (`Bearer`) are not taken here. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const refuse = (code: NiceV2ErrorCode) => refusalAnswer(new NiceV2Refusal(code), 401);
  const header = request.headers.authorization ?? '';
  if (/^Bearer /i.test(header)) return refuse('U305');
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  const [clientKey, secretKey] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (!clientKey || !secretKey) {
    return { ...refuse('U304'), why: 'there is no Basic authentication of a client key and a secret key' };
  }
  const merchant = merchantByCredential(book, 'clientKey', clientKey);
  if (!merchant) return { ...refuse('U116'), why: unknownKey(book, 'clientKey', 'client key', clientKey) };
  if (isSameSignature(secretKey, merchant.credentials.secretKey ?? '')) return merchant;
  return { ...refuse('U104'), why: `the secret key is not that of ${merchant.mid}, whose client key was sent` };
}

/** Readers of a request's fields, of a JSON body or a query; what is not of the stated form is refused in NICE's codes. */
export interface NiceV2Fields {
  /** `bytes` in EUC-KR. */
  text(name: string, bytes: number): string;
  optionalText(name: string, bytes: number): string | null;
  /** Zero and more, at most twelve digits. */
  amount(name: string): bigint;
  optionalAmount(name: string): bigint | null;
}

type SignedParts = (fields: NiceV2Fields, context: SimulatorContext) => Readonly<Record<string, string>>;

/**
 * What all operations have in common: fields, the date and the signature where they are given (NICE takes requests without),
 * and an answer in the charset that was asked for. `signed` are the parts before the date and the key, by their names.
 */
export function niceV2Operation(
  signed: SignedParts,
  work: (fields: NiceV2Fields, context: SimulatorContext) => Readonly<Record<string, unknown>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      const fields = fieldsOf(context.request);
      const isEucKr = fields.optionalText('returnCharSet', 10)?.toLowerCase() === 'euc-kr';
      checkSignature(fields, context, signed);
      fields.optionalText('mallReserved', 500);
      const answer = jsonAnswer(
        200,
        context.book.undoable(() => work(fields, context)),
      );
      return isEucKr ? inEucKr(answer) : answer;
    } catch (error) {
      // What the window would refuse, too.
      if (error instanceof SimulatorRefusal) return refusalAnswer(error);
      if (!(error instanceof NiceV2Refusal)) throw error;
      return error.why === undefined ? refusalAnswer(error) : { ...refusalAnswer(error), why: error.why };
    }
  };
}

function checkSignature(fields: NiceV2Fields, context: SimulatorContext, signed: SignedParts): void {
  const signData = fields.optionalText('signData', 256);
  const ediDate = fields.optionalText('ediDate', 40);
  if (ediDate !== null && !readTime(ediDate)) throw new NiceV2Refusal('P024');
  if (signData === null) return;
  const { secretKey = '' } = context.caller.credentials;
  const parts = Object.entries(signed(fields, context)).map(([name, value]) => ({ name, value }));
  const check: SignatureCheck = {
    name: 'signData',
    given: signData,
    inputs: [
      ...parts,
      { name: 'ediDate', value: ediDate ?? '' },
      { name: 'secret key', value: secretKey, shown: 'secret' },
    ],
    fits: (values, signature) => isSameSignature(signature, niceSignature(...values)),
  };
  const values = check.inputs.map(({ value }) => value);
  if (check.fits(values, signData)) return;
  const refusal = new NiceV2Refusal('U312');
  refusal.why = explainSignature(context.book, context.caller.mid, check);
  throw refusal;
}

function inEucKr(answer: SimulatorAnswer): SimulatorAnswer {
  const headers = { 'content-type': 'application/json; charset=euc-kr' };
  return { ...answer, headers, body: encodeEucKr(String(answer.body)) };
}

function fieldsOf(request: SimulatorRequest): NiceV2Fields {
  const given = request.method === 'GET' ? Object.fromEntries(request.query) : readBody(request.body);
  const field = (name: string): unknown => (Object.hasOwn(given, name) ? (given[name] ?? null) : null);

  const optionalText = (name: string, bytes: number): string | null => {
    const found = field(name);
    if (found === null || found === '') return null;
    if (typeof found !== 'string') throw new NiceV2Refusal('U125');
    const length = encodeEucKr(found).length;
    if (length > bytes) throw new NiceV2Refusal('U105', bytes, length);
    return found;
  };
  const optionalAmount = (name: string): bigint | null => {
    const found = field(name);
    if (found === null) return null;
    const amount = jsonAmount(found);
    if (amount === undefined || amount >= 10n ** 12n) throw new NiceV2Refusal('U127');
    return amount;
  };
  const required = <T>(name: string, found: T | null): T => {
    if (found === null) throw new NiceV2Refusal('U100', name);
    return found;
  };
  return {
    text: (name, bytes) => required(name, optionalText(name, bytes)),
    optionalText,
    amount: (name) => required(name, optionalAmount(name)),
    optionalAmount,
  };
}

function readBody(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new NiceV2Refusal('U125');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NiceV2Refusal('U125');
  return value as Readonly<Record<string, unknown>>;
}
