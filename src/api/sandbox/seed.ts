import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Seed } from '../../sandbox/seed/seed.ts';
import { readSeed, SeedError } from '../../sandbox/seed/seed-file.ts';
import { ObjectField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { SeededView } from '../views/seeded-payment.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxSeedRoutes(app: FastifyInstance, { plantSeed }: ControlPlane): void {
  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/seed',
    operationId: 'plantSeed',
    tag: 'sandbox',
    summary: 'Makes merchants, channels and payments in given states. The same seed again changes nothing.',
    body: Type.Object({
      text: Type.Optional(Type.String({ description: 'A seed file, as YAML or JSON. Or:' })),
      merchants: Type.Optional(Type.Array(ObjectField(), { description: 'What the file has under this name.' })),
    }),
    response: SeededView,
    refusals: ['sandbox_seed_invalid', 'sandbox_seed_stopped', 'sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ body }) {
      const planted = await plantSeed(read(body));
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

function read({ text, merchants }: { readonly text?: string; readonly merchants?: readonly object[] }): Seed {
  if (text && merchants) {
    throw new Refusal('parameter_invalid', { name: 'text', expected: 'merchants 없이 단독으로 사용' });
  }
  if (!text && !merchants) throw new Refusal('parameter_missing', { name: 'merchants' });
  try {
    return readSeed(text || JSON.stringify({ merchants }, null, 2));
  } catch (error) {
    if (error instanceof SeedError) throw new Refusal('sandbox_seed_invalid', { problems: error.message });
    throw error;
  }
}
