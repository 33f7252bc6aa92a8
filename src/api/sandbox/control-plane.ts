import type { FastifyRequest } from 'fastify';
import type { Channel } from '../../core/merchants/channels.ts';
import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { HeldClocks } from '../../sandbox/clocks/held-clocks.ts';
import type { PlantSeed } from '../../sandbox/seed/plant-seed.ts';
import type { Simulators } from '../../sandbox/simulators.ts';
import { actingStore } from '../foundation/tier.ts';
import { tokenOf } from '../foundation/token.ts';

/** What only a sandbox has. */
export interface SandboxParts {
  readonly simulators: Simulators;
  readonly heldClocks: HeldClocks;
  readonly plantSeed: PlantSeed;
}

/**
 * Whom a call of the control plane acts for. With a token or a member's session, for that merchant alone (or the sub-store that `Tier` names); without one (a buyer has none) for the
 * demo merchant, or, where a payment is named, for its merchant.
 */
export interface ControlPlane extends SandboxParts {
  readonly services: Services;
  merchantOf(request: FastifyRequest): Promise<Merchant | undefined>;
  merchantOrDemo(request: FastifyRequest): Promise<Merchant>;
  paymentFor(request: FastifyRequest, impUid: string): Promise<Payment>;
  /** The channel that a fault, a book or a reset is limited to; without a merchant there is no limit. */
  channelOf(merchant: Merchant | undefined, provider: string): Promise<Channel | undefined>;
}

export function createControlPlane(services: Services, parts: SandboxParts): ControlPlane {
  async function merchantOf(request: FastifyRequest): Promise<Merchant | undefined> {
    if (request.member) return request.merchant;
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const merchant = await services.accessTokens.merchantOf(token);
    if (!merchant) throw new Refusal('unauthorized');
    return actingStore(services.subStores.find, merchant, request);
  }
  return {
    ...parts,
    services,
    merchantOf,
    async merchantOrDemo(request) {
      const merchant = (await merchantOf(request)) ?? (await services.merchants.byKey(demoKeyPair.impKey));
      if (!merchant) throw new Refusal('unauthorized');
      return merchant;
    },
    async paymentFor(request, impUid) {
      const merchant = await merchantOf(request);
      if (merchant) return findPayment(services.database, merchant.id, impUid);
      const [payment] = await services.database.query<Payment>('select * from payments where imp_uid = $1', [impUid]);
      if (!payment) throw new Refusal('payment_not_found');
      return payment;
    },
    channelOf: async (merchant, provider) => merchant && services.channels.choose(merchant.id, { provider }),
  };
}
