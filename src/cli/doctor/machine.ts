import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isLoopback } from '../../platform/settings/readers.ts';
import { readSettings, type Settings, SettingsError } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

const spaceLeastBytes = 1024 ** 3;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = `Node ${process.versions.node}`;
  return major > 22 || (major === 22 && minor >= 20)
    ? good('Node', found)
    : toFix('Node', found, 'Install Node 22.20 or newer.');
}

/** The settings as a start would read them, or what stops it. */
export function checkSettings(env: NodeJS.ProcessEnv): { settings: Settings | undefined; finding: Finding } {
  try {
    const settings = readSettings(env, []);
    return { settings, finding: good('settings', `mode ${settings.mode}, port ${settings.port} on ${settings.host}`) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { settings: undefined, finding: toFix('settings', 'a start would stop', error.message) };
  }
}

export function checkExposure({ mode, host }: Settings): Finding {
  if (mode === 'live') return good('mode', 'live: the real gateways');
  return isLoopback(host)
    ? good('mode', 'sandbox: simulated gateways, reached from this machine only')
    : toFix('mode', `a sandbox that other machines reach at ${host}`, 'Its keys are public: set HOST=127.0.0.1.');
}

export function checkDataFolder({ dataDir }: Settings): readonly Finding[] {
  const check = 'data folder';
  let existing = dataDir;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  if (!statSync(existing).isDirectory()) {
    return [toFix(check, `${existing} is no folder`, 'Set DATA_DIR to a folder.')];
  }
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [toFix(check, `${existing} can not be written`, 'Give this user the right to, or set DATA_DIR.')];
  }
  const { bavail, bsize } = statfsSync(existing);
  const space = Number(bavail) * Number(bsize);
  const found = `${dataDir}${existing === dataDir ? '' : ' (made at the first start)'}, ${(space / 1024 ** 3).toFixed(1)} GiB free`;
  return [
    space < spaceLeastBytes
      ? toFix(check, found, 'Make room: PostgreSQL stops when its disk is full.')
      : good(check, found),
  ];
}

/** A database without the key that it was made with can't be opened any more, so both have to be there. */
export function checkKey({ encryptionKey, dataDir, databaseUrl }: Settings): Finding {
  const check = 'encryption key';
  if (encryptionKey) return good(check, 'ENCRYPTION_KEY');
  const path = join(dataDir, 'encryption.key');
  if (existsSync(path)) {
    const { mode } = statSync(path);
    return (mode & 0o077) === 0
      ? good(check, path)
      : toFix(check, `${path} can be read by other users`, `chmod 600 ${path}`);
  }
  const hasDatabase = databaseUrl === undefined && existsSync(join(dataDir, 'postgres'));
  return hasDatabase
    ? toFix(
        check,
        `${path} is gone, and the database beside it needs it`,
        'Put it back from a copy, or set ENCRYPTION_KEY.',
      )
    : toKnow(check, `made at the first start, in ${path}`);
}

/** Live channels: the file is read, the gateways are not contacted. */
export async function checkMerchants({ merchantsFile }: Settings): Promise<readonly Finding[]> {
  if (merchantsFile === undefined) return [];
  const check = 'merchants file';
  // It knows every gateway, and most checks need none.
  const { summarizeMerchantsFile } = await import('../../start/merchants-file.ts');
  try {
    const channels = await summarizeMerchantsFile(merchantsFile);
    return [
      good(check, `${merchantsFile}, ${channels.length} channels`),
      ...channels.map(({ merchant, provider, mid, mode, baseUrl, malformed }) => {
        const found = `${provider} ${mid} (${mode}) of ${merchant} at ${new URL(baseUrl).host}, not contacted`;
        if (malformed.length === 0) return good('channel', found);
        return toFix('channel', found, `These credentials do not have the gateway's form: ${malformed.join(', ')}.`);
      }),
    ];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [toFix(check, merchantsFile, error.message)];
  }
}
