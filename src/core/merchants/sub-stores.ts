import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Channel } from './channels.ts';
import type { Merchant } from './merchants.ts';
import { writeChannels } from './write-channels.ts';

/** A store below a main store (i'mport calls it a tier): a merchant of its own that is reached with the main store's token. */
export interface SubStore extends Merchant {
  readonly mainStoreId: bigint;
  /** Three capital letters or digits. */
  readonly tierCode: string;
}

export interface SubStores {
  /** `undefined`: the main store has none of this code, or has it no more. */
  find(mainStoreId: bigint, tierCode: string): Promise<SubStore | undefined>;
  /** Those that are not retired, by their codes. */
  list(mainStoreId: bigint): Promise<readonly SubStore[]>;
  /**
   * Makes a sub-store, or gives one that is there this name and these channels of the main store's; the first is its default.
   * How its webhooks are sent is the main store's.
   */
  put(
    mainStoreId: bigint,
    wanted: { readonly tierCode: string; readonly name: string; readonly channels: readonly Channel[] },
  ): Promise<SubStore>;
  /** All sub-stores of the main store but these are found no more. Tells how many these were. */
  retire(
    mainStoreId: bigint,
    which: { readonly allBut: readonly string[] } | { readonly only: string },
  ): Promise<number>;
  /** The main store and all of its sub-stores, retired ones as well. */
  wholeStore(mainStoreId: bigint): Promise<readonly bigint[]>;
}

/** As the documents of i'mport have it. A code in another case is another code. */
export const tierCodePattern = /^[A-Z0-9]{3}$/;

export function mainStoreOf(merchant: Merchant): bigint {
  return merchant.mainStoreId ?? merchant.id;
}

export function createSubStores(parts: {
  readonly database: Pick<Database, 'query' | 'withTransaction'>;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): SubStores {
  const { database, encryption, clock } = parts;
  return {
    async find(mainStoreId, tierCode) {
      if (!tierCodePattern.test(tierCode)) return undefined;
      const [row] = await database.query<{ id: bigint; name: string }>(
        'select id, name from merchants where main_store_id = $1 and tier_code = $2 and retired_at is null',
        [mainStoreId, tierCode],
        'sub_store_of',
      );
      return row && Object.freeze({ ...row, mainStoreId, tierCode });
    },

    async list(mainStoreId) {
      const rows = await database.query<{ id: bigint; name: string; tier_code: string }>(
        'select id, name, tier_code from merchants where main_store_id = $1 and retired_at is null order by tier_code',
        [mainStoreId],
      );
      return rows.map(({ id, name, tier_code: tierCode }) => Object.freeze({ id, name, mainStoreId, tierCode }));
    },

    async put(mainStoreId, { tierCode, name, channels }) {
      const id = await database.withTransaction(async (client) => {
        const [row] = await client.query<{ id: bigint }>(
          `insert into merchants (
             imp_key, imp_secret_hash, name, webhook_url, webhook_format, webhook_retry, created_at, main_store_id, tier_code
           )
           select null, '', $3, m.webhook_url, m.webhook_format, m.webhook_retry, $4, m.id, $2
           from merchants m where m.id = $1 and m.main_store_id is null
           on conflict (main_store_id, tier_code) do update set
             name = excluded.name, webhook_url = excluded.webhook_url, webhook_format = excluded.webhook_format,
             webhook_retry = excluded.webhook_retry, retired_at = null
           returning id`,
          [mainStoreId, tierCode, name, clock.now()],
        );
        if (!row) throw new Error('a sub-store was not written');
        // There may be one default only, so the old ones give way first.
        await client.query(
          'update channels set is_default = false, retired_at = coalesce(retired_at, $2) where merchant_id = $1',
          [row.id, clock.now()],
        );
        const own = channels.map(({ name: channelName, provider, mid, channelKey, access }, position) => ({
          ...{ name: channelName, provider, mid, channelKey, isDefault: position === 0 },
          ...{ mode: access.mode, baseUrl: access.baseUrl, credentials: access.credentials },
        }));
        await writeChannels(client, encryption, row.id, own, clock.now());
        return row.id;
      });
      return Object.freeze({ id, name, mainStoreId, tierCode });
    },

    async retire(mainStoreId, which) {
      const rows = await database.query(
        `update merchants set retired_at = $4
         where main_store_id = $1 and retired_at is null and ($3::text is null or tier_code = $3) and tier_code <> all($2)
         returning id`,
        [mainStoreId, 'allBut' in which ? which.allBut : [], 'only' in which ? which.only : null, clock.now()],
      );
      return rows.length;
    },

    async wholeStore(mainStoreId) {
      const rows = await database.query<{ id: bigint }>(
        'select id from merchants where main_store_id = $1 order by id',
        [mainStoreId],
      );
      return [mainStoreId, ...rows.map(({ id }) => id)];
    },
  };
}
