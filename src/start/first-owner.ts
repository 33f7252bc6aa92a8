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
  const base = settings.publicUrl?.replace(/\/$/, '') ?? url;
  const lines: string[] = [];
  for (const { id, name } of await services.members.storesWithoutMember()) {
    const { token } = await services.invitations.make(id, {
      email: null,
      role: 'owner',
      extraRights: [],
      tiers: null,
      invitedBy: 'start',
    });
    const link = `${base}/console/invitations/${token}`;
    lines.push(`  first owner of ${name}: ${link}`);
    // There is no banner where standard output is JSON.
    if (settings.logFormat === 'json') {
      services.log.warn(
        { merchant: name, link },
        'nobody can sign in to the console yet: this link makes the first owner, once',
      );
    }
  }
  return lines;
}
