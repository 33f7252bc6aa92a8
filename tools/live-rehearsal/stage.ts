import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gatewayOf } from '../../src/gateways/registry.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createSimulatorControl, type SimulatorControl } from '../../src/simulators/control.ts';
import { closeNetwork, makeCertificates } from './namespace.ts';
import { createTlsFront, type TlsFront } from './tls-front.ts';

const program = fileURLToPath(new URL('../../bin/hwanbul.js', import.meta.url));
const port = 8410;
const liveHost = 'api.tosspayments.com';
/** Of KCP: docs/gateways.md. */
const testHost = 'stg-spl.kcp.co.kr';

/** What the gateway knows this merchant by. */
export interface Contract {
  readonly mid: string;
  readonly control: SimulatorControl;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
}

export interface Stage {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
  readonly live: Contract & { readonly host: string };
  readonly test: Contract & { readonly host: string };
  readonly front: TlsFront;
  /** Values that must stand in no log. */
  readonly secrets: readonly string[];
  log(): string;
  /** `believing`: the CA of the hosts' certificate. */
  startServer(believing: boolean): Promise<void>;
  stopServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** The command line with the server's settings and the merchant's keys. */
  hwanbul(believing: boolean, ...args: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function openStage(folder: string): Promise<Stage> {
  const hosts = [liveHost, testHost];
  closeNetwork(folder, hosts);
  const certificates = makeCertificates(folder, hosts);
  const closing: (() => Promise<void>)[] = [];
  const simulators = await Promise.all(
    ['tosspayments', 'kcp'].map(async (provider) => {
      const sandbox = await gatewayOf(provider)?.sandbox();
      if (!sandbox) throw new Error(`there is no simulator of ${provider}`);
      mkdirSync(join(folder, 'books'), { recursive: true });
      const bookFile = join(folder, 'books', `${provider}.sqlite`);
      const simulator = (await sandbox.simulator())({ bookFile, port: 0, clock: systemClock });
      await simulator.start();
      closing.push(() => simulator.close());
      const mid = sandbox.mid('rehearsal');
      // A live channel takes no key for tests, and so has one of the other form.
      const credentials =
        provider === 'kcp' ? sandbox.credentials(mid) : { secretKey: `live_sk_${randomBytes(16).toString('hex')}` };
      const control = createSimulatorControl(simulator.url);
      await control.registerMerchant({ mid, credentials });
      return { provider, mid, credentials, control, port: Number(new URL(simulator.url).port) };
    }),
  );
  const [live, test] = simulators;
  if (!live || !test) throw new Error('the simulators are not there');
  const front = createTlsFront(
    certificates,
    new Map([
      [liveHost, live.port],
      [testHost, test.port],
    ]),
  );
  await front.open();
  closing.push(() => front.shut());

  const [impKey, impSecret, encryptionKey] = [8, 32, 32].map((length) => randomBytes(length).toString('hex'));
  const channels = [
    { provider: live.provider, mid: live.mid, mode: 'live', credentials: live.credentials },
    {
      provider: test.provider,
      mid: test.mid,
      mode: 'test',
      base_url: `https://${testHost}`,
      credentials: test.credentials,
    },
  ];
  const merchantsFile = join(folder, 'merchants.json');
  const merchants = [{ name: 'rehearsal', imp_key: impKey, imp_secret: impSecret, channels }];
  writeFileSync(merchantsFile, JSON.stringify(merchants), { mode: 0o600 });
  const environment = (believing: boolean): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    HWANBUL_MODE: 'live',
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    LOG_FORMAT: 'json',
    MERCHANTS_FILE: merchantsFile,
    ENCRYPTION_KEY: encryptionKey,
    HWANBUL_IMP_KEY: impKey,
    HWANBUL_IMP_SECRET: impSecret,
    // Short, so that a doubt comes soon; nothing else differs from a server that is to stay.
    HWANBUL_GATEWAY_TIMEOUT_MS: '1000',
    HWANBUL_REQUEST_DEADLINE_MS: '3000',
    ...(believing ? { NODE_EXTRA_CA_CERTS: certificates.caFile } : {}),
  });
  const logFile = join(folder, 'server.log');
  let server: ChildProcess | undefined;

  async function stopServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const stopping = server;
    server = undefined;
    if (!stopping || stopping.exitCode !== null || stopping.signalCode !== null) return;
    const exited = once(stopping, 'exit');
    stopping.kill(signal);
    await exited;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    impKey: impKey ?? '',
    impSecret: impSecret ?? '',
    live: { ...live, host: liveHost },
    test: { ...test, host: testHost },
    front,
    secrets: [impSecret, encryptionKey, ...simulators.flatMap(({ credentials }) => Object.values(credentials))]
      .filter((secret) => secret !== undefined && secret.length >= 16)
      .map(String),
    log: () => readFileSync(logFile, 'utf8'),
    async startServer(believing) {
      const child = spawn(process.execPath, [program, 'serve'], {
        env: environment(believing),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      server = child;
      child.stdout.pipe(createWriteStream(logFile, { flags: 'a' }));
      const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
      child.stdout.on('data', (part: Buffer) => {
        if (part.includes('"msg":"ready"')) resolve();
      });
      child.once('exit', () => reject(new Error(`the server has ended; its log is ${logFile}`)));
      await ready;
    },
    stopServer,
    hwanbul: (believing, ...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [program, ...args], { env: environment(believing) }, (error, stdout) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout });
        });
      }),
    async close() {
      await stopServer('SIGTERM');
      for (const close of closing.reverse()) await close();
    },
  };
}
