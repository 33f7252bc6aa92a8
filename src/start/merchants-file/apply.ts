import { type Channel, createChannels, isNamedBy } from '../../core/merchants/channels.ts';
import { type KnownStore, readKnownStores, type Store, type StoreChannel } from '../../core/merchants/known-stores.ts';
import { createMerchants, hashSecret } from '../../core/merchants/merchants.ts';
import { createSubStores } from '../../core/merchants/sub-stores.ts';
import type { Services } from '../../core/services.ts';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import { changeOf, type StoreChange } from './difference.ts';
import { takeGeneration } from './generation.ts';
import { baseUrlOf, type MerchantEntry, previousSecretOf, readMerchantsFile, webhookUrlOf } from './read.ts';

export interface NamedStore {
  readonly id: bigint;
  readonly name: string;
}

/** What a file has changed in the database. */
export interface AppliedFile {
  readonly generation: number | undefined;
  /** All that are let in, in the order of the file. */
  readonly merchantIds: readonly bigint[];
  /** Let in from now on; also one that was there before and had been taken out. */
  readonly added: readonly (NamedStore & { readonly channels: readonly string[] })[];
  /** Let in no more. */
  readonly removed: readonly NamedStore[];
  readonly changed: readonly (NamedStore & { readonly change: StoreChange })[];
}

/**
 * Live mode: the merchants and their channels are what the file says; a merchant that it no longer has keeps its payments and is let
 * in no more. All of it or nothing: what is wrong in the file (a channel that can't work, too: an unknown gateway, one whose wire
 * protocol is not public, missing credentials), a file that is older than what the database was given, or an outage change nothing.
 * Only what is different is written. All servers on the database go by it as soon as they read from it anew, within seconds.
 * @throws SettingsError
 */
export async function applyMerchantsFile(
  { database, encryption, clock, gateways }: Services,
  path: string,
): Promise<AppliedFile> {
  const file = await readMerchantsFile(path);
  const wanted = file.merchants.map((entry) => ({ entry, store: storeOf(entry) }));
  return database.withTransaction(async (client) => {
    // Servers that start at the same time, each with a file of its own, come one after the other.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('merchants file', 0))`);
    await takeGeneration(client, path, file);
    const write = writerWithin(client, { encryption, clock, gateways });
    const known = new Map(
      (await readKnownStores(client, encryption)).map((store) => [store.impKey.toLowerCase(), store]),
    );
    const [added, changed]: [AppliedFile['added'][number][], AppliedFile['changed'][number][]] = [[], []];
    const kept: bigint[] = [];
    for (const { entry, store } of wanted) {
      const before = known.get(entry.imp_key.toLowerCase());
      known.delete(entry.imp_key.toLowerCase());
      const change = before && changeOf(before, store);
      const id = before && !change ? before.id : await write(entry);
      kept.push(id);
      const named = { id, name: entry.name };
      if (!before) added.push({ ...named, channels: store.channels.map(({ provider, mid }) => `${provider}.${mid}`) });
      else if (change) changed.push({ ...named, change });
    }
    await createMerchants({ database: client, encryption, clock }).lockOutOthers(kept);
    const removed = [...known.values()].map(({ id, name }: KnownStore) => ({ id, name }));
    return { generation: file.generation, merchantIds: kept, added, removed, changed };
  });
}

/** Writes one merchant of the file as a whole, and tells its number. */
function writerWithin(
  client: DatabaseClient,
  parts: Pick<Services, 'encryption' | 'clock' | 'gateways'>,
): (entry: MerchantEntry) => Promise<bigint> {
  const merchants = createMerchants({ ...parts, database: client });
  const channels = createChannels({ ...parts, database: client });
  const subStores = createSubStores({
    ...parts,
    database: { query: client.query, withTransaction: (work) => work(client) },
  });

  async function putTiers(mainStoreId: bigint, { tiers = [] }: MerchantEntry, kept: readonly Channel[]): Promise<void> {
    for (const tier of tiers) {
      await subStores.put(mainStoreId, { tierCode: tier.code, name: tier.name, channels: channelsOfTier(tier, kept) });
    }
    await subStores.retire(mainStoreId, { allBut: tiers.map(({ code }) => code) });
  }

  return async (entry) => {
    const isInConsole = entry.webhooks_in_console ?? false;
    const { id } = await (isInConsole ? merchants.putIfNew : merchants.put)(
      { impKey: entry.imp_key, impSecret: entry.imp_secret },
      {
        name: entry.name,
        webhookUrl: webhookUrlOf(entry.name, entry.webhook_url),
        webhookFormat: entry.webhook_format ?? 'json',
        webhookRetry: entry.webhook_retry ?? false,
        webhookSecret: entry.webhook_signing_secret ?? null,
      },
    );
    await merchants.setKeysInFile(id, previousSecretOf(entry));
    await merchants.setWebhooksInFile(id, !isInConsole);
    await merchants.setOperatorSecret(id, entry.operator_secret ?? null);
    const kept: Channel[] = [];
    for (const channel of channelsOf(entry)) kept.push(await channels.put(id, channel));
    await channels.retireOthers(
      id,
      kept.map((channel) => channel.id),
    );
    await putTiers(id, entry, kept);
    return id;
  };
}

/** As the database has it once it is written. */
function storeOf(entry: MerchantEntry): Store {
  const previous = previousSecretOf(entry);
  const channels = channelsOf(entry);
  return {
    name: entry.name,
    secretHash: hexHashOf(entry.imp_secret),
    previousSecret: previous && { hash: hexHashOf(previous.secret), untilMs: previous.until.getTime() },
    operatorSecretHash: entry.operator_secret === undefined ? null : hexHashOf(entry.operator_secret),
    keysInFile: true,
    webhooks: entry.webhooks_in_console
      ? null
      : {
          url: webhookUrlOf(entry.name, entry.webhook_url),
          format: entry.webhook_format ?? 'json',
          retry: entry.webhook_retry ?? false,
          secret: entry.webhook_signing_secret ?? null,
        },
    channels,
    tiers: (entry.tiers ?? []).map((tier) => ({
      code: tier.code,
      name: tier.name,
      channels: channelsOfTier(tier, channels).map((channel, position) => ({ ...channel, isDefault: position === 0 })),
    })),
  };
}

function channelsOf(
  entry: MerchantEntry,
): readonly (StoreChannel & { readonly credentials: Record<string, string> })[] {
  return entry.channels.map((channel, position) => ({
    name: channel.name ?? channel.provider,
    provider: channel.provider,
    mid: channel.mid,
    mode: channel.mode,
    baseUrl: baseUrlOf(entry.name, channel),
    credentials: channel.credentials,
    isDefault: position === 0,
  }));
}

type TierEntry = NonNullable<MerchantEntry['tiers']>[number];

function channelsOfTier<Of extends Pick<Channel, 'provider' | 'mid'>>(
  { channels: named }: TierEntry,
  channels: readonly Of[],
): readonly Of[] {
  if (!named) return channels;
  // Two names may be of one channel.
  return [...new Set(named.flatMap((pg) => channels.find((channel) => isNamedBy(channel, pg)) ?? []))];
}

function hexHashOf(secret: string): string {
  return hashSecret(secret).toString('hex');
}
