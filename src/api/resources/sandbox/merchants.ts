import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../../../errors/refusal.ts';
import { makeSandboxMerchant } from '../../../sandbox/merchants.ts';
import { ChoiceField } from '../../foundation/fields.ts';
import { defineRoute } from '../../foundation/route.ts';
import { ChannelView, viewChannel } from '../users.ts';
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
      webhook_url: Type.Optional(Type.String({ maxLength: 2000 })),
      webhook_format: Type.Optional(ChoiceField(['json', 'form'])),
      webhook_retry: Type.Optional(Type.Boolean()),
    }),
    response: Type.Object({
      imp_key: Type.String(),
      imp_secret: Type.String(),
      channels: Type.Array(ChannelView),
      webhook_url: Type.Union([Type.String(), Type.Null()]),
      webhook_format: Type.String(),
      webhook_retry: Type.Boolean(),
    }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ body }) {
      const settings = {
        name: body.name || 'sandbox merchant',
        webhookUrl: readWebhookUrl(body.webhook_url),
        webhookFormat: body.webhook_format ?? 'json',
        webhookRetry: body.webhook_retry ?? false,
      } as const;
      const { keys, channels } = await makeSandboxMerchant(services, simulators, settings);
      return {
        imp_key: keys.impKey,
        imp_secret: keys.impSecret,
        channels: channels.map(viewChannel),
        webhook_url: settings.webhookUrl,
        webhook_format: settings.webhookFormat,
        webhook_retry: settings.webhookRetry,
      };
    },
  });
}

function readWebhookUrl(text: string | undefined): string | null {
  if (!text) return null;
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new Refusal('parameter_invalid', { name: 'webhook_url', expected: 'http(s) URL' });
  }
  return text;
}
