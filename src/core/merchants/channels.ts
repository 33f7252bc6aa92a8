import { randomUUID } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayChannel } from '../../port/call.ts';
import type { Gateway, Gateways } from '../../port/gateway.ts';

/** A merchant's way to one gateway. */
export interface Channel {
  readonly id: bigint;
  readonly merchantId: bigint;
  readonly channelKey: string;
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly isDefault: boolean;
  readonly gateway: Gateway;
  /** What an adapter gets to see, with the credentials decrypted. Never logged. */
  readonly access: GatewayChannel;
}

export interface NewChannel {
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly isDefault: boolean;
}

export interface Channels {
  byId(id: bigint): Promise<Channel>;
  ofMerchant(merchantId: bigint): Promise<readonly Channel[]>;
  /** All merchants' channels with this MID of the gateway's. */
  ofMid(provider: string, mid: string): Promise<readonly Channel[]>;
  /**
   * The channel that a request names: `channel_key`, or `pg` as `provider` or `provider.MID`. Without either, the default
   * channel, or with `provider` the first of that gateway. Throws `channel_not_found`.
   */
  choose(merchantId: bigint, choice: ChannelChoice): Promise<Channel>;
  /** Makes the channel, or brings an existing one of the same gateway and MID up to date. */
  put(merchantId: bigint, channel: NewChannel): Promise<Channel>;
}

export interface ChannelChoice {
  readonly channelKey?: string | undefined;
  readonly pg?: string | undefined;
  readonly provider?: string | undefined;
}

interface ChannelRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly channel_key: string;
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly base_url: string;
  readonly credentials: Buffer;
  readonly is_default: boolean;
}

const credentialsContext = 'channels.credentials';
/** Channels hardly ever change; decrypting them for every request would cost more than reading them. */
const cachedMax = 10_000;
const cachedForMs = 5_000;

export function createChannels(parts: {
  readonly gateways: Gateways;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): Channels {
  const { gateways, database, encryption, clock } = parts;
  const cache = new Map<bigint, { readonly channel: Channel; readonly until: number }>();

  function fromRow(row: ChannelRow): Channel {
    const gateway = gateways.get(row.provider);
    if (!gateway) throw new Error(`no adapter for the gateway ${row.provider}`);
    return Object.freeze({
      id: row.id,
      merchantId: row.merchant_id,
      channelKey: row.channel_key,
      name: row.name,
      provider: row.provider,
      mid: row.mid,
      isDefault: row.is_default,
      gateway,
      access: Object.freeze({
        mid: row.mid,
        mode: row.mode,
        baseUrl: row.base_url,
        credentials: Object.freeze(
          JSON.parse(encryption.decrypt(row.credentials, credentialsContext)) as Record<string, string>,
        ),
      }),
    });
  }

  async function ofMerchant(merchantId: bigint): Promise<readonly Channel[]> {
    const rows = await database.query<ChannelRow>(
      'select * from channels where merchant_id = $1 order by is_default desc, id',
      [merchantId],
      'channels_of_merchant',
    );
    return rows.map(fromRow);
  }

  return {
    ofMerchant,

    async ofMid(provider, mid) {
      const rows = await database.query<ChannelRow>(
        'select * from channels where provider = $1 and mid = $2 order by id limit 20',
        [provider, mid],
      );
      return rows.map(fromRow);
    },

    async byId(id) {
      const cached = cache.get(id);
      if (cached && cached.until > clock.monotonicMs()) return cached.channel;
      const [row] = await database.query<ChannelRow>('select * from channels where id = $1', [id], 'channel_by_id');
      if (!row) throw new Error('a payment names a channel that does not exist');
      const channel = fromRow(row);
      if (cache.size >= cachedMax) cache.clear();
      cache.set(id, { channel, until: clock.monotonicMs() + cachedForMs });
      return channel;
    },

    async choose(merchantId, { channelKey, pg, provider }) {
      const channels = await ofMerchant(merchantId);
      const found = channelKey
        ? channels.find((channel) => channel.channelKey === channelKey)
        : pg
          ? channels.find((channel) => pg === channel.provider || pg === `${channel.provider}.${channel.mid}`)
          : provider
            ? channels.find((channel) => channel.provider === provider)
            : channels[0];
      if (!found) throw new Refusal('channel_not_found', { channel: channelKey ?? pg ?? provider ?? '' });
      return found;
    },

    async put(merchantId, channel) {
      const [row] = await database.query<ChannelRow>(
        `insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, is_default, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (merchant_id, provider, mid) do update set
           name = excluded.name, mode = excluded.mode, base_url = excluded.base_url, credentials = excluded.credentials,
           is_default = excluded.is_default
         returning *`,
        [
          merchantId,
          `channel-key-${randomUUID()}`,
          channel.name,
          channel.provider,
          channel.mid,
          channel.mode,
          channel.baseUrl,
          encryption.encrypt(JSON.stringify(channel.credentials), credentialsContext),
          channel.isDefault,
          clock.now(),
        ],
      );
      if (!row) throw new Error('a channel was not written');
      cache.delete(row.id);
      return fromRow(row);
    },
  };
}
