import { guessCharset } from '../../platform/charset/guess.ts';
import { Refusal } from '../../platform/errors/refusal.ts';

const looksLike = { 'EUC-KR': 'EUC-KR(CP949)로 보입니다.', 'UTF-16': 'UTF-16으로 보입니다.' } as const;

/** The refusal of a text that is not UTF-8: it says what the bytes look like. */
export function wrongCharset(bytes: Buffer): Refusal {
  const charset = guessCharset(bytes);
  return new Refusal('wrong_charset', { charset: charset ? looksLike[charset] : '알 수 없는 인코딩입니다.' });
}

/** The bytes that the escapes of a URL or a form stand for. */
export function unescapedBytes(text: string): Buffer {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
