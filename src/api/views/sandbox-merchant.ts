import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';
import { ChannelListView } from './channel.ts';
import { WebhookSettingsView } from './webhook-settings.ts';

const UserCode = Type.String({ description: 'For `IMP.init` of the payment window.' });

/** A merchant of a sandbox, as it sees itself. */
export const OwnMerchantView = Type.Object({ user_code: UserCode, ...WebhookSettingsView.properties });

/** A merchant that a sandbox has just made, with its keys. */
export const SandboxMerchantView = Type.Object({
  imp_key: Type.String(),
  imp_secret: Type.String(),
  user_code: UserCode,
  channels: ChannelListView,
  ...WebhookSettingsView.properties,
});

export type SandboxMerchantAnswer = Answer<typeof SandboxMerchantView>;
