import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { AccessTokenView } from '../views/access-token.ts';

export function accessTokenRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/users/getToken',
    operationId: 'getToken',
    tag: 'authenticate',
    summary: 'Gives the access token of a merchant: the same one until it expires.',
    body: Type.Object({
      imp_key: Type.Optional(Type.String({ description: 'REST API key.' })),
      imp_secret: Type.Optional(Type.String({ description: 'REST API secret.' })),
    }),
    response: AccessTokenView,
    refusals: ['credentials_missing', 'credentials_wrong'],
    authenticate: false,
    async handler({ body }) {
      if (!body.imp_key || !body.imp_secret) throw new Refusal('credentials_missing');
      const merchant = await services.merchants.byKeyPair(body.imp_key, body.imp_secret);
      if (!merchant) throw new Refusal('credentials_wrong');
      const { token, expiresAt } = await services.accessTokens.issue(merchant);
      return {
        access_token: token,
        now: unixSeconds(services.clocks.of(merchant.id).now()),
        expired_at: unixSeconds(expiresAt),
      };
    },
  });
}
