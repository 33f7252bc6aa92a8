import Type, { type Static } from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import { validatorOf } from '../../../platform/json/validator.ts';
import { isKnownCurrency } from '../../../platform/money/currency.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { readJson } from '../../answers/read-json.ts';
import { minorOf } from '../wire/money.ts';
import { linkedId, PaypalRefund } from '../wire/wire.ts';

/**
 * PayPal's webhooks about refunds, which name the capture in a link. Their form is general knowledge. The signature is not
 * looked at: a notice makes the server ask PayPal, and its answer is what counts.
 */
export const paypalNotices: GatewayNotices = {
  identify(raw) {
    const captureId = linkedId(readEvent(raw)?.resource.links, 'captures');
    return captureId === undefined ? undefined : { mid: null, orderId: null, gatewayTid: captureId };
  },
  open(raw): OpenedNotice {
    const event = readEvent(raw);
    const gatewayTid = linkedId(event?.resource.links, 'captures');
    if (!event || gatewayTid === undefined) return { kind: 'forged', why: 'it is no notice of a refund' };
    return { kind: 'notice', trust: 'unverified', orderId: null, gatewayTid, event: eventOf(event) };
  },
  answer: (taken) => ({
    status: { taken: 200, later: 503, refused: 400 }[taken],
    contentType: 'text/plain',
    body: '',
  }),
};

const WebhookEvent = Type.Object({ event_type: Type.String({ maxLength: 100 }), resource: PaypalRefund });
type WebhookEvent = Static<typeof WebhookEvent>;
const webhookEvent = validatorOf(WebhookEvent);

function readEvent({ body }: RawNotice): WebhookEvent | undefined {
  const value = readJson(body.toString('utf8'));
  return webhookEvent.Check(value) ? value : undefined;
}

function eventOf({ event_type: type, resource: refund }: WebhookEvent): NoticeEvent {
  const succeeded = refund.status === 'COMPLETED';
  if (!succeeded && refund.status !== 'FAILED' && refund.status !== 'CANCELLED') {
    return { kind: 'nothing_to_do', what: type };
  }
  const { currency_code: currency } = refund.amount;
  return {
    kind: 'refund_result',
    succeeded,
    cancelTid: refund.id,
    amountMinor: (isKnownCurrency(currency) && minorOf(refund.amount, currency)) || null,
    at: readTime(refund.create_time ?? '') ?? null,
    code: succeeded ? null : refund.status,
    message: succeeded ? null : (refund.status_details?.reason ?? refund.status),
  };
}
