import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { SettingsError } from '../../platform/settings/settings-error.ts';
import { demoKeyPair, openSandboxMerchant } from '../merchants.ts';
import type { Simulators } from '../simulators.ts';
import { withSimulator } from '../simulators.ts';
import { plantPayment } from './plant-payment.ts';
import type { Seed, SeedMerchant } from './seed.ts';
import { readSeed, SeedError } from './seed-file.ts';

export interface PlantedPayment {
  readonly impKey: string;
  readonly payment: Payment;
  /** Something was done for it; false: it was as the seed wants it, or further. */
  readonly isChanged: boolean;
}

export type PlantSeed = (seed: Seed) => Promise<readonly PlantedPayment[]>;

/**
 * Makes what a seed describes: merchants, channels, and payments through the simulators and the real operations, so that
 * both books agree. What is there already, by key and by `merchant_uid`, is taken as far as the seed wants it and never back:
 * the same seed again changes nothing, and one that was interrupted is gone on with.
 */
export function createPlantSeed(services: Services, simulators: Simulators): PlantSeed {
  let last: Promise<unknown> = Promise.resolve();
  // One seed after the other: two that plant the same order at once would plant it twice.
  return (seed) => {
    const planted = last.then(() => plant(services, simulators, seed));
    last = planted.catch(() => undefined);
    return planted;
  };
}

/** @throws SettingsError with one line that says what is wrong, and where. */
export async function readSeedFile(file: string): Promise<Seed> {
  try {
    return readSeed(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof SeedError) throw new SettingsError(`HWANBUL_SEED_FILE ${file}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    throw code ? new SettingsError(`HWANBUL_SEED_FILE can't be read (${code}): ${file}`) : error;
  }
}

async function plant(services: Services, simulators: Simulators, seed: Seed): Promise<readonly PlantedPayment[]> {
  const planted: PlantedPayment[] = [];
  for (const wanted of seed.merchants) {
    const { merchant, impKey } = await plantMerchant(services, simulators, wanted);
    const named = await plantChannels(services, simulators, merchant.id, impKey, wanted);
    for (const payment of wanted.payments ?? []) {
      const channel =
        named.get(payment.channel ?? '') ??
        (await services.channels.choose(merchant.id, payment.pg_provider ? { provider: payment.pg_provider } : {}));
      try {
        planted.push({ impKey, ...(await plantPayment(services, simulators, channel, payment)) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal('sandbox_seed_stopped', { order: payment.merchant_uid, reason: error.message });
      }
    }
  }
  return planted;
}

async function plantMerchant(services: Services, simulators: Simulators, wanted: SeedMerchant) {
  const keys =
    wanted.imp_key !== undefined && wanted.imp_secret !== undefined
      ? { impKey: wanted.imp_key, impSecret: wanted.imp_secret }
      : demoKeyPair;
  const settings = {
    name: wanted.name ?? (keys === demoKeyPair ? 'demo' : 'sandbox merchant'),
    webhookUrl: wanted.webhook_url ?? null,
    webhookFormat: wanted.webhook_format ?? 'json',
    webhookRetry: wanted.webhook_retry ?? false,
    webhookSecret: wanted.webhook_secret ?? null,
  } as const;
  return { merchant: await openSandboxMerchant(services, simulators, keys, settings), impKey: keys.impKey };
}

/** Further channels, each with a MID of its own, which is the same for the same names. */
async function plantChannels(
  services: Services,
  simulators: Simulators,
  merchantId: bigint,
  impKey: string,
  { channels = [] }: SeedMerchant,
): Promise<ReadonlyMap<string, Channel>> {
  const named = new Map<string, Channel>();
  for (const { name, pg_provider: provider } of channels) {
    const simulator = simulators.of(provider);
    const mid = simulator.sandbox.mid(createHash('sha256').update(`${impKey}\n${name}`).digest('hex').slice(0, 12));
    const credentials = simulator.sandbox.credentials(mid);
    await withSimulator(simulator, (control) => control.registerMerchant({ mid, credentials }));
    const { url: baseUrl } = simulator;
    const channel = { name, provider, mid, mode: 'test', baseUrl, credentials, isDefault: false } as const;
    named.set(name, await services.channels.put(merchantId, channel));
  }
  return named;
}
