import { createHash } from 'node:crypto';

export type Fields = Readonly<Record<string, string>>;

/**
 * MD5 over all that is not empty but `sign` and `sign_type`, by their names, as it is before it is encoded, and the merchant's
 * key right after it. Source: Alipay's page of signing; public clients have vectors of it.
 */
export function signOf(key: string, fields: Fields): string {
  const names = Object.keys(fields).filter((name) => fields[name] !== '' && name !== 'sign' && name !== 'sign_type');
  const text = names.sort().map((name) => `${name}=${fields[name]}`);
  return createHash('md5')
    .update(`${text.join('&')}${key}`)
    .digest('hex');
}
