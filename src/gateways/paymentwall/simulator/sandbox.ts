import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';

export const paymentwallSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createPaymentwallSimulator,
  // A project's public key; those of test projects begin so, as their private ones do.
  mid: (seed) => `t_${digest(`mid:${seed}`).slice(0, 30)}`,
  credentials: (mid) => ({ privateKey: `t_${digest(`private:${mid}`).slice(0, 30)}` }),
  sampleCall({ url, mid, credentials: { privateKey = '' } }) {
    const key = `-H 'X-ApiKey: ${privateKey}'`;
    return [
      payInWindowLine(url, mid, 'card', 'USD'),
      `curl ${key} -X POST ${url}${paths.charge}/"$TID"/refund`,
      `curl ${key} ${url}${paths.charge}/"$TID"`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`paymentwall ${text}`).digest('hex');
}
