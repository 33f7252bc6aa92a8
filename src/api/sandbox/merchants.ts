import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { newWebhookSecret } from '../../core/webhooks/signature.ts';
import { userCodeOf } from '../../sandbox/checkout/user-codes.ts';
import { makeSandboxMerchant } from '../../sandbox/merchants.ts';
import { defineRoute } from '../foundation/route.ts';
import { viewChannel } from '../views/channel.ts';
import { SandboxMerchantView } from '../views/sandbox-merchant.ts';
import { viewWebhookSettings } from '../views/webhook-settings.ts';
import { readWebhookUrl, webhookFields } from '../webhook-fields.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxMerchantRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/merchants',
    operationId: 'makeSandboxMerchant',
    tag: 'sandbox',
    summary: 'A new merchant with a fresh key pair and one test channel per gateway.',
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 80 })),
      ...webhookFields,
    }),
    response: SandboxMerchantView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    example: { body: { name: 'my shop', webhook_url: 'http://127.0.0.1:9000/hook' } },
    async handler({ body }) {
      const settings = {
        name: body.name || 'sandbox merchant',
        webhookUrl: readWebhookUrl(body.webhook_url),
        webhookFormat: body.webhook_format ?? 'json',
        webhookRetry: body.webhook_retry ?? false,
        webhookSecret: body.webhook_signing ? newWebhookSecret() : null,
      } as const;
      const { merchant, keys, channels } = await makeSandboxMerchant(services, simulators, settings);
      return {
        imp_key: keys.impKey,
        imp_secret: keys.impSecret,
        user_code: userCodeOf(merchant),
        channels: channels.map(viewChannel),
        ...viewWebhookSettings(
          { ...settings, isSigned: settings.webhookSecret !== null, isInFile: false },
          settings.webhookSecret,
        ),
      };
    },
  });
}
