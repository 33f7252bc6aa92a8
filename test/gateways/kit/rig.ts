import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayModule } from '../../../src/gateways/module.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import { createServer } from '../../../src/platform/node-http.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import { createGatewayHttpClient } from '../../../src/port/http-client.ts';
import type { RawNotice } from '../../../src/port/notices.ts';
import type { AnsweredRequest } from '../../../src/simulators/answered-request.ts';
import { createSimulatorControl, type SimulatorControl } from '../../../src/simulators/control.ts';
import type { GatewaySandbox } from '../../../src/simulators/sandbox.ts';
import { startMiddayClock } from '../../kit/midday-clock.ts';

/** One gateway's simulator on a free port, with a merchant that it knows, and what is needed to call it. */
export interface Rig {
  readonly sandbox: GatewaySandbox;
  readonly control: SimulatorControl;
  readonly url: string;
  readonly mid: string;
  readonly bookFile: string;
  /** A call of the registered merchant; the parts given replace its own. */
  call(parts?: Partial<GatewayCall['channel']> & Partial<Omit<GatewayCall, 'channel' | 'http'>>): GatewayCall;
  orderId(): string;
  /** What the gateway has sent by itself, in the order in which it came; each was answered as taken. */
  readonly notices: readonly RawNotice[];
  /** What the simulator has answered, in the order in which it did, as its log has it. */
  readonly answered: readonly AnsweredRequest[];
  /** Ends the simulator and starts it again over its book, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Stands for the server's side: keeps each notice, and answers what the gateway wants to read. */
async function receiveNotices(
  module: GatewayModule,
  notices: RawNotice[],
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const path = decodeURIComponent(request.url?.replace(/^\//, '') ?? '');
      notices.push({ path, headers, query: new URLSearchParams(), body: Buffer.concat(chunks) });
      const answer = module.gateway.notices?.answer('taken');
      response.writeHead(answer?.status ?? 500, { 'content-type': answer?.contentType ?? 'text/plain' });
      response.end(answer?.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function openRig(module: GatewayModule, clock: Clock = startMiddayClock()): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'hwanbul-gateway-'));
  const bookFile = join(directory, 'book.sqlite');
  const defects: string[] = [];
  const answered: AnsweredRequest[] = [];
  const sandbox = await module.sandbox();
  const createSimulator = await sandbox.simulator();
  const start = async (port: number) => {
    const started = createSimulator({
      bookFile,
      port,
      clock,
      log: (line) => {
        if (line.includes('Error')) defects.push(line);
      },
      onRequest: (request) => answered.push(request),
    });
    await started.start();
    return started;
  };
  let simulator = await start(0);
  const { url } = simulator;
  const http = createGatewayHttpClient({ loopbackOnly: true });
  const control = createSimulatorControl(url);
  const notices: RawNotice[] = [];
  const receiver = await receiveNotices(module, notices);
  await control.setNoticeUrl(receiver.url);
  const mid = sandbox.mid('conformance');
  const credentials = sandbox.credentials(mid);
  await control.registerMerchant({ mid, credentials });
  let orders = 0;
  let keys = 0;
  return {
    sandbox,
    control,
    url,
    mid,
    bookFile,
    notices,
    answered,
    call: ({ idempotencyKey, timeLimitMs, now, startedAt, isRepeat, noticeUrl, ...channel } = {}) => ({
      channel: { mid, mode: 'test', baseUrl: url, credentials, ...channel },
      http,
      idempotencyKey: idempotencyKey ?? `key-${++keys}`,
      timeLimitMs: timeLimitMs ?? 20_000,
      now: now ?? clock.now(),
      startedAt: startedAt ?? now ?? clock.now(),
      isRepeat: isRepeat ?? false,
      noticeUrl: noticeUrl ?? receiver.url,
    }),
    orderId: () => `imp_${String(++orders).padStart(12, '0')}`,
    async restart() {
      await simulator.close();
      simulator = await start(Number(new URL(url).port));
      await control.setNoticeUrl(receiver.url);
    },
    async close() {
      await simulator.close();
      await receiver.close();
      await http.close();
      rmSync(directory, { recursive: true, force: true });
      if (defects.length > 0) throw new Error(`the simulator has a defect: ${defects[0]}`);
    },
  };
}
