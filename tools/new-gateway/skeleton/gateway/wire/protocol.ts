/** INVENTED: the headers, what is signed and how, and the form that all answers share. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../../../src/platform/json/validator.ts';

export const headerNames = { mid: 'x-merchant-id', key: 'idempotency-key', signature: 'x-signature' } as const;

/** HMAC-SHA256 over a request's path, its idempotency key (empty for what moves nothing) and its body, in hexadecimal. */
export function signatureOf(secretKey: string, path: string, key: string, body: string | Buffer): string {
  return createHmac('sha256', secretKey).update(`${path}\n${key}\n`).update(body).digest('hex');
}

/** Without a secret nothing is signed: an empty one would let everybody in. */
export function isSigned(secretKey: string, expected: string, given: string): boolean {
  const [ours, theirs] = [Buffer.from(expected), Buffer.from(given)];
  return secretKey !== '' && ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

export const successCode = '0000';

const Answer = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 20 }),
  message: Type.String({ maxLength: 1000 }),
  result: Type.Unknown(),
});
export type Answer = Static<typeof Answer>;
export const readAnswer = readerOf(Answer);

/** Only what fits the schema is read; fields that it does not name are let through. */
export function readerOf<S extends TSchema>(schema: S): (value: unknown) => Static<S> | undefined {
  const validator = validatorOf(schema);
  return (value) => (validator.Check(value) ? value : undefined);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
