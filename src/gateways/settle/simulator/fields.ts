import { decryptField } from '../wire/crypto.ts';
import { readAmountText } from '../wire/wire.ts';
import { HectoRefusal } from './refusal.ts';

/** Readers of the fields of a packet. Lengths are bytes of UTF-8, of the plain text where a field is encrypted. */
export interface PacketFields {
  text(name: string, bytesMax: number, pattern?: RegExp): string;
  /** Absent: `''`. */
  optionalText(name: string, bytesMax: number, pattern?: RegExp): string;
  /** Of an encrypted field. */
  secret(name: string, bytesMax: number, pattern?: RegExp): string;
  optionalSecret(name: string, bytesMax: number, pattern?: RegExp): string;
  /** Encrypted, in the minor unit. */
  amount(name: string): bigint;
  optionalAmount(name: string): bigint | null;
}

/** Codes for a field that is missing, or too long or otherwise not of its form; the others are `ST09`. */
const codes: Readonly<Record<string, { readonly missing?: string; readonly malformed?: string }>> = {
  mchtId: { missing: '1001', malformed: '1101' },
  method: { missing: '1002', malformed: '1102' },
  trdDt: { missing: '1003', malformed: '1103' },
  trdTm: { missing: '1004', malformed: '1104' },
  mchtTrdNo: { missing: '1005', malformed: '1105' },
  prdtNm: { missing: '1008', malformed: '1108' },
  pmtprdNm: { missing: '1008', malformed: '1108' },
  trdAmt: { missing: '1009', malformed: '1109' },
  cnclAmt: { missing: '1009', malformed: '1109' },
  mchtCustNm: { malformed: '1110' },
  notiUrl: { malformed: '1111' },
  email: { malformed: '1115' },
  mchtCustId: { missing: '1013', malformed: '1117' },
  taxTypeCd: { malformed: '1118' },
  taxAmt: { malformed: '1119' },
  vatAmt: { malformed: '1120' },
  taxFreeAmt: { malformed: '1121' },
  svcAmt: { malformed: '1122' },
};

const amountDigitsMax = 12;

export function fieldsOf(fields: Readonly<Record<string, unknown>>, aesKey: string): PacketFields {
  const check = (name: string, value: string, bytesMax: number, pattern: RegExp | undefined): string => {
    const isFit = Buffer.byteLength(value) <= bytesMax && (value === '' || (pattern?.test(value) ?? true));
    if (!isFit) throw new HectoRefusal(codes[name]?.malformed ?? 'ST09');
    return value;
  };
  const required = (name: string, value: string): string => {
    if (value === '') throw new HectoRefusal(codes[name]?.missing ?? 'ST09');
    return value;
  };
  const raw = (name: string): string => {
    const value = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
    if (typeof value !== 'string') throw new HectoRefusal(codes[name]?.malformed ?? 'ST09');
    return value;
  };
  const optionalSecret = (name: string, bytesMax: number, pattern?: RegExp): string => {
    const encrypted = raw(name);
    if (encrypted === '') return '';
    const plain = decryptField(aesKey, encrypted);
    if (plain === undefined) throw new HectoRefusal('1902');
    return check(name, plain, bytesMax, pattern);
  };
  const optionalAmount = (name: string): bigint | null => {
    const digits = optionalSecret(name, amountDigitsMax, /^\d+$/);
    return digits === '' ? null : (readAmountText(digits) ?? null);
  };
  return {
    optionalText: (name, bytesMax, pattern) => check(name, raw(name), bytesMax, pattern),
    text: (name, bytesMax, pattern) => required(name, check(name, raw(name), bytesMax, pattern)),
    optionalSecret,
    secret: (name, bytesMax, pattern) => required(name, optionalSecret(name, bytesMax, pattern)),
    optionalAmount,
    amount(name) {
      const amountMinor = optionalAmount(name);
      if (amountMinor === null) throw new HectoRefusal(codes[name]?.missing ?? 'ST09');
      return amountMinor;
    },
  };
}
