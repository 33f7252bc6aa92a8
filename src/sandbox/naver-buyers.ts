import { Refusal } from '../platform/errors/refusal.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

/** The gateway whose orders buyers act on. */
const orderProvider = 'naverco';

/** The payment's `imp_uid` of a product order in the simulator's book; whose it is, is not looked at. */
export async function orderOfProductOrder(simulators: Simulators, productOrderId: string): Promise<string> {
  const answer = await withSimulator(simulators.of(orderProvider), (control) =>
    control.act<{ orderId: string }>({ name: 'find-product-order', message: { productOrderId } }),
  );
  if (answer.kind === 'refused') throw new Refusal('naver_order_not_found');
  return answer.result.orderId;
}

/**
 * A buyer does something with a product order at the simulator, which tells this server of it by the gateway's own notice; that
 * has arrived, or been tried, when this returns.
 */
export async function actAsBuyer<T>(
  simulators: Simulators,
  mid: string,
  name: 'act-on-product-order' | 'write-review',
  message: Readonly<Record<string, unknown>>,
): Promise<T> {
  const answer = await withSimulator(simulators.of(orderProvider), (control) => control.act<T>({ name, mid, message }));
  if (answer.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: answer.message });
  return answer.result;
}
