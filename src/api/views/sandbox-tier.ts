import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { SubStore } from '../../core/merchants/sub-stores.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChannelListView, viewChannel } from './channel.ts';
import { TierView, viewTier } from './tier.ts';

/** A sub-store with the channels of the main store that it has. */
export const SandboxTierView = Type.Object({ ...TierView.properties, channels: ChannelListView });

export type SandboxTierAnswer = Answer<typeof SandboxTierView>;

export function viewSandboxTier(subStore: SubStore, channels: readonly Channel[]): SandboxTierAnswer {
  return { ...viewTier(subStore), channels: channels.map(viewChannel) };
}
