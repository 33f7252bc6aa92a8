import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';

export const chaiSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createChaiSimulator,
  // The id that a shop opens the window with begins so.
  mid: (seed) => `CH_SIM${digest(`mid:${seed}`).slice(0, 10).toUpperCase()}`,
  credentials: (mid) => ({ privateKey: keyOf(`private:${mid}`), publicKey: keyOf(`public:${mid}`) }),
  sampleCall({ url, mid, credentials: { privateKey = '' } }) {
    return [
      payInWindowLine(url, mid, 'trans'),
      `curl -H 'Private-API-Key: ${privateKey}' -H "Idempotency-Key: cancel-$TID" \\`,
      `  ${url}/v1/payment/$TID/cancel -d cancelAmount=15000 -d checkoutAmount=15000`,
    ].join('\n');
  },
};

/** Chai's keys have the form of a UUID. */
function keyOf(seed: string): string {
  return digest(seed).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function digest(text: string): string {
  return createHash('sha256').update(`chai ${text}`).digest('hex');
}
