import type { FastifyRequest } from 'fastify';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { Refusal } from '../../platform/errors/refusal.ts';

/** The sub-store of a main store's that has this code. */
export type FindSubStore = (mainStoreId: bigint, tierCode: string) => Promise<Merchant | undefined>;

/**
 * Whom a request with this merchant's token acts for: the sub-store that its header `Tier` names, or the merchant itself. What is
 * meant for a sub-store must not happen to the main store, so a code that nobody has is refused (that it is refused is inferred).
 * An empty header is none, since one client sends it with each request.
 */
export async function actingStore(find: FindSubStore, mainStore: Merchant, request: FastifyRequest): Promise<Merchant> {
  const code = tierCodeOf(request);
  if (code === '') return mainStore;
  const subStore = await find(mainStore.id, code);
  if (!subStore) throw new Refusal('tier_unknown', { tier: code.replace(/[^\w-]/g, '').slice(0, 20) });
  return subStore;
}

/** The code in the header `Tier`; empty: none. */
export function tierCodeOf({ headers: { tier } }: FastifyRequest): string {
  return String(tier ?? '').trim();
}
