import iconv from 'iconv-lite';

/** A form as a Java server writes it: every byte of EUC-KR as %XX. Not with the encoder that the gateways have. */
export function euckrForm(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${percentEncoded(value)}`)
    .join('&');
}

export function percentEncoded(text: string, charset: 'euc-kr' | 'utf-8' = 'euc-kr'): string {
  return [...iconv.encode(text, charset)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
