import type { Deliveries, DeliveryConfirmation } from '../../../port/delivery.ts';
import { postForm } from '../../../port/post.ts';
import { deliveryTime, readDeliveryAnswer } from '../wire/delivery.ts';
import { readError } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { isRefusal, keyHeader } from './requests.ts';

export const paymentwallDeliveries: Deliveries = {
  /** The HTTP status of a refusal is not documented: 4xx means no more than 200. A key that is not known has Brick's form. */
  async confirm(call, confirmation) {
    const fields = deliveryFields(confirmation, call.channel.mode === 'test');
    const result = await postForm(call, paths.delivery, fields, keyHeader(call));
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    const { status, text } = result;
    const answer = readDeliveryAnswer(text);
    if (status === 200 && answer?.kind === 'taken') return { kind: 'confirmed' };
    if ((status === 200 || isRefusal(status)) && answer?.kind === 'refused') return answer;
    const error = isRefusal(status) ? readError(text) : undefined;
    return error && /^\d{1,9}$/.test(error.code)
      ? { kind: 'refused', code: Number(error.code), message: error.message, notices: [] }
      : { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  },
};

/**
 * `reason` and `details` have to be there: Paymentwall's samples send `none` for the first. Whoever writes no details has the
 * status as such, since the buyer gets to read them.
 */
function deliveryFields(confirmation: DeliveryConfirmation, isTest: boolean): Readonly<Record<string, string>> {
  const { payment, merchantUid, type, status, reason, details, email, address } = confirmation;
  return {
    payment_id: payment.gatewayTid,
    merchant_reference_id: merchantUid,
    type,
    is_test: isTest ? '1' : '0',
    status,
    estimated_delivery_datetime: deliveryTime(confirmation.estimatedDeliveryAt),
    estimated_update_datetime: deliveryTime(confirmation.estimatedUpdateAt),
    refundable: String(confirmation.refundable),
    reason: reason ?? 'none',
    details: details ?? status,
    'shipping_address[email]': email,
    ...(address && {
      carrier_tracking_id: address.trackingId,
      carrier_type: address.carrier,
      'shipping_address[country]': address.country,
      'shipping_address[city]': address.city,
      'shipping_address[zip]': address.zip,
      'shipping_address[state]': address.state,
      'shipping_address[street]': address.street,
      'shipping_address[phone]': address.phone,
      'shipping_address[firstname]': address.firstName,
      'shipping_address[lastname]': address.lastName,
    }),
  };
}
