import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { GatewayNotices, NoticeEvent, NoticeSubject, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import type { ControlContext, NoticeMessage, SimulatorNotices } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import type { BookCancel, BookPayment } from '../../../simulators/payments.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import { isSignedStandIn, parseJson, signStandIn, standInPrefix } from '../wire/protocol.ts';

/**
 * Notices in the stand-in's form, for gateways that send some whose form is not public: `{notice, signature}`, where
 * `notice` is JSON as a text and is what the signature is over. `OK` with HTTP 200 is the only answer that ends it.
 */
const signedPath = `${standInPrefix}notices`;

type SecretOf = (credentials: Readonly<Record<string, string>>) => string;

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
    event: Type.Literal('refund_result'),
    ...subject,
    cancelId: Id,
    succeeded: Type.Boolean(),
    code: OrNull(Type.String()),
    message: OrNull(Type.String()),
  }),
]);
type Notice = Static<typeof Notice>;
const envelope = Compile(Type.Object({ notice: Type.String(), signature: Type.String() }));
const noticeReader = Compile(Notice);

/** The server's side. A gateway that has notices of its own as well tries those first. */
export function createStandInNotices({ secretOf }: { readonly secretOf: SecretOf }): GatewayNotices {
  return Object.freeze({
    identify(raw: RawNotice): NoticeSubject | undefined {
      const read = readNotice(raw);
      return read && { mid: read.notice.mid, orderId: read.notice.orderId, gatewayTid: read.notice.transactionId };
    },
    open(raw: RawNotice, keys: Parameters<GatewayNotices['open']>[1]): OpenedNotice {
      const read = readNotice(raw);
      if (!read) return { kind: 'forged', why: 'this is no notice' };
      const { notice, text, signature } = read;
      if (notice.mid !== keys.mid) return { kind: 'forged', why: 'the notice is for another merchant' };
      if (!isSignedStandIn(secretOf(keys.credentials), signedPath, text, signature)) {
        return { kind: 'forged', why: 'the signature is wrong' };
      }
      const { orderId, transactionId: gatewayTid } = notice;
      return { kind: 'notice', trust: 'authentic', orderId, gatewayTid, event: eventOf(notice) };
    },
    answer: (taken: Parameters<GatewayNotices['answer']>[0]) => ({
      status: { taken: 200, later: 503, refused: 400 }[taken],
      contentType: 'text/plain; charset=utf-8',
      body: { taken: 'OK', later: 'LATER', refused: 'REFUSED' }[taken],
    }),
  });
}

/** The simulator's side. */
export function standInSimulatorNotices(secretOf: SecretOf): SimulatorNotices {
  return {
    deposit: (payment, context) => standInDepositNotice(payment, context, secretOf),
    refundResult: (payment, cancel, context) => standInRefundNotice(payment, cancel, context, secretOf),
    isTaken: ({ status, body }) => status === 200 && body === 'OK',
    attemptsMax: 10,
  };
}

/** An account or a barcode was paid. */
export function standInDepositNotice(payment: BookPayment, context: ControlContext, secretOf: SecretOf): NoticeMessage {
  return signed(context, secretOf, {
    event: 'deposit',
    ...subjectOf(payment, payment.amountMinor, payment.paidAt ?? context.now),
    accountNumber: payment.accountNumber,
    depositorName: payment.depositorName,
  });
}

/** A refund that was taken earlier has been paid out, or could not be. */
export function standInRefundNotice(
  payment: BookPayment,
  cancel: BookCancel,
  context: ControlContext,
  secretOf: SecretOf,
): NoticeMessage {
  const isFailed = cancel.state === 'failed';
  const code = cancel.failureCode ?? 'S307';
  return signed(context, secretOf, {
    event: 'refund_result',
    ...subjectOf(payment, cancel.amountMinor, context.now),
    cancelId: cancel.cancelTid,
    succeeded: !isFailed,
    code: isFailed ? code : null,
    message: isFailed ? standInCodes[isStandInCode(code) ? code : 'S307'].message : null,
  });
}

function subjectOf(payment: BookPayment, amountMinor: bigint, at: Date) {
  return {
    mid: payment.mid,
    orderId: payment.orderId,
    transactionId: payment.tid,
    amount: Number(amountMinor),
    at: Math.floor(at.getTime() / 1000),
  };
}

function signed({ book }: ControlContext, secretOf: SecretOf, notice: Notice): NoticeMessage {
  const text = JSON.stringify(notice);
  const secret = secretOf(merchantByMid(book, notice.mid)?.credentials ?? {});
  return {
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ notice: text, signature: signStandIn(secret, signedPath, text) }),
  };
}

function readNotice(raw: RawNotice): { notice: Notice; text: string; signature: string } | undefined {
  const body = parseJson(raw.body.toString('utf8'));
  if (!envelope.Check(body)) return undefined;
  const notice = parseJson(body.notice);
  return noticeReader.Check(notice) ? { notice, text: body.notice, signature: body.signature } : undefined;
}

function eventOf(notice: Notice): NoticeEvent {
  const at = new Date(notice.at * 1000);
  const amountMinor = BigInt(notice.amount);
  if (notice.event === 'deposit') {
    const { accountNumber, depositorName } = notice;
    return { kind: 'deposit', amountMinor, accountNumber, depositorName, depositedAt: at, depositTid: null };
  }
  const { succeeded, cancelId: cancelTid, code, message } = notice;
  return { kind: 'refund_result', succeeded, cancelTid, amountMinor, at, code, message };
}
