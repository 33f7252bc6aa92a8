import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Answer } from '../foundation/answer.ts';
import { WordOf } from './fields.ts';

/** A channel of a merchant's. */
export const ChannelView = Type.Object({
  pg_provider: Type.String(),
  pg_id: Type.String({ description: 'The MID at the gateway.' }),
  sandbox: Type.Boolean(),
  type: WordOf<'payment'>(),
  channel_name: Type.String(),
  channel_key: Type.String(),
});

export const ChannelListView = Type.Array(ChannelView);

/** A sandbox also tells how its simulator is spoken to. */
export const SandboxChannelView = Type.Object({
  ...ChannelView.properties,
  simulator_url: Type.String({ description: 'Of the simulator, which speaks the protocol of the gateway.' }),
  credentials: Type.Record(Type.String(), Type.String(), {
    description: 'What the simulator knows this merchant by; made up, and of no use anywhere else.',
  }),
  pg_api_key: Type.Union([Type.String(), Type.Null()], {
    description: 'What POST and DELETE /vbanks want as `pg_api_key`, where the gateway has such a key.',
  }),
});

export const SandboxChannelListView = Type.Array(SandboxChannelView);

export type ChannelAnswer = Answer<typeof ChannelView>;
export type SandboxChannelAnswer = Answer<typeof SandboxChannelView>;

export function viewChannel(channel: Channel): ChannelAnswer {
  return {
    pg_provider: channel.provider,
    pg_id: channel.mid,
    sandbox: channel.access.mode === 'test',
    type: 'payment',
    channel_name: channel.name,
    channel_key: channel.channelKey,
  };
}
