import { Type } from 'typebox';
import type { ChannelGroup } from '../../core/merchants/channel-groups.ts';
import type { Answer } from '../foundation/answer.ts';

export const ChannelGroupView = Type.Object({
  channel_group_id: Type.String(),
  channels: Type.Array(
    Type.Object({
      channel_key: Type.String(),
      pg_provider: Type.String(),
      pg_id: Type.String(),
      weight: Type.Integer({ description: 'Its share, against those of the others.' }),
    }),
  ),
});

export function viewChannelGroup({ groupId, members }: ChannelGroup): Answer<typeof ChannelGroupView> {
  return {
    channel_group_id: groupId,
    channels: members.map(({ channel, weight }) => ({
      channel_key: channel.channelKey,
      pg_provider: channel.provider,
      pg_id: channel.mid,
      weight,
    })),
  };
}
