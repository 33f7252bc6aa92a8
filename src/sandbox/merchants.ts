import { createHash } from 'node:crypto';
import type { Channel } from '../core/merchants/channels.ts';
import { demoKeyPair } from '../core/merchants/demo-key-pair.ts';
import { type KeyPair, type Merchant, type MerchantSettings, newKeyPair } from '../core/merchants/merchants.ts';
import type { SubStore } from '../core/merchants/sub-stores.ts';
import type { Services } from '../core/services.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

export const defaultProvider = 'tosspayments';

/** Brings the demo merchant and its channels into being, or up to date: simulators get a new address at every start. */
export async function prepareDemoMerchant(services: Services, simulators: Simulators): Promise<void> {
  const settings = { name: 'demo', webhookUrl: null, webhookFormat: 'json', webhookRetry: false } as const;
  const merchant = await services.merchants.putIfNew(demoKeyPair, settings);
  const opened = await openChannels(services, simulators, merchant, demoKeyPair.impKey);
  await moveOthers(services, simulators, opened);
}

export async function makeSandboxMerchant(
  services: Services,
  simulators: Simulators,
  settings: MerchantSettings,
): Promise<{ readonly merchant: Merchant; readonly keys: KeyPair; readonly channels: readonly Channel[] }> {
  const keys = newKeyPair();
  const merchant = await services.merchants.put(keys, settings);
  await openChannels(services, simulators, merchant, keys.impKey);
  return { merchant, keys, channels: await services.channels.ofMerchant(merchant.id) };
}

/**
 * A merchant of these keys, with a test channel per gateway; one that is there gets this secret and these settings. With a
 * `planter` only if it has this secret already or is the planter itself, else the answer is `undefined`.
 */
export async function openSandboxMerchant(
  services: Services,
  simulators: Simulators,
  keys: KeyPair,
  settings: MerchantSettings,
  planter?: { readonly merchantId: bigint | undefined },
): Promise<Merchant | undefined> {
  const merchant = planter
    ? await services.merchants.putAsOwner(keys, settings, planter.merchantId)
    : await services.merchants.put(keys, settings);
  if (!merchant) return undefined;
  await openChannels(services, simulators, merchant, keys.impKey);
  return merchant;
}

/** A sub-store with the channels of the main store's that are named as `pg` does, or with all of them. It has the main store's clock. */
export async function openSubStore(
  { channels, database, subStores }: Services,
  mainStoreId: bigint,
  wanted: { readonly tierCode: string; readonly name: string; readonly channels?: readonly string[] | undefined },
): Promise<SubStore> {
  const { tierCode, name } = wanted;
  const own = wanted.channels?.length
    ? await Promise.all(wanted.channels.map((pg) => channels.choose(mainStoreId, { pg })))
    : await channels.ofMerchant(mainStoreId);
  const subStore = await subStores.put(mainStoreId, { tierCode, name, channels: own });
  await database.query(
    `insert into sandbox_clocks (merchant_id, at) select $1, at from sandbox_clocks where merchant_id = $2
     on conflict (merchant_id) do update set at = excluded.at`,
    [subStore.id, mainStoreId],
  );
  return subStore;
}

/** One test channel per gateway, and the gateway's simulator told of its credentials. */
async function openChannels(
  services: Services,
  simulators: Simulators,
  merchant: Merchant,
  seed: string,
): Promise<readonly Channel[]> {
  const channels = await Promise.all(
    simulators.all.map(async (simulator) => {
      const mid = simulator.sandbox.mid(createHash('sha256').update(seed).digest('hex').slice(0, 12));
      const credentials = simulator.sandbox.credentials(mid);
      await withSimulator(simulator, (control) => control.registerMerchant({ mid, credentials }));
      return {
        name: `${simulator.provider} sandbox`,
        provider: simulator.provider,
        mid,
        mode: 'test' as const,
        baseUrl: simulator.url,
        credentials,
        isDefault: simulator.provider === defaultProvider,
      };
    }),
  );
  return await services.channels.putAll(merchant.id, channels);
}

/** All other channels follow their simulators to where they listen now; a simulator that is new gets to know their merchants. */
async function moveOthers(services: Services, simulators: Simulators, opened: readonly Channel[]): Promise<void> {
  // A new sandbox has none, and most starts are of one.
  const providers = await services.channels.gatewaysBesides(opened.map(({ id }) => id));
  for (const simulator of simulators.all.filter(({ provider }) => providers.includes(provider))) {
    const channels = await services.channels.move(simulator.provider, simulator.url);
    const merchants = channels.map(({ access: { mid, credentials } }) => ({ mid, credentials }));
    await withSimulator(simulator, (control) => control.registerMerchants(merchants));
  }
}
