import iconv from 'iconv-lite';

/** A form as a Java server writes it: every byte of EUC-KR as %XX. Not with the encoder that the gateways have. */
export function euckrForm(fields: Record<string, string>): string {
  const encode = (text: string) =>
    [...iconv.encode(text, 'euc-kr')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&');
}
