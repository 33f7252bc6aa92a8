import { randomBytes, randomInt } from 'node:crypto';
import { decodeEucKr, encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type Book, integer, text } from '../../../simulators/book.ts';
import type {
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorContext,
  SimulatorRequest,
} from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { unknownMerchant } from '../../../simulators/signature-check.ts';
import { kiwoomErrorOf } from '../wire/errors.ts';

/** Tokens of the first step. A token is used once, by the second step of the same pay method. */
export const tokensSchema = `
create table if not exists cancel_tokens (
  token text primary key,
  mid text not null,
  pay_method text not null,
  made_at integer not null,
  used integer not null
) strict;
`;

/** How long a token is good for (inferred: that they expire is documented, not when). */
const tokenLifeMs = 10 * 60_000;

/** Kiwoom Pay says no. `why` follows the text of a code that alone says nothing (inferred). */
export class KiwoomRefusal extends Error {
  readonly code: string;
  constructor(code: string, why?: string) {
    const message = kiwoomErrorOf(code)?.message ?? code;
    super(why ? `${message} (${why})` : message);
    this.name = 'KiwoomRefusal';
    this.code = code;
  }
}

export type CancelFields = Readonly<Record<string, string>>;

/** Who calls: CPID of the body, and the key of the header. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const fields = readFields(request);
  if (!fields?.CPID) return refusalAnswer('9001');
  const merchant = merchantByMid(book, fields.CPID);
  if (!merchant) return { ...refusalAnswer('9101'), why: unknownMerchant('CPID', fields.CPID) };
  if (request.headers.authorization === merchant.credentials.authKey) return merchant;
  return { ...refusalAnswer('9103'), why: `the header Authorization is not the key of ${merchant.mid}` };
}

/** What both steps have in common: the fields, and refusals. What a refused one wrote is taken back. */
export function kiwoomOperation(
  work: (fields: CancelFields, context: SimulatorContext) => Readonly<Record<string, string>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const fields = readFields(context.request);
    if (!fields) return refusalAnswer('9001');
    try {
      return answer(context.book.undoable(() => work(fields, context)));
    } catch (error) {
      if (error instanceof KiwoomRefusal) return refusalAnswer(error.code, error.message);
      throw error;
    }
  };
}

/** A flat object of texts, in EUC-KR unless the header says UTF-8; a number counts as its text. `undefined`: it is none. */
function readFields({ body, headers }: SimulatorRequest): CancelFields | undefined {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type)) return undefined;
  try {
    const value: unknown = JSON.parse(/utf-?8/i.test(type) ? body.toString('utf8') : decodeEucKr(body));
    const isFlat =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((field) => typeof field === 'string' || typeof field === 'number');
    if (!isFlat) return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, String(field)]));
  } catch {
    return undefined;
  }
}

export function requiredField(fields: CancelFields, name: string, pattern: RegExp): string {
  const value = optionalField(fields, name, pattern);
  if (value === '') throw new KiwoomRefusal('9001');
  return value;
}

/** The separator of Kiwoom Pay's own messages has a refusal of its own. */
export function optionalField(fields: CancelFields, name: string, pattern: RegExp): string {
  const value = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
  if (value.includes('|')) throw new KiwoomRefusal('9011');
  if (value !== '' && !pattern.test(value)) throw new KiwoomRefusal('9001');
  return value;
}

export function giveToken({ book, caller, now }: SimulatorContext, payMethod: string): string {
  const token = randomBytes(24).toString('hex');
  book.run(
    'insert into cancel_tokens (token, mid, pay_method, made_at, used) values (?, ?, ?, ?, 0)',
    token,
    caller.mid,
    payMethod,
    now.getTime(),
  );
  return token;
}

/** In the header, as Kiwoom Pay's own samples have it; two public clients send it in the body. */
export function tokenOf({ request }: SimulatorContext): string {
  return request.headers.token ?? readFields(request)?.TOKEN ?? '';
}

/** Uses the token up, whatever comes of the cancel. The refusal that speaks against it, if there is one. */
export function takeToken(context: SimulatorContext, payMethod: string): string | undefined {
  const { book, caller, now } = context;
  const row = book.get(
    `update cancel_tokens set used = used + 1 where token = ? and mid = ? returning used, made_at, pay_method`,
    tokenOf(context),
    caller.mid,
  );
  if (!row || integer(row, 'used') > 1n || text(row, 'pay_method') !== payMethod) return '9004';
  return now.getTime() - Number(integer(row, 'made_at')) > tokenLifeMs ? '9003' : undefined;
}

/** `CTS18062016001494646`: the time and a number, twenty characters. */
export function newTransactionId(book: Book, now: Date): string {
  return freshId(book, () => `CTS${seoulDigits(now).slice(2)}${String(randomInt(100_000)).padStart(5, '0')}`);
}

/** HTTP 200, whatever came of it. */
export function answer(fields: Readonly<Record<string, string>>): SimulatorAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=EUC-KR' },
    body: encodeEucKr(JSON.stringify(fields)),
  };
}

export function refusalAnswer(code: string, message = kiwoomErrorOf(code)?.message ?? code): SimulatorAnswer {
  return answer({ RESULTCODE: code, ERRORMESSAGE: message });
}
