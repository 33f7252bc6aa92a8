import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readSeedApart } from '../../sandbox/seed/reading-thread/read-apart.ts';
import type { Seed } from '../../sandbox/seed/seed.ts';
import { SeedError } from '../../sandbox/seed/seed-file.ts';
import { ObjectField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { SeededView } from '../views/seeded-payment.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxSeedRoutes(app: FastifyInstance, { plantSeed, merchantOf }: ControlPlane): void {
  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/seed',
    operationId: 'plantSeed',
    tag: 'sandbox',
    summary: 'Makes merchants, channels and payments in given states. The same seed again changes nothing.',
    description:
      'A merchant that is there already has to be named with its own secret; with its token, it is given another one.',
    body: Type.Object({
      text: Type.Optional(Type.String({ description: 'A seed file, as YAML or JSON. Or:' })),
      merchants: Type.Optional(Type.Array(ObjectField(), { description: 'What the file has under this name.' })),
    }),
    response: SeededView,
    refusals: [
      'sandbox_seed_invalid',
      'sandbox_merchant_taken',
      'sandbox_seed_stopped',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: {
      body: {
        merchants: [{ payments: [{ merchant_uid: 'seeded-1', pay_method: 'card', amount: 1000, state: 'paid' }] }],
      },
    },
    async handler({ body, request }) {
      const caller = await merchantOf(request);
      const planted = await plantSeed(await read(body), { merchantId: caller && mainStoreOf(caller) });
      return {
        payments: planted.map(({ impKey, payment, isChanged }) => ({
          imp_key: impKey,
          merchant_uid: payment.merchant_uid,
          imp_uid: payment.imp_uid,
          status: payment.status,
          changed: isChanged,
        })),
      };
    },
  });
}

async function read({
  text,
  merchants,
}: {
  readonly text?: string;
  readonly merchants?: readonly object[];
}): Promise<Seed> {
  if (text && merchants) {
    throw new Refusal('parameter_invalid', { name: 'text', expected: 'merchants 없이 단독으로 사용' });
  }
  if (!text && !merchants) throw new Refusal('parameter_missing', { name: 'merchants' });
  try {
    return await readSeedApart(text || JSON.stringify({ merchants }, null, 2));
  } catch (error) {
    if (error instanceof SeedError) throw new Refusal('sandbox_seed_invalid', { problems: error.message });
    throw error;
  }
}
