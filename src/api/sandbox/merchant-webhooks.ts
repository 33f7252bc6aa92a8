import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { isWebhookUrl } from '../../core/webhooks/send.ts';
import { newWebhookSecret } from '../../core/webhooks/signature.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ownUserCode } from '../../sandbox/checkout/user-codes.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { OwnMerchantView } from '../views/sandbox-merchant.ts';
import { viewWebhookSettings } from '../views/webhook-settings.ts';
import type { ControlPlane } from './control-plane.ts';

export const webhookFields = {
  webhook_url: Type.Optional(
    Type.String({ maxLength: 2000, description: 'For payments without a notice_url of their own. Empty: none.' }),
  ),
  webhook_format: Type.Optional(ChoiceField(['json', 'form'])),
  webhook_retry: Type.Optional(
    Type.Boolean({
      description: 'Whether a webhook that failed is sent again, up to five times, a minute of its clock apart.',
    }),
  ),
  webhook_signing: Type.Optional(
    Type.Boolean({ description: 'true: webhooks are signed, with a new secret, which only this answer shows.' }),
  ),
};

export function readWebhookUrl(text: string | undefined): string | null {
  if (!text) return null;
  if (!isWebhookUrl(text)) throw new Refusal('parameter_invalid', { name: 'webhook_url', expected: 'http(s) URL' });
  return text;
}

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
      const changed = await merchants.changeWebhookSettings(merchant.id, {
        ...(body.webhook_url === undefined ? {} : { webhookUrl: readWebhookUrl(body.webhook_url) }),
        ...(body.webhook_format === undefined ? {} : { webhookFormat: body.webhook_format }),
        ...(body.webhook_retry === undefined ? {} : { webhookRetry: body.webhook_retry }),
        ...(body.webhook_signing === undefined ? {} : { webhookSecret: secret }),
      });
      return { user_code: await ownUserCode(services, merchant), ...viewWebhookSettings(changed, secret) };
    },
  });
}
