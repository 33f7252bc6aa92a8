import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gatewayOf, gateways } from '../gateways/registry.ts';
import { systemClock } from '../platform/clock/clock.ts';
import type { AnsweredRequest } from '../simulators/answered-request.ts';
import { createSimulatorControl } from '../simulators/control.ts';
import { problemOfSettings } from '../simulators/settings.ts';

/** A folder of its own: the server's sandbox has its books in `data/simulators`, and a reset there forgets all that is in them. */
export const ownFolder = join('data', 'simulators-alone');

/** Why it can't be started, in one line for whoever typed it. */
export class NotStartable extends Error {}

/** One simulator by itself, without the server. */
export interface SimulatorAlone {
  /** What is shown of it: where it is, who may call, and calls that work. */
  readonly banner: readonly string[];
  close(): Promise<void>;
}

/** `port` is as it was typed, `settings` as `name=value`. Throws `NotStartable`. */
export async function startSimulatorAlone(
  asked: {
    readonly provider: string;
    readonly port: string | undefined;
    readonly dataDir: string | undefined;
    readonly settings: readonly string[];
  },
  lines: {
    /** What the simulator itself has to say. */
    log(line: string): void;
    /** A line or two for each request. */
    logRequest(line: string): void;
  },
): Promise<SimulatorAlone> {
  const { provider } = asked;
  const port = Number(asked.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new NotStartable('--port takes a number from 0 (any free port) to 65535');
  const module = gatewayOf(provider);
  if (!module) {
    const known = [...gateways.keys()].join(', ');
    throw new NotStartable(`unknown gateway ${JSON.stringify(provider)}; known are: ${known}`);
  }
  const sandbox = await module.sandbox();
  const settings = { ...sandbox.standaloneSettings, ...readSettings(asked.settings) };
  const problem = problemOfSettings(settings, sandbox.settings ?? []);
  if (problem !== undefined) throw new NotStartable(`--set: ${problem}`);

  const folder = asked.dataDir ?? ownFolder;
  const bookFile = join(folder, `${provider}.sqlite`);
  const createSimulator = await sandbox.simulator();
  const simulator = createSimulator({
    bookFile,
    port,
    clock: systemClock,
    log: lines.log,
    onRequest: (request) => lines.logRequest(lineOf(request, new Date())),
  });
  await simulator.start().catch((error: NodeJS.ErrnoException) => {
    throw new NotStartable(error.code === 'EADDRINUSE' ? `port ${port} is in use` : `cannot start: ${error.message}`);
  });
  const mid = sandbox.mid('standalone');
  const credentials = sandbox.credentials(mid);
  const files = await writeFiles(credentials, (name) => resolve(folder, `${provider}-${name}.pem`));
  const control = createSimulatorControl(simulator.url);
  await control.registerMerchant({ mid, credentials });
  await control.changeSettings({ mid, settings });
  return {
    banner: [
      `${provider} simulator on ${simulator.url}, its book in ${bookFile}`,
      `mid: ${mid}`,
      ...Object.entries(credentials).map(([name, value]) => `${name}: ${files[name] ?? value}`),
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
      '# First calls, to be pasted as often as you like:',
      sandbox.sampleCall({ url: simulator.url, mid, credentials, files }),
      '# Requests are logged below. Ctrl-C ends it.',
    ],
    close: () => simulator.close(),
  };
}

function readSettings(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new NotStartable(`--set takes name=value, not ${JSON.stringify(text)}`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** What has more than one line, such as a certificate, is kept in a file that only its owner may read; answers their paths by name. */
async function writeFiles(
  credentials: Readonly<Record<string, string>>,
  pathOf: (name: string) => string,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [name, value] of Object.entries(credentials)) {
    if (!value.includes('\n')) continue;
    files[name] = pathOf(name);
    await writeFile(files[name], value, { mode: 0o600 }).catch((error: Error) => {
      throw new NotStartable(`cannot write: ${error.message}`);
    });
  }
  return files;
}

/** `2026-03-06T03:00:00.000Z POST /v1/payments/confirm 200 DONE 3 ms`, and on a second line what is wrong with a signature. */
function lineOf({ method, path, status, result, fault, why, durationMs }: AnsweredRequest, at: Date): string {
  const outcome = [status ?? 'no answer', result, fault && `(fault ${fault})`].filter((part) => part !== null);
  const line = [at.toISOString(), method, path, ...outcome, `${Math.ceil(durationMs)} ms`].join(' ');
  return why === null ? line : `${line}\n  ${why}`;
}
