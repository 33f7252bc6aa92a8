import type { Services } from '../../core/services.ts';
import type { ClockAnswer } from '../../simulators/control.ts';
import { type SandboxSimulator, type Simulators, withSimulator } from '../simulators.ts';
import type { HeldClocks } from './held-clocks.ts';

/** A merchant at one simulator. */
export interface SimulatedMerchant {
  readonly merchantId: bigint;
  readonly simulator: SandboxSimulator;
  readonly mid: string;
}

export async function simulatedMerchants(
  { channels }: Services,
  simulators: Simulators,
  merchantId: bigint,
): Promise<readonly SimulatedMerchant[]> {
  const own = await channels.ofMerchant(merchantId);
  return own.flatMap(({ provider, mid, access }) => {
    const simulator = simulators.all.find((each) => each.provider === provider);
    return simulator && access.mode === 'test' ? [{ merchantId, simulator, mid }] : [];
  });
}

/** Without `at` the clock is let go. */
export function setClockAt(
  { simulator, mid }: SimulatedMerchant,
  at: Date | undefined,
  since?: Date,
): Promise<ClockAnswer> {
  return withSimulator(simulator, (control) => control.setClock({ mid, ...(at && { at }), ...(since && { since }) }));
}

/** At the start the held clocks are read, and told: a simulator may have a new book, or been killed before it was told. */
export async function restoreClocks(services: Services, simulators: Simulators, heldClocks: HeldClocks): Promise<void> {
  await heldClocks.refresh();
  const rows = await services.database.query<{ merchant_id: bigint }>('select merchant_id from sandbox_clocks');
  for (const { merchant_id: merchantId } of rows) {
    const at = heldClocks.heldAt(merchantId);
    if (!at) continue;
    for (const each of await simulatedMerchants(services, simulators, merchantId)) await setClockAt(each, at);
  }
}
