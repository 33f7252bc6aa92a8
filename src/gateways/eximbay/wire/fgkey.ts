import { createHash } from 'node:crypto';

export type Fields = Readonly<Record<string, string>>;

/**
 * SHA-256 of the secret, `?`, and all fields but `fgkey` itself as `name=value`, by their names, empty ones too, as they are
 * before they are encoded. Requests have it in small letters, answers in capitals.
 */
export function fgkeyOf(secret: string, fields: Fields): string {
  const names = Object.keys(fields).filter((name) => name !== 'fgkey');
  const text = names.sort().map((name) => `${name}=${fields[name]}`);
  return createHash('sha256')
    .update(`${secret}?${text.join('&')}`)
    .digest('hex');
}

/** Of an answer or a notice: it is Eximbay's, every field as it was sent. */
export function isSigned(secret: string, fields: Fields): boolean {
  return fields.fgkey !== undefined && fields.fgkey.toLowerCase() === fgkeyOf(secret, fields);
}

/** Answers and notices are query strings; some begin with white space. */
export function readQuery(text: string): Fields {
  return Object.fromEntries(new URLSearchParams(text.trim()));
}
