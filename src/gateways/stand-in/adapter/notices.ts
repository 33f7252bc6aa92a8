import type { GatewayNotices, NoticeEvent, NoticeSubject, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { noticesPath, readNotice, type StandInNotice } from '../wire/notices.ts';
import { isSignedStandIn, type SecretOf } from '../wire/protocol.ts';

/** Notices in the stand-in's form. A gateway that has notices of its own as well tries those first. */
export function createStandInNotices({ secretOf }: { readonly secretOf: SecretOf }): GatewayNotices {
  return Object.freeze({
    identify(raw: RawNotice): NoticeSubject | undefined {
      const read = readNotice(raw.body.toString('utf8'));
      return read && { mid: read.notice.mid, orderId: read.notice.orderId, gatewayTid: read.notice.transactionId };
    },
    open(raw: RawNotice, keys: Parameters<GatewayNotices['open']>[1]): OpenedNotice {
      const read = readNotice(raw.body.toString('utf8'));
      if (!read) return { kind: 'forged', why: 'this is no notice' };
      const { notice, text, signature } = read;
      if (notice.mid !== keys.mid) return { kind: 'forged', why: 'the notice is for another merchant' };
      if (!isSignedStandIn(secretOf(keys.credentials), noticesPath, text, signature)) {
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

function eventOf(notice: StandInNotice): NoticeEvent {
  if (notice.event === 'order_changed') return { kind: 'order_changed' };
  const at = new Date(notice.at * 1000);
  const amountMinor = BigInt(notice.amount);
  if (notice.event === 'deposit') {
    const { accountNumber, depositorName } = notice;
    return { kind: 'deposit', amountMinor, accountNumber, depositorName, depositedAt: at, depositTid: null };
  }
  if (notice.event === 'escrow_changed') {
    return { kind: 'escrow_changed', status: notice.status, at, reason: notice.reason };
  }
  const { succeeded, cancelId: cancelTid, code, message } = notice;
  return { kind: 'refund_result', succeeded, cancelTid, amountMinor, at, code, message };
}
