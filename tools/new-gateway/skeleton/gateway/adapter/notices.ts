// if notices
/** INVENTED: what a notice is made of, that it is signed, and what the gateway wants to read in answer. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { GatewayNotices } from '../../../../../src/port/notices.ts';
import { noticeSignatureOf, readNotice } from '../wire/notices.ts';
import { isSigned } from '../wire/protocol.ts';

export const notices: GatewayNotices = {
  identify(raw) {
    const read = readNotice(raw.body.toString('utf8'));
    return read && { mid: read.notice.mid, orderId: read.notice.orderId, gatewayTid: read.notice.transactionId };
  },

  open(raw, { mid, credentials }) {
    const read = readNotice(raw.body.toString('utf8'));
    if (!read) return { kind: 'forged', why: 'this is no notice' };
    const { notice, text, signature } = read;
    const secretKey = credentials.secretKey ?? '';
    if (!isSigned(secretKey, noticeSignatureOf(secretKey, text), signature)) {
      return { kind: 'forged', why: 'the signature is wrong' };
    }
    if (notice.mid !== mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    const { orderId, transactionId: gatewayTid, accountNumber, depositorName } = notice;
    return {
      kind: 'notice',
      trust: 'authentic',
      orderId,
      gatewayTid,
      event: {
        kind: 'deposit',
        amountMinor: BigInt(notice.amount),
        accountNumber,
        depositorName,
        depositedAt: readTime(notice.depositedAt) ?? null,
        depositTid: null,
      },
    };
  },

  answer: (taken) => ({
    status: { taken: 200, later: 503, refused: 400 }[taken],
    contentType: 'text/plain; charset=utf-8',
    body: { taken: 'OK', later: 'LATER', refused: 'REFUSED' }[taken],
  }),
};
// end
