import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Channel } from '../../core/merchants/channels.ts';
import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import type { KeyPair } from '../../core/merchants/merchants.ts';
import type { SubStore } from '../../core/merchants/sub-stores.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { fileErrorOf } from '../../platform/files/file-error.ts';
import { SettingsError } from '../../platform/settings/settings-error.ts';
import { openSandboxMerchant, openSubStore } from '../merchants.ts';
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

/** Who plants a seed by the API, if they have said so with a token. */
export interface Planter {
  readonly merchantId: bigint | undefined;
}

/**
 * Without a planter it is the operator of the server, whose file may change everything. Anybody else changes a merchant that is
 * there only with its secret, or as that merchant.
 */
export type PlantSeed = (seed: Seed, planter?: Planter) => Promise<readonly PlantedPayment[]>;

/**
 * Makes what a seed describes: merchants, channels, and payments through the simulators and the real operations, so that
 * both books agree. What is there already, by key and by `merchant_uid`, is taken as far as the seed wants it and never back:
 * the same seed again changes nothing, and one that was interrupted is gone on with.
 */
export function createPlantSeed(services: Services, simulators: Simulators): PlantSeed {
  let last: Promise<unknown> = Promise.resolve();
  // One seed after the other: two that plant the same order at once would plant it twice.
  return (seed, planter) => {
    const planted = last.then(() => plant(services, simulators, seed, planter));
    last = planted.catch(() => undefined);
    return planted;
  };
}

const problemsMax = 100;

/** @throws SettingsError with a line for everything that is wrong, and where. */
export async function readSeedFile(file: string): Promise<Seed> {
  try {
    return readSeed(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SeedError)) throw unreadable(error, file);
    const more = error.problems.length - problemsMax;
    const told = [...error.problems.slice(0, problemsMax), ...(more > 0 ? [`and ${more} more`] : [])];
    throw new SettingsError(told.map((problem) => `HWANBUL_SEED_FILE ${file}: ${problem}`));
  }
}

async function plant(
  services: Services,
  simulators: Simulators,
  seed: Seed,
  planter: Planter | undefined,
): Promise<readonly PlantedPayment[]> {
  if (planter) await refuseTaken(services, seed, planter);
  const planted: PlantedPayment[] = [];
  for (const wanted of seed.merchants) {
    const { merchant, impKey } = await plantMerchant(services, simulators, wanted, planter);
    const named = await plantChannels(services, simulators, merchant.id, impKey, wanted);
    const subStores = await plantSubStores(services, merchant.id, wanted);
    for (const payment of wanted.payments ?? []) {
      const owner = subStores.get(payment.tier ?? '')?.id ?? merchant.id;
      const channelKey = named.get(payment.channel ?? '')?.channelKey;
      const choice = payment.pg_provider ? { provider: payment.pg_provider } : {};
      const channel = await services.channels.choose(owner, channelKey === undefined ? choice : { channelKey });
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

function keysOf({ imp_key: impKey, imp_secret: impSecret }: SeedMerchant): KeyPair {
  return impKey !== undefined && impSecret !== undefined ? { impKey, impSecret } : demoKeyPair;
}

/** Before anything is made. That no one comes in between is the business of the statement that makes the merchant. */
async function refuseTaken({ merchants }: Services, seed: Seed, planter: Planter): Promise<void> {
  for (const { impKey, impSecret } of seed.merchants.map(keysOf)) {
    const taken = await merchants.byKey(impKey);
    const isOwn =
      taken === undefined || taken.id === planter.merchantId || (await merchants.byKeyPair(impKey, impSecret));
    if (!isOwn) throw new Refusal('sandbox_merchant_taken', { key: impKey });
  }
}

async function plantMerchant(
  services: Services,
  simulators: Simulators,
  wanted: SeedMerchant,
  planter: Planter | undefined,
) {
  const keys = keysOf(wanted);
  const settings = {
    name: wanted.name ?? (keys === demoKeyPair ? 'demo' : 'sandbox merchant'),
    webhookUrl: wanted.webhook_url ?? null,
    webhookFormat: wanted.webhook_format ?? 'json',
    webhookRetry: wanted.webhook_retry ?? false,
    webhookSecret: wanted.webhook_secret ?? null,
  } as const;
  const merchant = await openSandboxMerchant(services, simulators, keys, settings, planter);
  if (!merchant) throw new Refusal('sandbox_merchant_taken', { key: keys.impKey });
  return { merchant, impKey: keys.impKey };
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

async function plantSubStores(
  services: Services,
  mainStoreId: bigint,
  { tiers = [] }: SeedMerchant,
): Promise<ReadonlyMap<string, SubStore>> {
  const made = new Map<string, SubStore>();
  for (const { code: tierCode, name, channels } of tiers) {
    made.set(tierCode, await openSubStore(services, mainStoreId, { tierCode, name: name ?? tierCode, channels }));
  }
  return made;
}

function unreadable(error: unknown, file: string): unknown {
  const trouble = fileErrorOf(error, 'HWANBUL_SEED_FILE', file);
  return trouble === undefined ? error : new SettingsError(trouble.message);
}
