import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings } from '../../src/platform/settings/settings.ts';

export const root: URL = new URL('../../', import.meta.url);
export const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

export const { version } = JSON.parse(read('package.json')) as { readonly version: string };

/** What stands in a file of secrets, by the setting that names the file. */
const secrets: Readonly<Record<string, string>> = {
  DATABASE_URL_FILE: 'postgres://hwanbul:secret@database:5432/hwanbul',
  ENCRYPTION_KEY_FILE: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'),
  ENCRYPTION_KEY_PREVIOUS_FILE: Buffer.from('fedcba9876543210fedcba9876543210').toString('base64'),
  HWANBUL_OIDC_CLIENT_SECRET_FILE: 'secret',
};

/** Of the program, beyond what its settings say, when it ends: what is left of it is killed after that. */
export const stopAfterDrainMs = Number(
  /stopAfterDrainMs = ([\d_]+)/.exec(read('src/start/main.ts'))?.[1]?.replaceAll('_', ''),
);

/** How long a server may take to end. */
export const endMs = ({ lameDuckMs, drainTimeoutMs }: Settings): number =>
  lameDuckMs + drainTimeoutMs + stopAfterDrainMs;

/**
 * What the server makes of this environment. Paths of secrets are those of a container, so other files take their place here;
 * a setting that it does not know, or can't take, is a refusal.
 */
export function settingsIn(env: Readonly<Record<string, string>>): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-deploy-'));
  try {
    const here = Object.entries(env).map(([name, value]) => {
      const secret = secrets[name];
      if (secret === undefined) return [name, value] as const;
      assert.match(value, /^(\/run\/secrets\/|%d\/)/, `${name} leads to a secret`);
      const path = join(folder, name);
      writeFileSync(path, `${secret}\n`);
      return [name, path] as const;
    });
    return readSettings(Object.fromEntries(here), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
