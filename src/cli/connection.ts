import type { Command } from 'commander';
import { languages, text } from '../platform/language/text.ts';
import { readSecret } from '../platform/settings/secret-files.ts';
import { SettingsError } from '../platform/settings/settings-error.ts';
import { type Api, createApi } from './api.ts';
import type { CommandContext } from './command.ts';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { oneOf } from './words.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly impKey?: string;
  readonly impSecret?: string;
  readonly json?: boolean;
}

const defaultUrl = 'http://127.0.0.1:8410';

/** The options of every command that talks to a server. */
export function addConnectionOptions(terminal: Terminal, command: Command): Command {
  const { say } = terminal;
  command
    .option(
      '--url <url>',
      say(text(`server, or HWANBUL_URL (default ${defaultUrl})`, `서버 주소, 또는 HWANBUL_URL (기본값 ${defaultUrl})`)),
    )
    .option('--imp-key <key>', say(text('REST API key, or HWANBUL_IMP_KEY', 'REST API 키, 또는 HWANBUL_IMP_KEY')))
    .option(
      '--imp-secret <secret>',
      say(
        text(
          'REST API secret, or HWANBUL_IMP_SECRET or HWANBUL_IMP_SECRET_FILE, which other users of the machine do not see',
          'REST API secret, 또는 HWANBUL_IMP_SECRET이나 HWANBUL_IMP_SECRET_FILE(이 컴퓨터의 다른 사용자에게 보이지 않음)',
        ),
      ),
    )
    .option(
      '--json',
      say(
        text(
          'results for programs on standard output; messages stay on standard error',
          '표준 출력에 프로그램용 JSON 결과를 씀. 안내문은 표준 오류로',
        ),
      ),
    );
  return addLanguageOption(terminal, command);
}

/** The option is read before the others are; here it is only known, and checked. */
export function addLanguageOption(terminal: Terminal, command: Command): Command {
  const description = text(
    'language of messages, en or ko (default: that of the locale)',
    '안내문의 언어, en 또는 ko (기본값: 로캘의 언어)',
  );
  return command.option('--lang <language>', terminal.say(description), oneOf(terminal, languages));
}

export interface Connection {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
  readonly operatorSecret: string | undefined;
}

/** @throws CliFailure when the address is none or the keys are missing; the values are never quoted. */
export function readConnection(options: ConnectionOptions, env: NodeJS.ProcessEnv): Connection {
  const url = readServerUrl(options, env);
  const impKey = readImpKey(options, env);
  const impSecret = options.impSecret ?? secretIn(env, 'HWANBUL_IMP_SECRET') ?? '';
  if (impSecret === '') {
    throw new CliFailure(
      text(
        'The REST API secret is missing: set HWANBUL_IMP_SECRET, or give --imp-secret.',
        'REST API secret이 없습니다. HWANBUL_IMP_SECRET을 설정하거나 --imp-secret을 주세요.',
      ),
    );
  }
  return { url, impKey, impSecret, operatorSecret: secretIn(env, 'HWANBUL_OPERATOR_SECRET') };
}

export function readImpKey(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  const impKey = options.impKey ?? env.HWANBUL_IMP_KEY ?? '';
  if (impKey !== '') return impKey;
  throw new CliFailure(
    text(
      'The REST API key is missing: set HWANBUL_IMP_KEY, or give --imp-key.',
      'REST API 키가 없습니다. HWANBUL_IMP_KEY를 설정하거나 --imp-key를 주세요.',
    ),
  );
}

/** Of the variable, or of the file that it names with `_FILE` at its end. */
export function secretIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  try {
    return readSecret(env, name);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CliFailure(error.message);
  }
}

export function readServerUrl(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  const given = options.url ?? env.HWANBUL_URL ?? defaultUrl;
  const url = URL.parse(given);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new CliFailure(
      text(
        '--url must be an address such as https://pay.example.com.',
        '--url은 https://pay.example.com 같은 주소여야 합니다.',
      ),
    );
  }
  // It would be shown in messages and kept in result files.
  if (url.username !== '' || url.password !== '') {
    throw new CliFailure(
      text('--url may hold no user and no password.', '--url에는 사용자 이름과 비밀번호를 넣을 수 없습니다.'),
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Opens the connection, hands it to the work, and closes it whatever happens. */
export async function withApi<Result>(
  { env, terminal }: CommandContext,
  options: ConnectionOptions,
  work: (api: Api) => Promise<Result>,
  connections = 8,
): Promise<Result> {
  const api = createApi({ ...readConnection(options, env), connections, whileWaiting: terminal.whileWaiting });
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}
