import { readFile } from 'node:fs/promises';
import type { SeededPayment } from './answers.ts';
import type { Seeded } from './answers-within.ts';
import { CallRefused, type ControlPlane } from './control-plane.ts';
import type { Hwanbul } from './types.ts';

/** The test's own merchant, which a seed means by one without keys. */
export interface SeedMerchant {
  readonly imp_key: string;
  readonly imp_secret: string;
  /** Planting sets it, so that leaving it out would silence the webhooks. */
  readonly webhook_url: string;
}

export function createSeed(plane: ControlPlane, own: SeedMerchant): Hwanbul['seed'] {
  return async (fileOrSeed) => {
    if (typeof fileOrSeed !== 'string') return plant(plane, own, fileOrSeed);
    const text = await readFile(fileOrSeed, 'utf8');
    // Only those who plant files need the reader of YAML.
    const { parseDocument } = await import('yaml');
    const document = parseDocument(text, { prettyErrors: false });
    if (document.errors.length > 0) return await plantText(plane, text);
    try {
      return await plant(plane, own, document.toJS({ maxAliasCount: 100 }));
    } catch (error) {
      if (!(error instanceof CallRefused) || error.error !== 'sandbox_seed_invalid') throw error;
      // The same mistakes are in the file itself, and of that the server tells the lines.
      return await plantText(plane, text);
    }
  };
}

function plant(plane: ControlPlane, own: SeedMerchant, seed: unknown): Promise<readonly SeededPayment[]> {
  return plantText(plane, JSON.stringify(withKeys(seed, own), null, 2));
}

async function plantText(plane: ControlPlane, text: string): Promise<readonly SeededPayment[]> {
  return (await plane.call<Seeded>('POST', '/sandbox/seed', { text })).payments;
}

/** What is no seed is left as it is: the server says what is wrong with it. */
function withKeys(seed: unknown, own: SeedMerchant): unknown {
  if (typeof seed !== 'object' || seed === null || !('merchants' in seed) || !Array.isArray(seed.merchants))
    return seed;
  const merchants = seed.merchants.map((merchant: unknown) =>
    typeof merchant === 'object' && merchant !== null && !('imp_key' in merchant || 'imp_secret' in merchant)
      ? { ...own, ...merchant }
      : merchant,
  );
  return { ...seed, merchants };
}
