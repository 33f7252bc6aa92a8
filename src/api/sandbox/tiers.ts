import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { tierCodePattern } from '../../core/merchants/sub-stores.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { openSubStore } from '../../sandbox/merchants.ts';
import { StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { SandboxTierView, viewSandboxTier } from '../views/sandbox-tier.ts';
import type { ControlPlane } from './control-plane.ts';

const Params = Type.Object({ tier_code: Type.String({ description: 'Three capital letters or digits.' }) });

/** Sub-stores are made in the console of the real server; the REST API only reads them. */
export function sandboxTierRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  defineRoute(app, {
    method: 'PUT',
    url: '/sandbox/tiers/:tier_code',
    operationId: 'makeTier',
    tag: 'sandbox',
    summary: 'Makes a sub-store of the merchant, or changes one. The header Tier then names it.',
    description: 'It has the MIDs, the clock and the webhook settings of the main store, and payments of its own.',
    params: Params,
    body: Type.Object({
      tier_name: Type.Optional(Type.String({ maxLength: 80, description: 'Default: the code.' })),
      channels: Type.Optional(
        StringListField({
          description:
            "The main store's channels that it has, as `pg` names them (`tosspayments`, `kcp.MID`); the first is its default. All of them by default.",
        }),
      ),
    }),
    response: SandboxTierView,
    refusals: ['channel_not_found'],
    authenticate: true,
    permission: 'sandbox',
    ignoresTier: true,
    example: { body: { tier_name: '강남점', channels: ['tosspayments', 'kcp'] } },
    async handler({ params, body, merchant }) {
      const { tier_code: tierCode } = params;
      if (!tierCodePattern.test(tierCode)) {
        throw new Refusal('parameter_invalid', { name: 'tier_code', expected: '영문 대문자와 숫자 3자리' });
      }
      const subStore = await openSubStore(services, merchant.id, {
        tierCode,
        name: body.tier_name || tierCode,
        channels: body.channels,
      });
      return viewSandboxTier(subStore, await services.channels.ofMerchant(subStore.id));
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/tiers/:tier_code',
    operationId: 'removeTier',
    tag: 'sandbox',
    summary: 'The sub-store is there no more. Made again, it has its payments again.',
    params: Params,
    response: SandboxTierView,
    refusals: ['tier_not_found'],
    authenticate: true,
    permission: 'sandbox',
    ignoresTier: true,
    async handler({ params, merchant }) {
      const subStore = await services.subStores.find(merchant.id, params.tier_code);
      if (!subStore) throw new Refusal('tier_not_found');
      await services.subStores.retire(merchant.id, { only: subStore.tierCode });
      return viewSandboxTier(subStore, await services.channels.ofMerchant(subStore.id));
    },
  });
}
