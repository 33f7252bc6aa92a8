import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';
import { ChannelListView } from './channel.ts';
import { WebhookSettingsView } from './webhook-settings.ts';

/** A merchant that a sandbox has just made, with its keys. */
export const SandboxMerchantView = Type.Object({
  imp_key: Type.String(),
  imp_secret: Type.String(),
  channels: ChannelListView,
  ...WebhookSettingsView.properties,
});

export type SandboxMerchantAnswer = Answer<typeof SandboxMerchantView>;
