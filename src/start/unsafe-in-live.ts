import { statSync } from 'node:fs';
import { readDatabaseAddress } from '../platform/database/hosts.ts';
import type { Database } from '../platform/database/pool.ts';
import { whyItPasses } from '../platform/files/passing-folder.ts';
import { isLoopback } from '../platform/settings/readers.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';

type SettingsOfLive = Pick<Settings, 'dataDir' | 'databaseUrl' | 'merchantsFile'>;

/** What live mode does not start with, a line each: money would be at risk. What files and folders say of it. */
export function unsafeFilesIn({ dataDir, databaseUrl, merchantsFile }: SettingsOfLive): readonly string[] {
  const passing = databaseUrl === undefined ? whyItPasses(dataDir) : undefined;
  const others = merchantsFile === undefined ? 0 : rightsOfOthers(merchantsFile);
  return [
    ...(passing === undefined
      ? []
      : [
          `DATA_DIR ${dataDir} ${passing}: whoever repeated a refund afterwards would get it twice. Set DATA_DIR to a ` +
            'folder that stays, or DATABASE_URL.',
        ]),
    ...(others & 0o002
      ? [`MERCHANTS_FILE ${merchantsFile} can be written by every user of this machine: chmod 600 ${merchantsFile}`]
      : []),
  ];
}

/** What live mode starts with all the same, and tells. */
export function doubtfulIn({ databaseUrl, merchantsFile }: SettingsOfLive): readonly string[] {
  const others = merchantsFile === undefined ? 0 : rightsOfOthers(merchantsFile);
  return [
    ...(databaseUrl === undefined
      ? [
          'the embedded PostgreSQL has no second machine and no archive: a lost disk loses the book, unless it is backed up',
        ]
      : []),
    ...(databaseUrl !== undefined && isInTheClear(databaseUrl)
      ? ['DATABASE_URL leads to another machine without TLS that is checked: sslmode=verify-full would have it']
      : []),
    ...(others & 0o004 ? ['MERCHANTS_FILE can be read by every user of this machine, with the secrets in it'] : []),
  ];
}

/** What users that neither own a file nor are of its group may do with it. A file that can't be looked at is told of elsewhere. */
function rightsOfOthers(path: string): number {
  if (process.platform === 'win32') return 0;
  try {
    return statSync(path).mode & 0o007;
  } catch {
    return 0;
  }
}

/** The driver checks certificates with every other sslmode than these. */
function isInTheClear(databaseUrl: string): boolean {
  const { url, hosts } = readDatabaseAddress(databaseUrl);
  const { hostname, searchParams } = new URL(url);
  const names = hosts?.map(({ host }) => host) ?? [searchParams.get('host') ?? decodeURIComponent(hostname)];
  if (names.every((name) => name === '' || name.startsWith('/') || isLoopback(name))) return false;
  const sslmode = searchParams.get('sslmode');
  if (sslmode === null) {
    const isOn =
      ['true', '1'].includes(searchParams.get('ssl') ?? '') || searchParams.get('sslnegotiation') === 'direct';
    return !isOn && !['sslcert', 'sslkey', 'sslrootcert'].some((name) => searchParams.has(name));
  }
  const isLax = searchParams.get('uselibpqcompat') === 'true' && ['prefer', 'require'].includes(sslmode);
  return isLax || ['disable', 'no-verify'].includes(sslmode);
}

export interface Durability {
  /** Settings of PostgreSQL with which it may forget what it has called committed. */
  readonly forgetful: readonly string[];
  /** Settings that are safe on some machines only. */
  readonly doubtful: readonly string[];
}

/** Whether PostgreSQL keeps what it has said, as this role and this database have it. */
export async function durabilityOf(database: Database): Promise<Durability> {
  const rows = await database.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
     where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')`,
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const is = (name: string, ...values: readonly string[]): boolean => values.includes(settings.get(name) ?? '');
  return {
    forgetful: ['fsync', 'synchronous_commit'].filter((name) => is(name, 'off')).map((name) => `${name} = off`),
    doubtful: [
      ...(is('full_page_writes', 'off')
        ? ['full_page_writes = off: safe only on a file system that never leaves a page half written (ZFS)']
        : []),
      ...(!is('synchronous_standby_names', '') && is('synchronous_commit', 'local', 'remote_write')
        ? [
            `synchronous_commit = ${settings.get('synchronous_commit')}: a standby that takes over may not have the last refunds`,
          ]
        : []),
    ],
  };
}

/** @throws SettingsError when the database may forget a refund. */
export function assertDurable({ forgetful }: Durability): void {
  if (forgetful.length === 0) return;
  throw new SettingsError(
    `The database has ${forgetful.join(' and ')}: after a power cut it may have forgotten a refund, which whoever repeats ` +
      'it then gets twice. Turn it on for live mode (ALTER SYSTEM, ALTER ROLE).',
  );
}
