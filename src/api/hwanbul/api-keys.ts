import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { ApiKeysView, RotatedKeysView, viewApiKeys } from '../views/api-keys.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

const graces = { now: 0, '1h': 3_600_000, '1d': 86_400_000, '3d': 3 * 86_400_000, '7d': 7 * 86_400_000 } as const;
type Grace = keyof typeof graces;

/** The keys of shops' programs, and new ones for them. */
export function apiKeyRoutes(app: FastifyInstance, services: Services): void {
  const { merchants } = services;

  async function keysOf(merchantId: bigint) {
    const keys = await merchants.keys(merchantId);
    if (!keys) throw new Error('a main store has no keys');
    return keys;
  }

  defineRoute(app, {
    method: 'GET',
    url: '/api-keys',
    operationId: 'getApiKeys',
    tag: 'members',
    summary: "The merchant's key, when its secrets were last used, and until when the one before is taken.",
    response: ApiKeysView,
    refusals: [],
    authenticate: true,
    permission: 'keys',
    ignoresTier: true,
    handler: async ({ merchant }) => viewApiKeys(await keysOf(merchant.id)),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/api-keys/rotate',
    operationId: 'rotateApiKeys',
    tag: 'members',
    summary: 'Gives the merchant a new imp_secret, shown once. The old one is taken until the grace ends.',
    description:
      'With `now`, the tokens of the old secret end, too; else they live out their time. A further rotation ends an earlier grace. In live mode the keys stand in MERCHANTS_FILE, and are changed there.',
    body: Type.Object({
      grace: ChoiceField(Object.keys(graces) as Grace[], { description: 'How long the old secret is still taken.' }),
    }),
    headers: operatorHeaders,
    response: RotatedKeysView,
    refusals: ['operator_required', 'keys_in_file', 'keys_of_demo'],
    authenticate: true,
    permission: 'keys',
    ignoresTier: true,
    example: { body: { grace: '1d' } },
    async handler({ body, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const { impKey } = await keysOf(merchant.id);
      if (impKey === demoKeyPair.impKey) throw new Refusal('keys_of_demo');
      const rotated = await merchants.rotateSecret(merchant.id, graces[body.grace]);
      if (!rotated) throw new Refusal('keys_in_file');
      const { previous } = await keysOf(merchant.id);
      audit({ subject: rotated.impKey, after: { grace: body.grace } });
      return { imp_key: rotated.impKey, imp_secret: rotated.impSecret, previous_until: unixSeconds(previous?.until) };
    },
  });
}
