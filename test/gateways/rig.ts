import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/clock/clock.ts';
import type { GatewayCall } from '../../src/gateways/gateway.ts';
import { createGatewayHttpClient } from '../../src/gateways/http-client.ts';
import type { GatewayModule } from '../../src/gateways/registry.ts';
import { createSimulatorControl, type SimulatorControl } from '../../src/gateways/simulator/control.ts';

/** One gateway's simulator on a free port, with a merchant that it knows, and what is needed to call it. */
export interface Rig {
  readonly control: SimulatorControl;
  readonly url: string;
  readonly mid: string;
  readonly bookFile: string;
  /** A call of the registered merchant; the parts given replace its own. */
  call(parts?: Partial<GatewayCall['channel']> & Partial<Omit<GatewayCall, 'channel' | 'http'>>): GatewayCall;
  orderId(): string;
  close(): Promise<void>;
}

export async function openRig(module: GatewayModule, clock: Clock = systemClock): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'hwanbul-gateway-'));
  const bookFile = join(directory, 'book.sqlite');
  const defects: string[] = [];
  const simulator = module.createSimulator({
    bookFile,
    port: 0,
    clock,
    log: (line) => {
      if (line.includes('Error')) defects.push(line);
    },
  });
  await simulator.start();
  const { url } = simulator;
  const http = createGatewayHttpClient({ loopbackOnly: true });
  const control = createSimulatorControl(url);
  const mid = module.sandboxMid('conformance');
  const credentials = module.sandboxCredentials(mid);
  await control.registerMerchant({ mid, credentials });
  let orders = 0;
  let keys = 0;
  return {
    control,
    url,
    mid,
    bookFile,
    call: ({ idempotencyKey, timeLimitMs, now, ...channel } = {}) => ({
      channel: { mid, mode: 'test', baseUrl: url, credentials, ...channel },
      http,
      idempotencyKey: idempotencyKey ?? `key-${++keys}`,
      timeLimitMs: timeLimitMs ?? 20_000,
      now: now ?? clock.now(),
    }),
    orderId: () => `imp_${String(++orders).padStart(12, '0')}`,
    async close() {
      await simulator.close();
      await http.close();
      rmSync(directory, { recursive: true, force: true });
      if (defects.length > 0) throw new Error(`the simulator has a defect: ${defects[0]}`);
    },
  };
}
