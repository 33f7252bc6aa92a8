import iconv from 'iconv-lite';

/**
 * EUC-KR as Korean gateways mean it: with the syllables that Microsoft's code page 949 adds. What it has no character for
 * becomes `?`, as their own samples do.
 */
export function encodeEucKr(text: string): Buffer {
  return iconv.encode(text, 'euc-kr');
}

export function decodeEucKr(bytes: Buffer): string {
  return iconv.decode(bytes, 'euc-kr');
}

/** The longest beginning of the text that takes at most so many bytes in EUC-KR. Never ends within a character. */
export function cutToEucKrBytes(text: string, bytesMax: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += encodeEucKr(character).length;
    if (used > bytesMax) break;
    kept += character;
  }
  return kept;
}

/** `a=1&b=%C8%AF%BA%D2`: a form whose values are percent-encoded bytes of EUC-KR, and spaces `+`. */
export function encodeEucKrForm(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** The opposite of `encodeEucKrForm`. A name that comes twice keeps its last value. Never throws. */
export function decodeEucKrForm(body: Buffer | string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const text = typeof body === 'string' ? body : body.toString('latin1');
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    if (pair === '') continue;
    const name = percentDecode(at < 0 ? pair : pair.slice(0, at));
    fields[name] = at < 0 ? '' : percentDecode(pair.slice(at + 1));
  }
  return fields;
}

function percentEncode(text: string): string {
  let encoded = '';
  for (const byte of encodeEucKr(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9*._-]/.test(character)) encoded += character;
    else encoded += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function percentDecode(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const hex = text[at] === '%' ? text.slice(at + 1, at + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else {
      bytes.push(text[at] === '+' ? 0x20 : text.charCodeAt(at) & 0xff);
    }
  }
  return decodeEucKr(Buffer.from(bytes));
}
