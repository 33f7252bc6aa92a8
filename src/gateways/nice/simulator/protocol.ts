import { decodeEucKrForm, encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import type {
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorContext,
  SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { explainSignature, type SignatureCheck, unknownMerchant } from '../../../simulators/signature-check.ts';
import { type NiceErrorCode, niceErrors } from '../wire/errors.ts';
import { isSameSignature, niceSignature } from '../wire/signature.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class NiceRefusal extends Error {
  readonly code: NiceErrorCode;
  /** Besides the code and the text. */
  readonly fields: Readonly<Record<string, string>>;
  /** For the log. */
  why: string | undefined;
  constructor(code: NiceErrorCode, text?: string, fields: Readonly<Record<string, string>> = {}) {
    super(text ?? niceErrors[code].message);
    this.name = 'NiceRefusal';
    this.code = code;
    this.fields = fields;
  }
}

/** There is no header: the MID names the caller, and the handler checks the signature, whose parts differ by path. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const fields = decodeEucKrForm(request.body);
  const mid = fields.MID ?? '';
  if (mid === '') return answerOf(failure(new NiceRefusal('9000', missingText('MID'))), fields);
  const unknown = () => ({
    ...answerOf(failure(new NiceRefusal('A114')), fields),
    why: unknownMerchant('MID', mid),
  });
  return merchantByMid(book, mid) ?? unknown();
}

/** Readers of a request's fields: what is not of the stated form is refused with NICE's codes. */
export interface NiceForm {
  /** `bytes` in EUC-KR, as NICE counts. */
  required(name: string, bytes: number): string;
  optional(name: string, bytes: number): string;
  /** Digits; at most twelve of them. */
  amount(name: string): bigint;
  optionalAmount(name: string): bigint | null;
}

/**
 * What all operations of the old API have in common: a form in EUC-KR, dated, signed over the parts that `signed` names,
 * and an answer in the charset and the form that were asked for.
 */
export function niceOperation(
  signed: readonly string[],
  work: (form: NiceForm, context: SimulatorContext) => Readonly<Record<string, string>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const fields = decodeEucKrForm(context.request.body);
    try {
      if (Object.values(fields).some((value) => value.includes('\uFFFD'))) throw new NiceRefusal('A212');
      const form = formOf(fields);
      if (!readSeoulDigits(form.required('EdiDate', 14))) throw new NiceRefusal('A106');
      const parts = signed.map((name) => form.required(name, 64));
      const check = signatureCheck(signed, fields, context.caller.credentials.merchantKey ?? '');
      if (!check.fits([...parts, context.caller.credentials.merchantKey ?? ''], form.required('SignData', 256))) {
        throw wrongSignature(explainSignature(context.book, context.caller.mid, check));
      }
      form.optional('MallReserved', 500);
      return answerOf(
        context.book.undoable(() => work(form, context)),
        fields,
      );
    } catch (error) {
      if (!(error instanceof NiceRefusal)) throw error;
      const answer = answerOf(failure(error), fields);
      return error.why === undefined ? answer : { ...answer, why: error.why };
    }
  };
}

function wrongSignature(why: string): NiceRefusal {
  const refusal = new NiceRefusal('A101');
  refusal.why = why;
  return refusal;
}

/** The parts in a row, the key last. */
function signatureCheck(
  signed: readonly string[],
  fields: Readonly<Record<string, string>>,
  merchantKey: string,
): SignatureCheck {
  const parts = signed.map((name) => ({ name, value: fields[name] ?? '' }));
  return {
    name: 'SignData',
    given: fields.SignData ?? '',
    inputs: [...parts, { name: 'merchant key', value: merchantKey, shown: 'secret' }],
    fits: (values, signature) => isSameSignature(signature, niceSignature(...values)),
    about: fields.TID,
    alsoSent: fields,
  };
}

function formOf(fields: Readonly<Record<string, string>>): NiceForm {
  const optional = (name: string, bytes: number): string => {
    const value = fields[name] ?? '';
    if (encodeEucKr(value).length > bytes) throw new NiceRefusal('A147');
    return value;
  };
  const required = (name: string, bytes: number): string => {
    const value = optional(name, bytes);
    if (value === '') throw new NiceRefusal('9000', missingText(name));
    return value;
  };
  const optionalAmount = (name: string): bigint | null => {
    const value = optional(name, 12);
    if (value === '') return null;
    if (!/^\d+$/.test(value)) throw new NiceRefusal('A116');
    return BigInt(value);
  };
  return {
    required,
    optional,
    optionalAmount,
    amount(name) {
      required(name, 12);
      return optionalAmount(name) ?? 0n;
    },
  };
}

function missingText(name: string): string {
  return `${name} ${niceErrors['9000'].message}`;
}

function failure({ code, message, fields }: NiceRefusal): Record<string, string> {
  return { ResultCode: code, ResultMsg: message, ErrorCD: code, ErrorMsg: message, ...fields };
}

/** JSON in EUC-KR, unless `CharSet` and `EdiType` say otherwise. */
function answerOf(values: Readonly<Record<string, string>>, asked: Readonly<Record<string, string>>): SimulatorAnswer {
  const isKeyValue = asked.EdiType === 'KV';
  const text = isKeyValue
    ? Object.entries(values)
        .map(([name, value]) => `${name}=${value}`)
        .join('&')
    : JSON.stringify(values);
  const charset = asked.CharSet?.toLowerCase() === 'utf-8' ? 'utf-8' : 'euc-kr';
  return {
    status: 200,
    headers: { 'content-type': `${isKeyValue ? 'text/plain' : 'application/json'}; charset=${charset}` },
    body: charset === 'utf-8' ? text : encodeEucKr(text),
  };
}

/** Where the request is not at hand: JSON in ASCII, which is the same in both charsets. */
export function plainAnswer(status: number, code: string, message: string): SimulatorAnswer {
  const text = JSON.stringify({ ResultCode: code, ResultMsg: message, ErrorCD: code, ErrorMsg: message });
  const ascii = text.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { status, headers: { 'content-type': 'application/json' }, body: ascii };
}
