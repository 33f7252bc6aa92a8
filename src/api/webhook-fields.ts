import { type Static, Type } from 'typebox';
import type { MerchantSettings } from '../core/merchants/merchants.ts';
import { isWebhookUrl } from '../core/webhooks/send.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import { ChoiceField } from './foundation/fields.ts';

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

const Fields = Type.Object(webhookFields);

/** What is left out stays as it is. */
export function webhookChanges(
  body: Static<typeof Fields>,
  secret: string | null,
): Partial<Omit<MerchantSettings, 'name'>> {
  return {
    ...(body.webhook_url === undefined ? {} : { webhookUrl: readWebhookUrl(body.webhook_url) }),
    ...(body.webhook_format === undefined ? {} : { webhookFormat: body.webhook_format }),
    ...(body.webhook_retry === undefined ? {} : { webhookRetry: body.webhook_retry }),
    ...(body.webhook_signing === undefined ? {} : { webhookSecret: secret }),
  };
}
