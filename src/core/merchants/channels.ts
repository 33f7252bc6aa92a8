import type { Clock } from '../../platform/clock/clock.ts';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { GatewayChannel } from '../../port/call.ts';
import { channelTypeOf, type Gateway, type Gateways } from '../../port/gateway.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import { type NewChannel, writeChannels } from './write-channels.ts';

/** A merchant's way to one gateway. */
export interface Channel {
  readonly id: bigint;
  readonly merchantId: bigint;
  /** The merchant, or its main store: what has the same MID there is one contract with the gateway. */
  readonly mainStoreId: bigint;
  readonly merchantName: string;
  readonly channelKey: string;
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly isDefault: boolean;
  readonly gateway: Gateway;
  /** What an adapter gets to see, with the credentials decrypted. Never logged. */
  readonly access: GatewayChannel;
}

export interface Channels {
  byId(id: bigint): Promise<Channel>;
  ofMerchant(merchantId: bigint): Promise<readonly Channel[]>;
  /** All main stores' channels with this MID of the gateway's. */
  ofMid(provider: string, mid: string): Promise<readonly Channel[]>;
  /** Sandbox: the gateways that there are test channels of besides these. */
  gatewaysBesides(ids: readonly bigint[]): Promise<readonly string[]>;
  /** Sandbox: all test channels of a gateway lead there from now on, and are what this answers. */
  move(provider: string, baseUrl: string): Promise<readonly Channel[]>;
  /**
   * The channel that a request names: `channel_key`, or `pg` as `provider` or `provider.MID`. Without either, the default
   * channel, or with `provider` the first of that gateway, whatever it is for. Throws `channel_not_found`.
   */
  choose(merchantId: bigint, choice: ChannelChoice): Promise<Channel>;
  /** Makes the channel of a main store, or brings an existing one of the same gateway and MID up to date. */
  put(merchantId: bigint, channel: NewChannel): Promise<Channel>;
  /** As `put`, several in one statement; new ones stand in this order. */
  putAll(merchantId: bigint, channels: readonly NewChannel[]): Promise<readonly Channel[]>;
  /** The merchant's other channels take no new payment; what was paid through them is still refunded and told of. */
  retireOthers(merchantId: bigint, kept: readonly bigint[]): Promise<void>;
}

export interface ChannelChoice {
  /** What it is to be for; default: payments. */
  readonly type?: 'payment' | 'certification';
  readonly channelKey?: string | undefined;
  readonly pg?: string | undefined;
  readonly provider?: string | undefined;
}

/** As `pg` of a request names a channel: its gateway, or gateway and MID. */
export function isNamedBy({ provider, mid }: Pick<Channel, 'provider' | 'mid'>, pg: string): boolean {
  return pg === provider || pg === `${provider}.${mid}`;
}

interface ChannelRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly main_store_id: bigint;
  readonly merchant_name: string;
  readonly channel_key: string;
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly base_url: string;
  readonly credentials: Buffer;
  readonly is_default: boolean;
}

const selectSql = `
  select c.id, c.merchant_id, c.channel_key, c.name, c.provider, c.mid, c.mode, c.base_url, c.credentials, c.is_default,
    m.name as merchant_name, coalesce(m.main_store_id, m.id) as main_store_id
  from channels c join merchants m on m.id = c.merchant_id`;
/** The first of these gateways' channels, `$2`, that is named like this; the default one is before all others. */
const firstOf = (name: string): string => `
  ${selectSql} where c.merchant_id = $1 and c.retired_at is null and c.provider = any($2) and ${name}
  order by c.is_default desc, c.id limit 1`;
const byKeySql = firstOf('c.channel_key = $3');
const byNameSql = firstOf(`(c.provider = $3 or c.provider || '.' || c.mid = $3)`);
const anySql = firstOf('true');

/** Channels hardly ever change; decrypting them for every request would cost more than reading them. */
const cachedMax = 10_000;
const cachedForMs = 5_000;

export function createChannels(parts: {
  readonly gateways: Gateways;
  readonly database: DatabaseClient;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): Channels {
  const { gateways, database, encryption, clock } = parts;
  const providersOf = (type: 'payment' | 'certification'): readonly string[] =>
    [...gateways].filter(([, gateway]) => channelTypeOf(gateway) === type).map(([name]) => name);
  const cache = new Map<bigint, { readonly channel: Channel; readonly until: number }>();

  function fromRow(row: ChannelRow): Channel {
    const gateway = gateways.get(row.provider);
    if (!gateway) throw new Error(`no adapter for the gateway ${row.provider}`);
    return Object.freeze({
      id: row.id,
      merchantId: row.merchant_id,
      mainStoreId: row.main_store_id,
      merchantName: row.merchant_name,
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
          JSON.parse(encryption.decrypt(row.credentials, placeIn(encryptedColumns.credentials, row))) as Record<
            string,
            string
          >,
        ),
      }),
    });
  }

  async function ofMerchant(merchantId: bigint): Promise<readonly Channel[]> {
    const rows = await database.query<ChannelRow>(
      `${selectSql} where c.merchant_id = $1 and c.retired_at is null order by c.is_default desc, c.id`,
      [merchantId],
      'channels_of_merchant',
    );
    return rows.map(fromRow);
  }

  async function putAll(merchantId: bigint, channels: readonly NewChannel[]): Promise<readonly Channel[]> {
    // There may be one default only, so the old one gives way first.
    const chosen = channels.find(({ isDefault }) => isDefault);
    if (chosen) {
      await database.query(
        'update channels set is_default = false where merchant_id = $1 and is_default and (provider, mid) <> ($2, $3)',
        [merchantId, chosen.provider, chosen.mid],
      );
    }
    const rows = await writeChannels<ChannelRow>(database, encryption, merchantId, channels, clock.now());
    for (const { id } of rows) cache.delete(id);
    return rows.map(fromRow);
  }

  return {
    ofMerchant,

    async ofMid(provider, mid) {
      const rows = await database.query<ChannelRow>(
        `${selectSql} where c.provider = $1 and c.mid = $2 and m.main_store_id is null order by c.id limit 20`,
        [provider, mid],
      );
      return rows.map(fromRow);
    },

    async byId(id) {
      const cached = cache.get(id);
      if (cached && cached.until > clock.monotonicMs()) return cached.channel;
      const [row] = await database.query<ChannelRow>(`${selectSql} where c.id = $1`, [id], 'channel_by_id');
      if (!row) throw new Error('a payment names a channel that does not exist');
      const channel = fromRow(row);
      if (cache.size >= cachedMax) cache.clear();
      cache.set(id, { channel, until: clock.monotonicMs() + cachedForMs });
      return channel;
    },

    async choose(merchantId, { type = 'payment', channelKey, pg, provider }) {
      const providers = providersOf(type);
      // A merchant may have dozens, and a request wants one of them.
      // Nothing has begun yet when a channel is chosen.
      const [row] = await refusingOutages(() =>
        channelKey
          ? database.query<ChannelRow>(byKeySql, [merchantId, providers, channelKey], 'channel_by_key')
          : pg
            ? database.query<ChannelRow>(byNameSql, [merchantId, providers, pg], 'channel_by_name')
            : database.query<ChannelRow>(anySql, [merchantId, provider ? [provider] : providers], 'channel_of_any'),
      );
      if (!row) throw new Refusal('channel_not_found', { channel: channelKey || pg || provider || '' });
      return fromRow(row);
    },

    async gatewaysBesides(ids) {
      const rows = await database.query<{ readonly provider: string }>(
        `select distinct provider from channels where mode = 'test' and id <> all($1)`,
        [ids],
      );
      return rows.map(({ provider }) => provider);
    },

    async move(provider, baseUrl) {
      const rows = await database.query<ChannelRow>(
        `update channels c set base_url = $2 from merchants m
         where c.provider = $1 and c.mode = 'test' and m.id = c.merchant_id
         returning c.*, m.name as merchant_name, coalesce(m.main_store_id, m.id) as main_store_id`,
        [provider, baseUrl],
      );
      for (const { id } of rows) cache.delete(id);
      return rows.map(fromRow);
    },

    async retireOthers(merchantId, kept) {
      await database.query(
        'update channels set retired_at = $3, is_default = false where merchant_id = $1 and id <> all($2) and retired_at is null',
        [merchantId, kept, clock.now()],
      );
      cache.clear();
    },

    async put(merchantId, channel) {
      const [put] = await putAll(merchantId, [channel]);
      if (!put) throw new Error('a channel was not written');
      return put;
    },

    putAll,
  };
}
