import type { Services } from '../core/services.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { numberOfProcess } from './processes.ts';

/**
 * Live mode: for each store that has no member yet, a link that makes the first owner, once. Nothing else lets anybody into the
 * console of a new server. Whoever can read what a start prints can have it: it lives a day, and the next start prints another.
 */
export async function firstOwnerLinks(services: Services, settings: Settings, url: string): Promise<readonly string[]> {
  // Of several processes the first one alone prints something.
  if (settings.mode !== 'live' || (numberOfProcess() ?? 1) > 1) return [];
  const lines: string[] = [];
  for (const store of await services.members.storesWithoutMember()) {
    const link = await makeLink(services, settings, url, store.id);
    lines.push(`  first owner of ${store.name}: ${link}`);
    // There is no banner where standard output is JSON.
    if (settings.logFormat === 'json') tell(services, store.name, link);
  }
  return lines;
}

/** The same for some of them, while the server runs: it prints nothing any more but its log. */
export async function tellFirstOwnerLinks(
  services: Services,
  settings: Settings,
  url: string,
  stores: readonly { readonly id: bigint }[],
): Promise<void> {
  if (stores.length === 0) return;
  for (const { id, name } of await services.members.storesWithoutMember()) {
    if (stores.some((store) => store.id === id)) tell(services, name, await makeLink(services, settings, url, id));
  }
}

async function makeLink(services: Services, settings: Settings, url: string, storeId: bigint): Promise<string> {
  const { token } = await services.invitations.make(storeId, {
    email: null,
    role: 'owner',
    extraRights: [],
    tiers: null,
    invitedBy: 'start',
  });
  return `${settings.publicUrl?.replace(/\/$/, '') ?? url}/console/invitations/${token}`;
}

function tell({ log }: Services, merchant: string, link: string): void {
  log.warn({ merchant, link }, 'nobody can sign in to the console yet: this link makes the first owner, once');
}
