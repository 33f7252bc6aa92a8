import { createHash, randomBytes } from 'node:crypto';

/**
 * What stands in a window's address. Whoever has it may pay in the window and leave it, so that it is made of 256 bits of chance, and
 * only its hash is kept. It begins with the merchant's number, since rows are looked for by that.
 */
export function newCheckoutToken(merchantId: bigint): { readonly token: string; readonly hash: Buffer } {
  const token = `${merchantId.toString(36)}-${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}

/** `undefined`: no token has this form. */
export function readCheckoutToken(token: string): { readonly merchantId: bigint; readonly hash: Buffer } | undefined {
  const [, merchant] = /^([0-9a-z]{1,12})-[\w-]{43}$/.exec(token) ?? [];
  if (merchant === undefined) return undefined;
  const merchantId = [...merchant].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return merchantId > 9_223_372_036_854_775_807n ? undefined : { merchantId, hash: hashOf(token) };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
