import { randomUUID } from 'node:crypto';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';

export interface NewChannel {
  readonly name: string;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly isDefault: boolean;
  /** Of a sub-store's: the main store's. Without one a new channel gets a key of its own, and an existing one keeps its. */
  readonly channelKey?: string;
}

const writeSql = `
  insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, is_default, created_at)
  select $1, coalesce(channel_key, fresh_key), name, provider, mid, mode, base_url, credentials, is_default, $11
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::boolean[])
    with ordinality as wanted
      (channel_key, fresh_key, name, provider, mid, mode, base_url, credentials, is_default, place)
  order by place
  on conflict (merchant_id, provider, mid) do update set
    channel_key = case when excluded.channel_key = any($2) then excluded.channel_key else channels.channel_key end,
    name = excluded.name, mode = excluded.mode, base_url = excluded.base_url, credentials = excluded.credentials,
    is_default = excluded.is_default, retired_at = null
  returning *, (select coalesce(main_store_id, id) from merchants where id = $1) as main_store_id,
    (select name from merchants where id = $1) as merchant_name`;

/**
 * Makes channels of one merchant, or brings existing ones of the same gateway and MID up to date; new ones stand in this order.
 * There may be one default only: the old one has given way before.
 */
export function writeChannels<Row extends object>(
  { query }: DatabaseClient,
  encryption: Encryption,
  merchantId: bigint,
  channels: readonly NewChannel[],
  now: Date,
): Promise<readonly Row[]> {
  return query<Row>(writeSql, [
    merchantId,
    channels.map(({ channelKey }) => channelKey ?? null),
    channels.map(() => `channel-key-${randomUUID()}`),
    channels.map(({ name }) => name),
    channels.map(({ provider }) => provider),
    channels.map(({ mid }) => mid),
    channels.map(({ mode }) => mode),
    channels.map(({ baseUrl }) => baseUrl),
    channels.map(({ provider, mid, credentials }) =>
      encryption.encrypt(
        JSON.stringify(credentials),
        placeIn(encryptedColumns.credentials, { merchant_id: merchantId, provider, mid }),
      ),
    ),
    channels.map(({ isDefault }) => isDefault),
    now,
  ]);
}
