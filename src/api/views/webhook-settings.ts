import { Type } from 'typebox';
import type { WebhookSettings } from '../../core/merchants/merchants.ts';
import type { WebhookFormat } from '../../core/webhooks/delivery.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull, WordOf } from './fields.ts';

/** How a merchant's webhooks are sent. */
export const WebhookSettingsView = Type.Object({
  webhook_url: TextOrNull,
  webhook_format: WordOf<WebhookFormat>(),
  webhook_retry: Type.Boolean(),
  webhook_signing: Type.Boolean(),
  webhook_secret: Type.Union([Type.String(), Type.Null()], {
    description:
      'The secret that webhooks are signed with (X-Hwanbul-Signature, docs/webhooks.md), `whsec_…`. Shown once, in the answer to the call that makes it by webhook_signing=true; null in all others.',
  }),
});

export type WebhookSettingsAnswer = Answer<typeof WebhookSettingsView>;

export function viewWebhookSettings(settings: WebhookSettings, newSecret: string | null): WebhookSettingsAnswer {
  return {
    webhook_url: settings.webhookUrl,
    webhook_format: settings.webhookFormat,
    webhook_retry: settings.webhookRetry,
    webhook_signing: settings.isSigned,
    webhook_secret: newSecret,
  };
}

/** As the console shows it, which has to know whether it may be changed. */
export const StoreWebhookSettingsView = Type.Object({
  ...WebhookSettingsView.properties,
  is_read_only: Type.Boolean({ description: 'MERCHANTS_FILE says it: it is changed there.' }),
});

export type StoreWebhookSettingsAnswer = Answer<typeof StoreWebhookSettingsView>;

export function viewStoreWebhookSettings(
  settings: WebhookSettings,
  newSecret: string | null,
): StoreWebhookSettingsAnswer {
  return { ...viewWebhookSettings(settings, newSecret), is_read_only: settings.isInFile };
}
