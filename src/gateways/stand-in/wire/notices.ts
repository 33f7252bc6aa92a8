import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { escrowStatuses } from '../../../port/escrow.ts';
import { parseJson, signStandIn, standInPrefix } from './protocol.ts';

/**
 * Notices in the stand-in's form, for gateways that send some whose form is not public: `{notice, signature}`, where
 * `notice` is JSON as a text and is what the signature is over. `OK` with HTTP 200 is the only answer that ends it.
 */
export const noticesPath = `${standInPrefix}notices`;

const Id = Type.String({ minLength: 1, maxLength: 80 });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const subject = {
  mid: Id,
  orderId: Id,
  transactionId: Id,
  amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** Seconds since 1970. */
  at: Type.Integer({ minimum: 0, maximum: 8_640_000_000_000 }),
};
const Notice = Type.Union([
  Type.Object({
    event: Type.Literal('deposit'),
    ...subject,
    accountNumber: OrNull(Type.String()),
    depositorName: OrNull(Type.String()),
  }),
  Type.Object({
    event: Type.Literal('order_changed'),
    ...subject,
    /** Tells two changes of one second apart. */
    changeId: Id,
  }),
  Type.Object({
    event: Type.Literal('refund_result'),
    ...subject,
    cancelId: Id,
    succeeded: Type.Boolean(),
    code: OrNull(Type.String()),
    message: OrNull(Type.String()),
  }),
  Type.Object({
    event: Type.Literal('escrow_changed'),
    ...subject,
    status: Type.Enum([...escrowStatuses]),
    reason: OrNull(Type.String({ maxLength: 200 })),
  }),
]);
export type StandInNotice = Static<typeof Notice>;
const envelope = validatorOf(Type.Object({ notice: Type.String(), signature: Type.String() }));
const noticeReader = validatorOf(Notice);

/** The body of a notice that is signed with the secret. */
export function writeNotice(secret: string, notice: StandInNotice): string {
  const text = JSON.stringify(notice);
  return JSON.stringify({ notice: text, signature: signStandIn(secret, noticesPath, text) });
}

/** The notice, and what its signature has to be checked over; `undefined`: this is no notice. */
export function readNotice(body: string): { notice: StandInNotice; text: string; signature: string } | undefined {
  const sent = parseJson(body);
  if (!envelope.Check(sent)) return undefined;
  const notice = parseJson(sent.notice);
  return noticeReader.Check(notice) ? { notice, text: sent.notice, signature: sent.signature } : undefined;
}
