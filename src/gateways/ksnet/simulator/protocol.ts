import { randomInt } from 'node:crypto';
import { encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { type EnvelopeCode, envelopeCodes } from '../wire/errors.ts';
import { isEucKr } from '../wire/wire.ts';

/** KSNET, a card company or a bank says no. Thrown by a handler; what the handler wrote before is taken back. */
export class KsnetFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'KsnetFailure';
    this.code = code;
  }
}

/** The request is not one that KSNET takes (A0400), or not this shop's (A0401). */
export class KsnetProtocolError extends Error {
  readonly code: EnvelopeCode;
  constructor(code: EnvelopeCode) {
    super(code);
    this.name = 'KsnetProtocolError';
    this.code = code;
  }
}

type Data = Readonly<Record<string, string>>;

/** The id of a call: seven letters and seventeen digits. */
export function newAid(): string {
  return `WFVCCSE${digits(12)}${digits(5)}`;
}

/** Twelve digits. The first one is of the pay method, as the specification's examples have it. */
export function newTid(payMethod: 'card' | 'trans' | 'vbank' | 'phone'): string {
  return { card: '1', trans: '2', vbank: '6', phone: '8' }[payMethod] + digits(11);
}

export function digits(count: number): string {
  return randomInt(10 ** count)
    .toString()
    .padStart(count, '0');
}

/** HTTP 200, whatever came of it. */
export function envelopeAnswer(code: EnvelopeCode, data: Data | null, aid = newAid()): SimulatorAnswer {
  return jsonAnswer(200, { aid, code, message: envelopeCodes[code], data });
}

export function failureAnswer(data: Data, payload = '', now?: Date): SimulatorAnswer {
  return envelopeAnswer('A0201', {
    payload,
    tid: `Lbd${digits(9)}`,
    tradeDateTime: now ? seoulDigits(now) : '',
    ...data,
  });
}

export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const apiKey = /^pgapi (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const merchant = apiKey === '' ? undefined : merchantByCredential(book, 'apiKey', apiKey);
  return merchant ?? { ...envelopeAnswer('A0401', null), why: unknownKey(book, 'apiKey', 'API key', apiKey) };
}

/** What all operations have in common: the form of the body, the shop, the payload that comes back, and refusals. */
export function ksnetOperation(
  work: (fields: KsnetFields, context: SimulatorContext, aid: string) => Data,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const aid = newAid();
    let fields: KsnetFields | undefined;
    try {
      fields = fieldsOf(context);
      const read = fields;
      const data = context.book.undoable(() => work(read, context, aid));
      return envelopeAnswer('A0200', { payload: read.optional('payload', null), ...data }, aid);
    } catch (error) {
      if (error instanceof KsnetProtocolError) return envelopeAnswer(error.code, null, aid);
      if (!(error instanceof KsnetFailure)) throw error;
      const payload = fields?.optional('payload', null) ?? '';
      return failureAnswer({ respCode: error.code, respMessage: error.message }, payload, context.now);
    }
  };
}

/** Readers of the body: what is not of the stated form is A0400. */
export interface KsnetFields {
  required(name: string, bytesMax: number, pattern?: RegExp): string;
  /** Absent: empty. `null`: of any length. */
  optional(name: string, bytesMax: number | null, pattern?: RegExp): string;
}

function fieldsOf({ request, caller }: SimulatorContext): KsnetFields {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new KsnetProtocolError('A0403');
  const values = readJson(request.body);
  if (!values || !Object.values(values).every((value) => typeof value === 'string' && isEucKr(value))) {
    throw new KsnetProtocolError('A0400');
  }
  const texts = values as Readonly<Record<string, string>>;
  const optional: KsnetFields['optional'] = (name, bytesMax, pattern) => {
    const value = Object.hasOwn(texts, name) ? (texts[name] ?? '') : '';
    const isTooLong = bytesMax !== null && encodeEucKr(value).length > bytesMax;
    if (isTooLong || (value !== '' && pattern?.test(value) === false)) throw new KsnetProtocolError('A0400');
    return value;
  };
  const fields: KsnetFields = {
    optional,
    required(name, bytesMax, pattern) {
      const value = optional(name, bytesMax, pattern);
      if (value === '') throw new KsnetProtocolError('A0400');
      return value;
    },
  };
  if (fields.required('mid', 10) !== caller.mid) throw new KsnetProtocolError('A0401');
  return fields;
}

function readJson(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
