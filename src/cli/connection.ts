import type { Command } from 'commander';
import { type Api, createApi } from './api.ts';
import { CliFailure } from './failure.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly impKey?: string;
  readonly impSecret?: string;
}

const defaultUrl = 'http://127.0.0.1:8410';

/** The options of every command that talks to a server. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--url <url>', `server, or HWANBUL_URL (default ${defaultUrl})`)
    .option('--imp-key <key>', 'REST API key, or HWANBUL_IMP_KEY')
    .option(
      '--imp-secret <secret>',
      'REST API secret, or HWANBUL_IMP_SECRET, which other users of the machine do not see',
    )
    .option('--json', 'results for programs on standard output; messages stay on standard error');
}

export interface Connection {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
}

/** @throws CliFailure when the address is none or the keys are missing; the values are never quoted. */
export function readConnection(options: ConnectionOptions, env: NodeJS.ProcessEnv): Connection {
  const url = readServerUrl(options, env);
  const impKey = options.impKey ?? env.HWANBUL_IMP_KEY ?? '';
  const impSecret = options.impSecret ?? env.HWANBUL_IMP_SECRET ?? '';
  if (impKey === '') throw new CliFailure('The REST API key is missing: set HWANBUL_IMP_KEY, or give --imp-key.');
  if (impSecret === '') {
    throw new CliFailure('The REST API secret is missing: set HWANBUL_IMP_SECRET, or give --imp-secret.');
  }
  return { url, impKey, impSecret };
}

export function readServerUrl(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  const text = options.url ?? env.HWANBUL_URL ?? defaultUrl;
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new CliFailure('--url must be an address such as https://pay.example.com.');
  }
  // It would be shown in messages and kept in result files.
  if (url.username !== '' || url.password !== '') throw new CliFailure('--url may hold no user and no password.');
  return url.href.replace(/\/+$/, '');
}

/** Opens the connection, hands it to the work, and closes it whatever happens. */
export async function withApi<Result>(
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
  work: (api: Api) => Promise<Result>,
  connections = 8,
): Promise<Result> {
  const api = createApi({ ...readConnection(options, env), connections });
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}
