import { createHash } from 'node:crypto';
import type { Channel } from '../core/merchants/channels.ts';
import { type KeyPair, type Merchant, type MerchantSettings, newKeyPair } from '../core/merchants/merchants.ts';
import type { Services } from '../core/services.ts';
import type { Simulators } from './simulators.ts';
import { withSimulator } from './simulators.ts';

/**
 * The public demo pair that i'mport's client libraries carry as their default (npm package `iamport`, `lib/iamport.js`): a
 * client without any settings of its own works against a sandbox.
 */
export const demoKeyPair: KeyPair = Object.freeze({
  impKey: 'imp_apikey',
  impSecret: 'ekKoeW8RyKuT0zgaZsUtXXTLQ4AhPFW3ZGseDA6bkA5lamv9OqDMnxyeB9wqOsuO9W3Mx9YSJ4dTqJ3f',
});

export const defaultProvider = 'tosspayments';

/** Brings the demo merchant and its channels into being, or up to date: simulators get a new address at every start. */
export async function prepareDemoMerchant(services: Services, simulators: Simulators): Promise<void> {
  const settings = { name: 'demo', webhookUrl: null, webhookFormat: 'json', webhookRetry: false } as const;
  const merchant = await services.merchants.putIfNew(demoKeyPair, settings);
  await openChannels(services, simulators, merchant, demoKeyPair.impKey);
  await moveChannels(services, simulators);
}

export async function makeSandboxMerchant(
  services: Services,
  simulators: Simulators,
  settings: MerchantSettings,
): Promise<{ readonly keys: KeyPair; readonly channels: readonly Channel[] }> {
  const keys = newKeyPair();
  const merchant = await openSandboxMerchant(services, simulators, keys, settings);
  return { keys, channels: await services.channels.ofMerchant(merchant.id) };
}

/** A merchant of these keys, with a test channel per gateway; one that is there gets this secret and these settings. */
export async function openSandboxMerchant(
  services: Services,
  simulators: Simulators,
  keys: KeyPair,
  settings: MerchantSettings,
): Promise<Merchant> {
  const merchant = await services.merchants.put(keys, settings);
  await openChannels(services, simulators, merchant, keys.impKey);
  return merchant;
}

/** One test channel per gateway, and the gateway's simulator told of its credentials. */
async function openChannels(
  services: Services,
  simulators: Simulators,
  merchant: Merchant,
  seed: string,
): Promise<void> {
  const channels = await Promise.all(
    simulators.all.map(async (simulator) => {
      const mid = simulator.sandbox.mid(createHash('sha256').update(seed).digest('hex').slice(0, 12));
      const credentials = simulator.sandbox.credentials(mid);
      await withSimulator(simulator, (control) => control.registerMerchant({ mid, credentials }));
      return { simulator, mid, credentials };
    }),
  );
  // One after the other, so that the channels of every merchant stand in the same order.
  for (const { simulator, mid, credentials } of channels) {
    await services.channels.put(merchant.id, {
      name: `${simulator.provider} sandbox`,
      provider: simulator.provider,
      mid,
      mode: 'test',
      baseUrl: simulator.url,
      credentials,
      isDefault: simulator.provider === defaultProvider,
    });
  }
}

/** The other merchants' channels follow their simulators to where they listen now; one that is new gets to know them. */
async function moveChannels(services: Services, simulators: Simulators): Promise<void> {
  for (const simulator of simulators.all) {
    const rows = await services.database.query<{ id: bigint }>(
      `update channels set base_url = $2 where provider = $1 and mode = 'test' returning id`,
      [simulator.provider, simulator.url],
    );
    for (const { id } of rows) {
      const { mid, credentials } = (await services.channels.byId(id)).access;
      await withSimulator(simulator, (control) => control.registerMerchant({ mid, credentials }));
    }
  }
}
