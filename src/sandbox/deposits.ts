import { readPayment } from '../core/operations/context.ts';
import { orderIdOf, type Payment } from '../core/records/payment.ts';
import type { Services } from '../core/services.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import type { ControlResult, SimulatorControl } from '../simulators/control.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

/**
 * Somebody pays: at the bank or at the counter. The simulator's book decides whether that is still possible, and tells this
 * server by the gateway's own notice, which has arrived when the simulator answers. Of a payment that was paid before, and
 * that our book does not know of, the notice is sent again.
 */
export async function payAtSimulator(
  services: Services,
  simulators: Simulators,
  payment: Payment,
  pay: (control: SimulatorControl, orderId: string) => Promise<ControlResult<unknown>>,
): Promise<Payment> {
  const simulator = simulators.of(payment.provider);
  const orderId = orderIdOf(payment);
  const answer = await withSimulator(simulator, (control) => pay(control, orderId));
  if (answer.kind === 'refused') {
    const resent =
      payment.status === 'ready' && answer.code === 'ALREADY_PAID'
        ? await withSimulator(simulator, (control) => control.resendNotices({ mid: payment.mid, orderId }))
        : undefined;
    if (resent?.kind !== 'done') throw new Refusal('sandbox_payment_refused', { reason: answer.message });
  }
  const current = await readAgain(services, payment);
  // The notice has not been taken, or not been applied yet: it is sent, and tried, again.
  if (current.status === 'ready') throw new Refusal('sandbox_notice_waiting');
  return current;
}

/** What the gateway pays out later is paid out now, or can't be; the gateway's notice of it has arrived when this returns. */
export async function completeRefundAtSimulator(
  services: Services,
  simulators: Simulators,
  payment: Payment,
  result: { readonly succeeded: boolean; readonly code?: string },
): Promise<Payment> {
  const answer = await withSimulator(simulators.of(payment.provider), (control) =>
    control.completeRefund({ mid: payment.mid, orderId: orderIdOf(payment), ...result }),
  );
  if (answer.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: answer.message });
  return readAgain(services, payment);
}

async function readAgain({ database }: Services, { merchant_id, id }: Payment): Promise<Payment> {
  const current = await readPayment(database, merchant_id, id);
  if (!current) throw new Refusal('payment_not_found');
  return current;
}
