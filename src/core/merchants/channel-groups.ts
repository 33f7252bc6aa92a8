import { createHash } from 'node:crypto';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Channel, Channels } from './channels.ts';

export interface ChannelGroupMember {
  readonly channel: Channel;
  /** Its share, against those of the others: 1 to 1000. */
  readonly weight: number;
}

/** Channels of a merchant among which requests are routed. */
export interface ChannelGroup {
  readonly groupId: string;
  /** The heaviest first; those that take no new payment are not among them. */
  readonly members: readonly ChannelGroupMember[];
}

export interface ChannelGroups {
  /** Throws `channel_not_found`. */
  find(merchantId: bigint, groupId: string): Promise<ChannelGroup>;
  /** Makes a group, or gives one that is there these members instead of those that it had. */
  put(merchantId: bigint, group: ChannelGroup): Promise<ChannelGroup>;
  remove(merchantId: bigint, groupId: string): Promise<void>;
}

export function createChannelGroups(parts: {
  readonly database: Database;
  readonly channels: Channels;
}): ChannelGroups {
  const { database, channels } = parts;

  async function find(merchantId: bigint, groupId: string): Promise<ChannelGroup> {
    const rows = await database.query<{ channel_id: bigint; weight: number }>(
      'select channel_id, weight from channel_group_members where merchant_id = $1 and group_id = $2',
      [merchantId, groupId],
    );
    if (rows.length === 0) throw new Refusal('channel_not_found', { channel: groupId });
    const weights = new Map(rows.map((row) => [row.channel_id, row.weight]));
    const members = (await channels.ofMerchant(merchantId)).flatMap((channel) => {
      const weight = weights.get(channel.id);
      return weight === undefined ? [] : [{ channel, weight }];
    });
    return { groupId, members: members.sort((one, other) => other.weight - one.weight) };
  }

  return {
    find,

    async put(merchantId, { groupId, members }) {
      await database.withTransaction(async (client) => {
        // Two that change the same group come one after the other.
        await client.query('select from merchants where id = $1 for no key update', [merchantId]);
        await client.query('delete from channel_group_members where merchant_id = $1 and group_id = $2', [
          merchantId,
          groupId,
        ]);
        await client.query(
          `insert into channel_group_members (merchant_id, group_id, channel_id, weight)
           select $1, $2, m.channel_id, m.weight from unnest($3::bigint[], $4::integer[]) as m(channel_id, weight)`,
          [merchantId, groupId, members.map(({ channel }) => channel.id), members.map(({ weight }) => weight)],
        );
      });
      return find(merchantId, groupId);
    },

    async remove(merchantId, groupId) {
      await database.query('delete from channel_group_members where merchant_id = $1 and group_id = $2', [
        merchantId,
        groupId,
      ]);
    },
  };
}

/**
 * The channels of a group as a request goes through them: the one that its name falls to, then the others, the heaviest first. The
 * same name falls to the same channel as long as the group is as it is, so that a repeat goes where the first request went; of many
 * names each channel gets its share.
 */
export function routeThrough({ groupId, members }: ChannelGroup, name: string): readonly Channel[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [];
  let left = createHash('sha256').update(`${groupId}\n${name}`).digest().readUIntBE(0, 6) % total;
  const chosen = members.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return [...(chosen ? [chosen] : []), ...members.filter((member) => member !== chosen)].map(({ channel }) => channel);
}
