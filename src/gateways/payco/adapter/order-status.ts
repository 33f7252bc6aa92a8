import type { GatewayCall } from '../../../port/call.ts';
import type { OrderServices } from '../../../port/order-services.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { meaningOfRefusal } from '../../answers/refusal-texts.ts';
import { paycoPaths } from '../wire/paths.ts';
import { readTransactionId } from '../wire/transaction-id.ts';
import { readAnswer } from '../wire/wire.ts';
import { send } from './requests.ts';

/**
 * The status of the one product that an order of ours has. The path is listed by PAYCO; the fields are inferred from those of a
 * cancel and from the text of a refusal, which names `orderProductStatus`. The same status again changes nothing, so that a
 * repeat is safe.
 */
export const paycoOrderServices: OrderServices = Object.freeze({
  async changeOrderStatus(call: GatewayCall, payment: PaymentReference, status: string): Promise<Outcome<null>> {
    const order = readTransactionId(payment.gatewayTid ?? '');
    if (!order) return { kind: 'never_sent', why: 'the transaction id is not one of PAYCO' };
    const result = await send(call, paycoPaths.orderStatus, {
      orderNo: order.orderNo,
      orderCertifyKey: order.orderCertifyKey,
      sellerOrderProductReferenceKey: payment.orderId,
      orderProductStatus: status,
    });
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    const answer = result.status === 200 ? readAnswer(result.text) : undefined;
    if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
    const { code, message } = answer;
    if (code === '0') return { kind: 'confirmed', result: null };
    const meaning = meaningOfRefusal(message);
    const isPassing = meaning === 'in_doubt' || (call.isRepeat && meaning === 'temporarily_unavailable');
    return isPassing
      ? { kind: 'unclear', why: code, code, message }
      : { kind: 'refused', code, message: message || code, category: 'other' };
  },
});
