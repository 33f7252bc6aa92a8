import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findMisfit } from '../../platform/database/migrations/schema-fit.ts';
import { type Database, missingLimits, openDatabase } from '../../platform/database/pool.ts';
import { createEncryption, keyIdOf } from '../../platform/encryption/encryption.ts';
import { counted, number } from '../../platform/language/show.ts';
import { text } from '../../platform/language/text.ts';
import { type Settings, SettingsError } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';
import { checkDurability } from './live.ts';

/** Reads only: a check must not make the database that a start in another mode would then find. */
export async function checkDatabase(settings: Settings): Promise<readonly Finding[]> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl === undefined) {
    const isThere = existsSync(join(dataDir, 'postgres'));
    return [
      toKnow(
        'database',
        isThere
          ? text('embedded, there; it runs with the server', '내장, 있음. 서버와 함께 실행됩니다')
          : text('embedded, made at the first start', '내장, 처음 시작할 때 만들어집니다'),
      ),
    ];
  }
  const { isBehindPooler } = await import('../../start/database-of-settings.ts');
  const isPooled = isBehindPooler(settings);
  const database = openDatabase(databaseUrl, { isPooled, poolSize: 2, applicationName: 'hwanbul doctor' });
  try {
    const [version] = await database.query<{ server_version: string }>('show server_version');
    return [
      good(
        'database',
        text(
          `PostgreSQL ${version?.server_version ?? '?'} at DATABASE_URL`,
          `DATABASE_URL의 PostgreSQL ${version?.server_version ?? '?'}`,
        ),
      ),
      ...(isPooled ? await checkLimits(database) : []),
      ...(await checkDurabilityOf(database, settings)),
      ...(await checkContents(database, settings)),
    ];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code ?? (error instanceof AggregateError ? 'no connection' : 'error');
    return [
      toFix(
        'database',
        text(`DATABASE_URL can't be used (${reason})`, `DATABASE_URL을 쓸 수 없습니다(${reason})`),
        text(
          'Check the address, the role and that PostgreSQL runs.',
          '주소와 사용자, PostgreSQL이 실행 중인지 확인하세요.',
        ),
      ),
    ];
  } finally {
    await database.close();
  }
}

async function checkDurabilityOf(database: Database, { mode }: Settings): Promise<readonly Finding[]> {
  if (mode !== 'live') return [];
  const { durabilityOf } = await import('../../start/unsafe-in-live.ts');
  return checkDurability(await durabilityOf(database));
}

/** Behind a pooler no session of ours can set them. */
async function checkLimits(database: Database): Promise<readonly Finding[]> {
  const missing = await missingLimits(database);
  if (missing.length === 0) return [];
  const statements = missing.map((setting) => `ALTER ROLE the_role SET ${setting};`).join(' ');
  return [
    toFix(
      'database',
      text('the role of DATABASE_URL has no time limits', 'DATABASE_URL의 사용자에게 시간 제한이 없습니다'),
      text(
        `Behind a pooler they have to be the role's: ${statements}`,
        `풀러 뒤에서는 사용자에게 설정해야 합니다: ${statements}`,
      ),
    ),
  ];
}

async function checkContents(database: Database, settings: Settings): Promise<readonly Finding[]> {
  const [made] = await database.query<{ is_there: boolean }>(
    `select to_regclass('server_facts') is not null and to_regclass('schema_migrations') is not null as is_there`,
  );
  if (!made?.is_there) {
    if (settings.migrate === 'off') {
      return [
        toFix(
          'migrations',
          text('none yet, and HWANBUL_MIGRATE=off', '아직 없고 HWANBUL_MIGRATE=off입니다'),
          'hwanbul migrate',
        ),
      ];
    }
    const found = text('none yet; the first start makes the tables', '아직 없음. 처음 시작할 때 표를 만듭니다');
    return [toKnow('migrations', found)];
  }
  const facts = await database.query<{ name: string; value: Buffer }>('select name, value from server_facts');
  const fact = (name: string): Buffer | undefined => facts.find((each) => each.name === name)?.value;
  const mode = fact('mode')?.toString();
  const migrations = await checkMigrations(database, settings);
  const findings = [migrations];
  if (mode !== undefined && mode !== settings.mode) {
    findings.push(
      toFix(
        'mode of the database',
        text(`made by ${mode}`, `${mode} 모드로 만들어짐`),
        text(
          `Set HWANBUL_MODE=${mode}, or use another database.`,
          `HWANBUL_MODE=${mode}로 설정하거나 다른 데이터베이스를 쓰세요.`,
        ),
      ),
    );
  }
  return [
    ...findings,
    ...(await checkGeneration(fact, settings)),
    ...(await checkKeys(database, settings, migrations.state === 'good')),
  ];
}

/** Whether the database was given a newer file of merchants. A file that can't be read is told of elsewhere. */
async function checkGeneration(
  fact: (name: string) => Buffer | undefined,
  { merchantsFile }: Settings,
): Promise<readonly Finding[]> {
  if (merchantsFile === undefined) return [];
  const { generationFact, problemOfGeneration } = await import('../../start/merchants-file/generation.ts');
  const { readMerchantsFile } = await import('../../start/merchants-file/read.ts');
  try {
    const problem = problemOfGeneration(fact(generationFact), await readMerchantsFile(merchantsFile));
    return problem === undefined ? [] : [toFix('merchants file', wouldStop, `${merchantsFile} ${problem}`)];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [];
  }
}

/** Whether everything that is encrypted can be read, and is as this version would write it. */
async function checkKeys(database: Database, settings: Settings, hasAllColumns: boolean): Promise<readonly Finding[]> {
  const { countCiphertexts, findKey, readKeysInUse } = await import('../../start/encryption-key.ts');
  const key = findKey(settings);
  if (key === undefined) return [];
  const given = createEncryption(key, settings.previousEncryptionKeys).fingerprints().map(keyIdOf);
  const needed = (await readKeysInUse(database)).map(keyIdOf);
  const missing = needed.filter((id) => !given.includes(id));
  if (missing.length > 0) {
    const ids = missing.join(', ');
    const fix = text(
      'Set ENCRYPTION_KEY to the key that the database was made with; while keys are being changed, ENCRYPTION_KEY_PREVIOUS to the one before.',
      '데이터베이스를 만들 때의 키를 ENCRYPTION_KEY로 설정하세요. 키를 바꾸는 중이면 이전 키를 ENCRYPTION_KEY_PREVIOUS로 설정하세요.',
    );
    const found = text(`made with another encryption key (${ids})`, `다른 암호화 키로 만들어짐 (${ids})`);
    return [toFix('key of the database', found, fix)];
  }
  if (!hasAllColumns) return [];
  try {
    return ciphertextFindings(await countCiphertexts(database), given);
  } catch (error) {
    if ((error as { code?: unknown }).code !== statementTooLong) throw error;
    return [
      toKnow(
        'ciphertexts',
        text(
          'too many to be counted here: hwanbul rotate-key --dry-run',
          '너무 많아 여기서 세지 않음: hwanbul rotate-key --dry-run',
        ),
      ),
    ];
  }
}

/** PostgreSQL's code for it. */
const statementTooLong = '57014';

function ciphertextFindings(
  counts: readonly { readonly keyId: string | null; readonly count: bigint }[],
  [current, ...previous]: readonly string[],
): readonly Finding[] {
  const countOf = (isMeant: (keyId: string | null) => boolean): number =>
    Number(counts.filter(({ keyId }) => isMeant(keyId)).reduce((sum, { count }) => sum + count, 0n));
  const unknown = countOf((id) => id !== null && id !== current && !previous.includes(id));
  const ofPrevious = countOf((id) => id !== null && previous.includes(id));
  const unbound = countOf((id) => id === null);
  const findings: Finding[] = [];
  if (unknown > 0) {
    const ids = [...new Set(counts.flatMap(({ keyId }) => keyId ?? []))].filter(
      (id) => id !== current && !previous.includes(id),
    );
    findings.push(
      toFix(
        'ciphertexts',
        text(
          `${counted(unknown, 'ciphertext')} of a key that is not given (${ids.join(', ')})`,
          `주어지지 않은 키(${ids.join(', ')})의 암호문 ${number(unknown)}건`,
        ),
        text('Add that key to ENCRYPTION_KEY_PREVIOUS.', '그 키를 ENCRYPTION_KEY_PREVIOUS에 추가하세요.'),
      ),
    );
  }
  if (ofPrevious + unbound > 0) {
    const found = text(
      `${number(ofPrevious)} of a previous key, ${number(unbound)} not bound to their rows: run hwanbul rotate-key`,
      `이전 키의 암호문 ${number(ofPrevious)}건, 행에 묶이지 않은 암호문 ${number(unbound)}건: hwanbul rotate-key를 실행하세요`,
    );
    findings.push(toKnow('ciphertexts', found));
  }
  if (findings.length > 0) return findings;
  const all = countOf(() => true);
  return [
    good(
      'ciphertexts',
      text(
        `${counted(all, 'ciphertext')}, all under this key and bound to their rows`,
        `암호문 ${number(all)}건 모두 이 키로 암호화되어 행에 묶여 있습니다`,
      ),
    ),
  ];
}

async function checkMigrations(database: Database, { migrate }: Settings): Promise<Finding> {
  const { migrationsFolder } = await import('../../start/schema.ts');
  const misfit = await findMisfit(database, migrationsFolder);
  if (misfit === undefined) return good('migrations', text('fit for this version', '이 버전에 맞습니다'));
  if (misfit.behind === undefined) return toFix('migrations', wouldStop, misfit.why);
  return migrate === 'off'
    ? toFix(
        'migrations',
        text('of an older version, and HWANBUL_MIGRATE=off', '이전 버전이고 HWANBUL_MIGRATE=off입니다'),
        'hwanbul migrate',
      )
    : toKnow(
        'migrations',
        text(
          'of an older version; the next start brings the database up to date, or hwanbul migrate',
          '이전 버전. 다음에 시작하거나 hwanbul migrate를 실행하면 최신으로 바뀝니다',
        ),
      );
}

const wouldStop = text('a start would stop', '시작할 수 없습니다');
