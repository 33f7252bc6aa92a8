import { Refusal } from '../errors/refusal.ts';
import type { ControlResult, SimulatorControl } from '../gateways/simulator/control.ts';
import { applyDeposit } from '../payments/deposits.ts';
import { orderIdOf, type Payment } from '../payments/payment.ts';
import type { Services } from '../services.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

/**
 * Somebody pays: at the bank or at the counter. The simulator's book decides whether that is still possible; ours then takes
 * over what the adapter reads there, as it would on the gateway's notice. A payment that was paid before is only taken over.
 */
export async function payAtSimulator(
  services: Services,
  simulators: Simulators,
  payment: Payment,
  pay: (control: SimulatorControl, orderId: string) => Promise<ControlResult<unknown>>,
): Promise<Payment> {
  const answer = await withSimulator(simulators.of(payment.provider), (control) => pay(control, orderIdOf(payment)));
  const channel = await services.channels.byId(payment.channel_id);
  const lookup = await channel.gateway.lookUp(
    {
      channel: channel.access,
      http: services.http,
      idempotencyKey: payment.imp_uid,
      timeLimitMs: services.settings.gatewayTimeoutMs,
      now: services.clock.now(),
    },
    { orderId: orderIdOf(payment), gatewayTid: payment.pg_tid },
  );
  const paid = lookup.kind === 'found' ? await applyDeposit(services, payment, lookup.payment) : undefined;
  if (paid) return paid;
  if (answer.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: answer.message });
  const [current] = await services.database.query<Payment>('select * from payments where id = $1', [payment.id]);
  if (!current || current.status === 'ready') throw new Refusal('outcome_in_doubt');
  return current;
}
