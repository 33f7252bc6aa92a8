import { openCertification } from '../../../core/certifications/kept-person.ts';
import { lookForCertification } from '../../../core/certifications/parts.ts';
import { insertWindowCertification } from '../../../core/certifications/window-certification.ts';
import { noteCheckoutEnd } from '../../../core/checkout/leave-checkout.ts';
import type { Channel } from '../../../core/merchants/channels.ts';
import type { Certification } from '../../../core/records/certification.ts';
import type { CheckoutRow } from '../../../core/records/checkout.ts';
import type { Services } from '../../../core/services.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import type { PersonToCertify } from '../../../port/certification.ts';
import { certifyAtSimulator } from '../../../sandbox/certifications.ts';
import type { Simulators } from '../../../sandbox/simulators.ts';

/** What the window has come to; `undefined` while it is open. */
export async function certificationOfCheckout(
  services: Services,
  { merchant_id, imp_uid }: CheckoutRow,
): Promise<Certification | undefined> {
  const row = await lookForCertification(services, merchant_id, imp_uid);
  return row && openCertification(services.encryption, row);
}

/** The person goes through the window. One that has ended stays as it is. */
export async function certifyInWindow(
  services: Services,
  simulators: Simulators,
  checkout: CheckoutRow,
  channel: Channel,
  person: PersonToCertify,
): Promise<void> {
  if (await certificationOfCheckout(services, checkout)) return;
  const youngest = checkout.request.certification?.min_age ?? null;
  if (youngest !== null && ageOf(person, services.clock.now()) < youngest) {
    throw new Refusal('sandbox_certification_refused', { reason: `만 ${youngest}세 이상만 이용할 수 있습니다.` });
  }
  const certified = await certifyAtSimulator(simulators, channel, checkout.imp_uid, person);
  await insertWindowCertification(services, { ...endOf(checkout, channel), person: certified });
}

/** The person has left, or it is too late. A window that has ended stays as it is. */
export async function endUncertified(
  services: Services,
  checkout: CheckoutRow,
  channel: Channel,
  endCode: string,
): Promise<void> {
  if (await certificationOfCheckout(services, checkout)) return;
  await noteCheckoutEnd(services, checkout, endCode);
  await insertWindowCertification(services, { ...endOf(checkout, channel), person: null });
}

function endOf({ imp_uid: impUid, request }: CheckoutRow, channel: Channel) {
  return { channel, impUid, merchantUid: request.merchant_uid, origin: request.origin };
}

/** In full years, in Seoul. */
function ageOf({ birthday }: PersonToCertify, now: Date): number {
  const today = new Date(now.getTime() + 9 * 3600_000);
  const [year = 0, month = 0, day = 0] = birthday.split('-').map(Number);
  const hadBirthday =
    today.getUTCMonth() + 1 > month || (today.getUTCMonth() + 1 === month && today.getUTCDate() >= day);
  return today.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
}
