import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { amountOf, isSignedPayment, isSuccess, type NicePayment, readPaymentMessage } from '../wire/wire.ts';
import { paidAtOf } from './answers.ts';

/**
 * NICE's webhooks: the payment as its API answers it, signed with the merchant's secret key. They come with every change of
 * a payment; a deposit is the account that is `paid`. NICE wants HTTP 200, `text/html`, and `OK` in the body.
 *
 * The signature covers TID, amount and date, but not the status, and the buyer's browser sees one of the same form when the
 * account is issued. A wrong one is refused; a right one alone proves no deposit, so that the book is asked (`unverified`).
 */
export const niceV2Notices: GatewayNotices = {
  identify(raw) {
    const payment = readNotice(raw);
    return payment && { mid: null, orderId: payment.orderId, gatewayTid: payment.tid };
  },
  open(raw, { credentials }): OpenedNotice {
    const payment = readNotice(raw);
    if (!payment || !isSignedPayment(payment, credentials.secretKey ?? '')) {
      return { kind: 'forged', why: 'the signature differs' };
    }
    const { orderId, tid } = payment;
    return { kind: 'notice', trust: 'unverified', orderId, gatewayTid: tid, event: eventOf(payment) };
  },
  answer: (taken) => ({
    status: taken === 'taken' ? 200 : taken === 'later' ? 503 : 403,
    contentType: 'text/html; charset=utf-8',
    body: taken === 'taken' ? 'OK' : 'FAIL',
  }),
};

/** Only an account that is `paid` tells of a deposit. */
function eventOf(payment: NicePayment): NoticeEvent {
  const { payMethod, status, vbank } = payment;
  const isDeposit = isSuccess(payment.resultCode) && payMethod.toLowerCase() === 'vbank' && status === 'paid';
  if (!isDeposit) return { kind: 'nothing_to_do', what: `${payMethod} ${status}`.slice(0, 60) };
  return {
    kind: 'deposit',
    amountMinor: amountOf(payment.amount),
    accountNumber: vbank?.vbankNumber ?? null,
    depositorName: null,
    depositedAt: paidAtOf(payment),
    depositTid: null,
  };
}

function readNotice(raw: RawNotice): NicePayment | undefined {
  return readPaymentMessage(raw.body.toString('utf8'));
}
