import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { tossGateway } from './adapter.ts';
import { createTossSimulator } from './simulator.ts';

export const tosspayments: GatewayModule = {
  gateway: tossGateway,
  createSimulator: createTossSimulator,
  // At Toss a MID has at most 14 characters.
  sandboxMid: (seed) => `tsim${digest(`mid:${seed}`).slice(0, 10)}`,
  sandboxCredentials: (mid) => ({ secretKey: `test_sk_${digest(`secret key:${mid}`).slice(0, 32)}` }),
};

function digest(text: string): string {
  return createHash('sha256').update(`tosspayments ${text}`).digest('hex');
}
