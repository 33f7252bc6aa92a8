// if notices
/**
 * INVENTED: the notice of a deposit, `{notice, signature}`: `notice` is JSON as a text, and is what the signature is over.
 * `OK` with HTTP 200 is the answer that ends it.
 */

import Type, { type Static } from 'typebox';
import { Amount, Id, OrNull, Time } from './fields.ts';
import { parseJson, readerOf, signatureOf } from './protocol.ts';

const Notice = Type.Object({
  event: Type.Literal('DEPOSIT'),
  mid: Id,
  orderId: Id,
  transactionId: Id,
  amount: Amount,
  accountNumber: OrNull(Type.String()),
  depositorName: OrNull(Type.String()),
  depositedAt: Time,
});
export type Notice = Static<typeof Notice>;

const readEnvelope = readerOf(Type.Object({ notice: Type.String(), signature: Type.String() }));
const readContent = readerOf(Notice);

export function noticeSignatureOf(secretKey: string, text: string): string {
  return signatureOf(secretKey, 'notice', '', text);
}

export function writeNotice(secretKey: string, notice: Notice): string {
  const text = JSON.stringify(notice);
  return JSON.stringify({ notice: text, signature: noticeSignatureOf(secretKey, text) });
}

/** The notice, and what its signature has to be checked over; `undefined`: this is no notice. */
export function readNotice(body: string): { notice: Notice; text: string; signature: string } | undefined {
  const envelope = readEnvelope(parseJson(body));
  const notice = envelope && readContent(parseJson(envelope.notice));
  return envelope && notice && { notice, text: envelope.notice, signature: envelope.signature };
}
// end
