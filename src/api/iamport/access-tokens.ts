import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { createWrongSecrets, type WrongSecrets } from '../../core/merchants/wrong-secrets.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { AccessTokenView } from '../views/access-token.ts';

export function accessTokenRoutes(app: FastifyInstance, services: Services): void {
  const wrongSecrets = createWrongSecrets(services.clock);
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
    refusals: ['credentials_missing', 'credentials_wrong', 'too_many_wrong_secrets'],
    authenticate: false,
    async handler({ body, request }) {
      if (!body.imp_key || !body.imp_secret) throw new Refusal('credentials_missing');
      const merchant = await services.merchants.byKeyPair(body.imp_key, body.imp_secret);
      if (!merchant) throw refuseWrongSecret(services, wrongSecrets, body.imp_key, request.ip);
      const { token, expiresAt } = await services.accessTokens.issue(merchant);
      return {
        access_token: token,
        now: unixSeconds(services.clocks.of(merchant.id).now()),
        expired_at: unixSeconds(expiresAt),
      };
    },
  });
}

/**
 * The right secret is always taken: were it refused, anybody could lock a shop out by guessing at its key, or from behind the
 * same proxy. What is slowed down is the guessing.
 */
function refuseWrongSecret(services: Services, wrongSecrets: WrongSecrets, impKey: string, address: string): Refusal {
  const { isTooMany, isNews } = wrongSecrets.count(impKey, address);
  if (isNews) services.log.warn({ impKey: impKey.slice(0, 64), address }, 'many wrong secrets are being tried');
  return new Refusal(isTooMany ? 'too_many_wrong_secrets' : 'credentials_wrong');
}
