import { deliveryStatuses, deliveryTypes } from '../../../port/delivery.ts';
import { jsonAnswer, type SimulatorAnswer, type SimulatorContext } from '../../../simulators/definition.ts';
import { paymentByTid } from '../../../simulators/payments.ts';
import { attempt, formOf, requestFields } from '../../../simulators/request-fields.ts';
import { deliveryErrorAnswer, deliveryRefusal } from './protocol.ts';

const oneOf = (values: readonly string[]) => new RegExp(`^(${values.join('|')})$`);
const time = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;
const ofAddress = ['country', 'city', 'zip', 'state', 'street', 'phone', 'firstname', 'lastname'] as const;
/** No source gives a length. */
const lengthMax = 1000;

/**
 * POST /api/delivery. The fields are looked at, and nothing is kept: no call reads a delivery, and whom goods go to is nobody's
 * business here. Whether Paymentwall takes one of a refunded charge is not public; it is taken.
 */
export function takeDelivery(context: SimulatorContext): SimulatorAnswer {
  return attempt(
    context,
    () => {
      const { book, caller, request } = context;
      const fields = requestFields(formOf(request), (name) => deliveryRefusal(`${name} is missing or wrong`));
      const paymentId = fields.text('payment_id', 100);
      fields.text('merchant_reference_id', lengthMax);
      fields.text('status', 40, oneOf(deliveryStatuses));
      fields.text('estimated_delivery_datetime', 40, time);
      fields.text('estimated_update_datetime', 40, time);
      fields.text('refundable', 5, /^(true|false)$/);
      fields.text('reason', lengthMax);
      fields.text('details', lengthMax);
      fields.optionalText('is_test', 1, /^[01]$/);
      fields.text('shipping_address[email]', lengthMax, /^\S+@\S+$/);
      if (fields.text('type', 20, oneOf(deliveryTypes)) === 'physical') {
        for (const name of ofAddress) fields.text(`shipping_address[${name}]`, lengthMax);
      }
      if (!paymentByTid(book, caller.mid, paymentId)) throw deliveryRefusal();
      return jsonAnswer(200, { success: 1 });
    },
    ({ code, message }) => deliveryErrorAnswer(code, null, message),
  );
}
