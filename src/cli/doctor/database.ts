import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../platform/database/pool.ts';
import { findMisfit } from '../../platform/database/schema-fit.ts';
import { createEncryption } from '../../platform/encryption/encryption.ts';
import { readEncryptionKey } from '../../platform/settings/readers.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

/** Reads only: a check must not make the database that a start in another mode would then find. */
export async function checkDatabase(settings: Settings): Promise<readonly Finding[]> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl === undefined) {
    const isThere = existsSync(join(dataDir, 'postgres'));
    return [toKnow('database', `embedded, ${isThere ? 'there; it runs with the server' : 'made at the first start'}`)];
  }
  const database = openDatabase(databaseUrl, { poolSize: 2, applicationName: 'hwanbul doctor' });
  try {
    const [version] = await database.query<{ server_version: string }>('show server_version');
    return [
      good('database', `PostgreSQL ${version?.server_version ?? '?'} at DATABASE_URL`),
      ...(await checkContents(database, settings)),
    ];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code ?? (error instanceof AggregateError ? 'no connection' : 'error');
    return [
      toFix(
        'database',
        `DATABASE_URL can't be used (${reason})`,
        'Check the address, the role and that PostgreSQL runs.',
      ),
    ];
  } finally {
    await database.close();
  }
}

async function checkContents(database: Database, settings: Settings): Promise<readonly Finding[]> {
  const [made] = await database.query<{ is_there: boolean }>(
    `select to_regclass('server_facts') is not null and to_regclass('schema_migrations') is not null as is_there`,
  );
  if (!made?.is_there) return [toKnow('migrations', 'none yet; the first start makes the tables')];
  const facts = await database.query<{ name: string; value: Buffer }>('select name, value from server_facts');
  const fact = (name: string): Buffer | undefined => facts.find((each) => each.name === name)?.value;
  const mode = fact('mode')?.toString();
  const fingerprint = fact('encryption_key_fingerprint');
  const key = keyOf(settings);
  const findings = [await checkMigrations(database)];
  if (mode !== undefined && mode !== settings.mode) {
    findings.push(
      toFix('mode of the database', `made by ${mode}`, `Set HWANBUL_MODE=${mode}, or use another database.`),
    );
  }
  if (fingerprint && key && !createEncryption(key).fingerprint().equals(fingerprint)) {
    const fix = 'Set ENCRYPTION_KEY to the key that the database was made with.';
    findings.push(toFix('key of the database', 'made with another encryption key', fix));
  }
  return findings;
}

async function checkMigrations(database: Database): Promise<Finding> {
  const { migrationsFolder } = await import('../../start/schema.ts');
  const misfit = await findMisfit(database, migrationsFolder);
  if (misfit === undefined) return good('migrations', 'fit for this version');
  return misfit.isBehind
    ? toKnow('migrations', 'of an older version; the next start brings the database up to date')
    : toFix('migrations', 'a start would stop', misfit.why);
}

function keyOf({ encryptionKey, dataDir }: Settings): Buffer | undefined {
  if (encryptionKey) return encryptionKey;
  const path = join(dataDir, 'encryption.key');
  return existsSync(path) ? readEncryptionKey(path, readFileSync(path, 'utf8').trim()) : undefined;
}
