import type { Channel } from '../core/merchants/channels.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import type { CertifiedPerson, PersonToCertify } from '../port/certification.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

/** A person goes through the window of a provider's simulator. */
export async function certifyAtSimulator(
  simulators: Simulators,
  { provider, mid }: Channel,
  orderId: string,
  person: PersonToCertify,
): Promise<CertifiedPerson> {
  const answer = await withSimulator(simulators.of(provider), (control) =>
    control.certifyInWindow({ mid, orderId, person }),
  );
  if (answer.kind === 'refused') throw new Refusal('sandbox_certification_refused', { reason: answer.message });
  const { transactionId, certifiedAt, ...certified } = answer.result;
  return { ...certified, gatewayTid: transactionId, certifiedAt: new Date(certifiedAt * 1000) };
}

/** A person says yes in the carrier's app. */
export async function confirmInAppAtSimulator(
  simulators: Simulators,
  { provider, mid }: Channel,
  orderId: string,
): Promise<void> {
  const answer = await withSimulator(simulators.of(provider), (control) => control.confirmInApp({ mid, orderId }));
  if (answer.kind === 'refused') throw new Refusal('sandbox_certification_refused', { reason: answer.message });
}
