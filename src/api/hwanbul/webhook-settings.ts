import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { newWebhookSecret } from '../../core/webhooks/signature.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { StoreWebhookSettingsView, viewStoreWebhookSettings, viewWebhookSettings } from '../views/webhook-settings.ts';
import { webhookChanges, webhookFields } from '../webhook-fields.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

/** How a store's webhooks are sent. A sandbox has it under /sandbox/merchant as well, where no member is needed. */
export function webhookSettingsRoutes(app: FastifyInstance, services: Services): void {
  const { merchants } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/webhook-settings',
    operationId: 'getWebhookSettings',
    tag: 'webhooks',
    summary: 'How the webhooks of the merchant and its sub-stores are sent.',
    response: StoreWebhookSettingsView,
    refusals: [],
    authenticate: true,
    handler: async ({ merchant }) => viewStoreWebhookSettings(await merchants.webhookSettings(merchant.id), null),
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/webhook-settings',
    operationId: 'changeWebhookSettings',
    tag: 'webhooks',
    summary: 'Changes how the webhooks of the merchant are sent; what is left out stays as it is.',
    description:
      'In live mode only of a merchant whose entry in MERCHANTS_FILE has `webhooks_in_console`. What waits to be delivered keeps its URL and its form.',
    body: Type.Object(webhookFields),
    headers: operatorHeaders,
    response: StoreWebhookSettingsView,
    refusals: ['operator_required', 'settings_in_file', 'parameter_invalid'],
    authenticate: true,
    permission: 'settings',
    ignoresTier: true,
    example: { body: { webhook_url: 'https://shop.example/webhook', webhook_format: 'json', webhook_retry: true } },
    async handler({ body, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const before = await merchants.webhookSettings(merchant.id);
      if (before.isInFile) throw new Refusal('settings_in_file');
      const secret = body.webhook_signing ? newWebhookSecret() : null;
      const after = await merchants.changeWebhookSettings(merchant.id, webhookChanges(body, secret));
      // Never the secret; that there is a new one is told.
      audit({
        before: viewWebhookSettings(before, null),
        after: { ...viewWebhookSettings(after, null), is_new_secret: secret !== null },
      });
      return viewStoreWebhookSettings(after, secret);
    },
  });
}
