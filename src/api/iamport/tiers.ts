import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { TierView, viewTier } from '../views/tier.ts';

export function tierRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/tiers/:tier_code',
    operationId: 'getTier',
    tag: 'tiers',
    summary: 'A sub-store of the merchant, which the header Tier of every other operation names.',
    params: Type.Object({ tier_code: Type.String({ description: 'Three capital letters or digits.' }) }),
    response: TierView,
    refusals: ['tier_not_found'],
    authenticate: true,
    ignoresTier: true,
    async handler({ params, merchant }) {
      const subStore = await services.subStores.find(merchant.id, params.tier_code);
      if (!subStore) throw new Refusal('tier_not_found');
      return viewTier(subStore);
    },
  });
}
