import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { newWebhookSecret } from '../../core/webhooks/signature.ts';
import { ownUserCode } from '../../sandbox/checkout/user-codes.ts';
import { defineRoute } from '../foundation/route.ts';
import { OwnMerchantView } from '../views/sandbox-merchant.ts';
import { viewWebhookSettings } from '../views/webhook-settings.ts';
import { webhookChanges, webhookFields } from '../webhook-fields.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxMerchantSettingRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  const { merchants } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/merchant',
    operationId: 'readSandboxMerchant',
    tag: 'sandbox',
    summary: 'The user code of the merchant, and how its webhooks are sent.',
    response: OwnMerchantView,
    refusals: [],
    authenticate: true,
    handler: async ({ merchant }) => ({
      user_code: await ownUserCode(services, merchant),
      ...viewWebhookSettings(await merchants.webhookSettings(merchant.id), null),
    }),
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/sandbox/merchant',
    operationId: 'changeSandboxMerchant',
    tag: 'sandbox',
    summary: 'Changes how the webhooks of the merchant are sent; what is left out stays as it is.',
    description:
      'On the real server this is set in its console. What waits to be delivered keeps its URL and its form.',
    body: Type.Object(webhookFields),
    response: OwnMerchantView,
    refusals: [],
    authenticate: true,
    permission: 'settings',
    example: {
      body: {
        webhook_url: 'http://127.0.0.1:9000/hook',
        webhook_format: 'json',
        webhook_retry: true,
        webhook_signing: true,
      },
    },
    async handler({ body, merchant }) {
      const secret = body.webhook_signing ? newWebhookSecret() : null;
      const changed = await merchants.changeWebhookSettings(merchant.id, webhookChanges(body, secret));
      return { user_code: await ownUserCode(services, merchant), ...viewWebhookSettings(changed, secret) };
    },
  });
}
