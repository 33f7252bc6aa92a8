import { randomInt } from 'node:crypto';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import { explainSignature, type SignatureCheck, unknownMerchant } from '../../../simulators/signature-check.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { decryptField, encryptField, isSameHash, packetHash } from '../wire/crypto.ts';
import { hectoErrors } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { fieldsOf, type PacketFields } from './fields.ts';
import { HectoRefusal } from './refusal.ts';

export interface Packet {
  readonly params: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a handler works with: the packet's fields, checked and decrypted. */
export interface HectoContext extends SimulatorContext {
  readonly header: PacketFields;
  readonly body: PacketFields;
  /** For the answer. */
  encrypt(plain: string): string;
}

export interface HectoSuccess {
  readonly trdNo: string;
  readonly data: Readonly<Record<string, string>>;
  /** The amount that the hash is made anew over, where the answer does not just repeat the one of the request. */
  readonly hashedAmount?: string;
  readonly status?: string;
  readonly code?: string;
  readonly message?: string;
}

/**
 * Who calls: a registered merchant, with a hash over the amount that its own keys can read. What is wrong with either is
 * told in Hecto's envelope, with HTTP 200.
 */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  if (request.method === 'GET') {
    const mid = request.query.get('mchtId') ?? '';
    return merchantByMid(book, mid) ?? { ...failure('ST47', undefined), why: unknownMerchant('mchtId', mid) };
  }
  const packet = packetOf(request);
  if (!packet) return failure('ST09', undefined);
  const mid = textOf(packet.params.mchtId);
  if (mid === '') return failure('1001', packet);
  const merchant = merchantByMid(book, mid);
  if (!merchant) return { ...failure('ST47', packet), why: unknownMerchant('mchtId', mid) };
  const { aesKey = '', licenseKey = '' } = merchant.credentials;
  const amount = hashedAmountOf(request.path, packet, aesKey);
  if (amount === undefined) {
    return {
      ...failure('1902', packet),
      why: `the amount does not decrypt with the AES key of ${mid} (AES-256, ECB, base64)`,
    };
  }
  const { trdDt, trdTm, mchtTrdNo } = packet.params;
  const check: SignatureCheck = {
    name: 'pktHash',
    given: textOf(packet.data.pktHash),
    inputs: [
      ...Object.entries({ trdDt, trdTm, mchtId: mid, mchtTrdNo, amount }).map(([name, value]) => ({
        name,
        value: textOf(value),
        ...(name === 'amount' && { alternatives: encryptedAmounts(packet) }),
      })),
      { name: 'license key', value: licenseKey, shown: 'secret' },
    ],
    fits: (values, hash) => isSameHash(hash, packetHash('', values)),
    about: textOf(packet.data.orgTrdNo),
  };
  const values = check.inputs.map(({ value }) => value);
  if (check.fits(values, check.given)) return merchant;
  return { ...failure('1901', packet), why: explainSignature(book, mid, check) };
}

/** The hash is over the amount in the clear; over the encrypted one is the usual mistake. */
function encryptedAmounts({ data }: Packet): { what: string; value: string }[] {
  return ['cnclAmt', 'trdAmt'].flatMap((name) =>
    textOf(data[name]) === '' ? [] : [{ what: 'as it is encrypted', value: textOf(data[name]) }],
  );
}

/** Which amount the hash covers, in the clear (chapters 11.2, 15.2, 17.2, 18.2, 38.6). `undefined`: it can't be read. */
function hashedAmountOf(path: string, { params, data }: Packet, aesKey: string): string | undefined {
  if (path.startsWith('/spay/APITrd')) return textOf(data.trdAmt);
  if (params.bizType === 'A2' || path === paths.issueKey || path === paths.deleteKey) return '0';
  const name = path === paths.cancel || path === paths.refund ? 'cnclAmt' : 'trdAmt';
  const encrypted = textOf(data[name]);
  // What is missing is told as such, later.
  return encrypted === '' ? '' : decryptField(aesKey, encrypted);
}

/** What all operations have in common: header, refusals, and numbers that are taken once. */
export function hectoOperation(
  fixed: { readonly methods: readonly string[]; readonly bizTypes: readonly string[]; readonly ver?: string },
  work: (context: HectoContext) => HectoSuccess,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const packet = packetOf(context.request);
    if (!packet) return failure('ST09', undefined);
    const { credentials } = context.caller;
    const aesKey = credentials.aesKey ?? '';
    const hecto: HectoContext = {
      ...context,
      header: fieldsOf(packet.params, aesKey),
      body: fieldsOf(packet.data, aesKey),
      encrypt: (plain) => encryptField(aesKey, plain),
    };
    try {
      const done = context.book.undoable(() => {
        checkHeader(hecto, fixed);
        return work(hecto);
      });
      return success(packet, done, credentials.licenseKey ?? '');
    } catch (error) {
      if (error instanceof HectoRefusal) return failure(error.code, packet, error.data);
      throw error;
    }
  };
}

function checkHeader(
  { header }: HectoContext,
  { methods, bizTypes, ver = '0A19' }: Parameters<typeof hectoOperation>[0],
): void {
  header.text('mchtId', 12);
  header.text('mchtTrdNo', 100, /^[!-~]+$/);
  const day = header.text('trdDt', 8, /^\d{8}$/);
  const time = header.text('trdTm', 6, /^\d{6}$/);
  if (!readSeoulDigits(day + time)) throw new HectoRefusal('1103');
  if (header.text('ver', 4) !== ver) throw new HectoRefusal('ST09');
  if (ver !== '0A19') return;
  if (!methods.includes(header.text('method', 2))) throw new HectoRefusal('ST09');
  if (!bizTypes.includes(header.text('bizType', 2)) || header.text('encCd', 2) !== '23') throw new HectoRefusal('ST09');
}

/** A number is taken once, of a payment or of any other request (its scope and that a refusal gives it back are inferred). */
export function takeNumber({ book, caller, header, now }: HectoContext): string {
  const number = header.text('mchtTrdNo', 100);
  const key = { mid: caller.mid, scope: 'mchtTrdNo', key: number };
  if (storedAnswer(book, key, new Date(0)) || paymentByOrderId(book, caller.mid, number))
    throw new HectoRefusal('ST50');
  storeAnswer(book, key, { status: 200, body: '' }, now);
  return number;
}

/** `STFP_PGCAnxca_jt_il0211129135810M1494620`: method, merchant, time and seven digits that are new in this second; 40 characters. */
export function newTradeNumber(book: Book, method: string, mid: string, now: Date): string {
  const merchant = mid.slice(0, 11).padEnd(11, '0');
  const start = `STFP_PG${method}${merchant}${seoulDigits(now).slice(2)}M`;
  return freshId(book, () => start + String(randomInt(10_000_000)).padStart(7, '0'));
}

function success(packet: Packet, done: HectoSuccess, licenseKey: string): SimulatorAnswer {
  const { trdNo, data, hashedAmount, status = '0021', code = '0000', message = '정상적으로 처리되었습니다.' } = done;
  const { trdDt, trdTm, mchtId, mchtTrdNo } = packet.params;
  const pktHash =
    hashedAmount === undefined
      ? textOf(packet.data.pktHash)
      : packetHash(licenseKey, [status, ...[trdDt, trdTm, mchtId, mchtTrdNo].map(textOf), hashedAmount]);
  return envelope(packet, { trdNo, outStatCd: status, outRsltCd: code, outRsltMsg: message }, { pktHash, ...data });
}

export function failure(
  code: string,
  packet: Packet | undefined,
  data: Readonly<Record<string, string>> = {},
  message = hectoErrors[code]?.message ?? code,
): SimulatorAnswer {
  const result = { trdNo: '', outStatCd: '0031', outRsltCd: code, outRsltMsg: message };
  const pktHash = textOf(packet?.data.pktHash);
  return envelope(packet, result, { ...(pktHash !== '' && { pktHash }), ...data });
}

/** The header of the request comes back, and the message URL-encoded, as the document has it. */
function envelope(
  packet: Packet | undefined,
  result: Readonly<Record<string, string>>,
  data: Readonly<Record<string, string>>,
): SimulatorAnswer {
  const echoed = Object.fromEntries(
    ['mchtId', 'ver', 'method', 'bizType', 'encCd', 'mchtTrdNo', 'trdDt', 'trdTm']
      .filter((name) => typeof packet?.params[name] === 'string')
      .map((name) => [name, packet?.params[name]]),
  );
  const outRsltMsg = encodeURIComponent(result.outRsltMsg ?? '');
  return jsonAnswer(200, { params: { ...echoed, ...result, outRsltMsg }, data });
}

function packetOf({ body }: SimulatorRequest): Packet | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  const { params, data } = (value ?? {}) as { params?: unknown; data?: unknown };
  const isObject = (part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part);
  return isObject(params) && isObject(data) ? (value as Packet) : undefined;
}

/** A number is hashed as its digits; that the field must be a text is told when it is read. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
