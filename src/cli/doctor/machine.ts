import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { counted } from '../../platform/language/show.ts';
import { text } from '../../platform/language/text.ts';
import { isLoopback } from '../../platform/settings/readers.ts';
import { readSettings, type Settings, SettingsError } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

const spaceLeastBytes = 1024 ** 3;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = `Node ${process.versions.node}`;
  return major > 22 || (major === 22 && minor >= 20)
    ? good('Node', found)
    : toFix('Node', found, text('Install Node 22.20 or newer.', 'Node 22.20 이상을 설치하세요.'));
}

/** The settings as a start would read them, or what stops it. */
export function checkSettings(env: NodeJS.ProcessEnv): {
  settings: Settings | undefined;
  findings: readonly Finding[];
} {
  try {
    const settings = readSettings(env, []);
    return { settings, findings: [good('settings', settingsOf(settings))] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { settings: undefined, findings: error.problems.map((problem) => toFix('settings', wouldStop, problem)) };
  }
}

const wouldStop = text('a start would stop', '시작할 수 없습니다');

function settingsOf({ mode, port, host }: Settings) {
  return text(`mode ${mode}, port ${port} on ${host}`, `모드 ${mode}, ${host}의 포트 ${port}`);
}

export function checkExposure({ mode, host }: Settings): Finding {
  if (mode === 'live') return good('mode', text('live: the real gateways', 'live: 실제 PG사'));
  return isLoopback(host)
    ? good(
        'mode',
        text(
          'sandbox: simulated gateways, reached from this machine only',
          'sandbox: 모의 PG사, 이 컴퓨터에서만 접속됨',
        ),
      )
    : toFix(
        'mode',
        text(`a sandbox that other machines reach at ${host}`, `다른 컴퓨터에서 ${host}로 접속할 수 있는 샌드박스`),
        text('Its keys are public: set HOST=127.0.0.1.', '키가 공개되어 있습니다. HOST=127.0.0.1로 설정하세요.'),
      );
}

export function checkDataFolder({ dataDir }: Settings): readonly Finding[] {
  const check = 'data folder';
  let existing = dataDir;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  if (!statSync(existing).isDirectory()) {
    const found = text(`${existing} is no folder`, `${existing}은(는) 폴더가 아닙니다`);
    return [toFix(check, found, text('Set DATA_DIR to a folder.', 'DATA_DIR을 폴더로 설정하세요.'))];
  }
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const found = text(`${existing} can not be written`, `${existing}에 쓸 수 없습니다`);
    const fix = text(
      'Give this user the right to, or set DATA_DIR.',
      '이 사용자에게 쓰기 권한을 주거나 DATA_DIR을 바꾸세요.',
    );
    return [toFix(check, found, fix)];
  }
  const { bavail, bsize } = statfsSync(existing);
  const space = Number(bavail) * Number(bsize);
  const free = (space / 1024 ** 3).toFixed(1);
  const isThere = existing === dataDir;
  const found = text(
    `${dataDir}${isThere ? '' : ' (made at the first start)'}, ${free} GiB free`,
    `${dataDir}${isThere ? '' : ' (처음 시작할 때 만들어짐)'}, 여유 ${free} GiB`,
  );
  return [
    space < spaceLeastBytes
      ? toFix(
          check,
          found,
          text(
            'Make room: PostgreSQL stops when its disk is full.',
            '공간을 확보하세요. 디스크가 가득 차면 PostgreSQL이 멈춥니다.',
          ),
        )
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
      : toFix(
          check,
          text(`${path} can be read by other users`, `다른 사용자가 ${path}을(를) 읽을 수 있습니다`),
          `chmod 600 ${path}`,
        );
  }
  const hasDatabase = databaseUrl === undefined && existsSync(join(dataDir, 'postgres'));
  return hasDatabase
    ? toFix(
        check,
        text(
          `${path} is gone, and the database beside it needs it`,
          `${path}이(가) 없는데 옆의 데이터베이스에 필요합니다`,
        ),
        text('Put it back from a copy, or set ENCRYPTION_KEY.', '사본에서 되살리거나 ENCRYPTION_KEY를 설정하세요.'),
      )
    : toKnow(check, text(`made at the first start, in ${path}`, `처음 시작할 때 ${path}에 만들어집니다`));
}

/** Live channels: the file is read, the gateways are not contacted. */
export async function checkMerchants({ merchantsFile }: Settings): Promise<readonly Finding[]> {
  if (merchantsFile === undefined) return [];
  const check = 'merchants file';
  // It knows every gateway, and most checks need none.
  const { summarizeMerchantsFile } = await import('../../start/merchants-file/read.ts');
  try {
    const channels = await summarizeMerchantsFile(merchantsFile);
    return [
      good(
        check,
        text(`${merchantsFile}, ${counted(channels.length, 'channel')}`, `${merchantsFile}, 채널 ${channels.length}개`),
      ),
      ...channels.map(({ merchant, provider, mid, mode, baseUrl, malformed }) => {
        const { host } = new URL(baseUrl);
        const found = text(
          `${provider} ${mid} (${mode}) of ${merchant} at ${host}, not contacted`,
          `${merchant}의 ${provider} ${mid} (${mode}), ${host}, 접속하지 않음`,
        );
        if (malformed.length === 0) return good('channel', found);
        const names = malformed.join(', ');
        const fix = text(
          `These credentials do not have the gateway's form: ${names}.`,
          `PG사의 형식에 맞지 않는 인증 정보: ${names}.`,
        );
        return toFix('channel', found, fix);
      }),
    ];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // One each: a finding is a line, and several in one would run together.
    return error.problems.map((problem) => toFix(check, merchantsFile, problem));
  }
}
