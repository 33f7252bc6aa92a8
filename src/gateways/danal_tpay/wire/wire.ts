import { createCipheriv, createDecipheriv } from 'node:crypto';
import { decodeEucKrForm, encodeEucKr, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { type TextRule, wireText } from '../../../port/texts.ts';
import { type DanalService, serviceKey } from './services.ts';

export type DanalFields = Readonly<Record<string, string>>;
type Credentials = Readonly<Record<string, string>>;

const algorithm = 'aes-256-cbc';

/** `DATA`: the fields as a form of EUC-KR, AES-256 in CBC mode with PKCS#5 padding, Base64. */
export function sealData(fields: DanalFields, service: DanalService, credentials: Credentials): string {
  const cipher = createCipheriv(algorithm, serviceKey(service, credentials), service.iv);
  return Buffer.concat([cipher.update(encodeEucKrForm(fields), 'latin1'), cipher.final()]).toString('base64');
}

/** `undefined` where the key is another one, or this is no such text. Never throws. */
export function openData(data: string, service: DanalService, credentials: Credentials): DanalFields | undefined {
  const key = serviceKey(service, credentials);
  if (key.length !== 32 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return undefined;
  try {
    const decipher = createDecipheriv(algorithm, key, service.iv);
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
    return /^[A-Z_]+=/.test(plain.toString('latin1')) ? decodeEucKrForm(plain) : undefined;
  } catch {
    return undefined;
  }
}

/** The body of every request: everything but the merchant's id is inside `DATA`. */
export function requestBody(mid: string, fields: DanalFields, service: DanalService, credentials: Credentials): string {
  return encodeEucKrForm({ CPID: mid, DATA: sealData(fields, service, credentials) });
}

export interface DanalAnswer {
  readonly fields: DanalFields;
  /** Without `DATA` Danal says in plain text what went wrong; a success never comes so. */
  readonly isSealed: boolean;
}

/** `text` as the HTTP client decodes it from EUC-KR. `undefined`: this is not an answer of Danal's. */
export function readAnswer(text: string, service: DanalService, credentials: Credentials): DanalAnswer | undefined {
  const outer = decodeEucKrForm(encodeEucKr(text.trim()));
  const fields = outer.DATA === undefined ? outer : openData(outer.DATA, service, credentials);
  if (!fields?.RETURNCODE) return undefined;
  return { fields, isSealed: outer.DATA !== undefined };
}

/** Danal's manual forbids these in values. */
export const forbiddenCharacters = /[&'"\\<>|\r\n,+]/gu;

/** `CANCELDESC`. The manual gives lengths without a unit; bytes are the narrower reading. */
export const reasonRule: TextRule = { max: 255, unit: 'euckr_bytes', forbidden: forbiddenCharacters };

/** A text as Danal takes it: without forbidden characters, with `?` for what EUC-KR does not have, and cut. */
export function cleanText(text: string, bytesMax: number): string {
  return wireText(text, { ...reasonRule, max: bytesMax });
}
