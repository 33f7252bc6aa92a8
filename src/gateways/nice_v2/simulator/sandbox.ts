import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { sandboxRefundAccounts } from '../../nice/simulator/sandbox-accounts.ts';

export const niceV2Sandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNiceV2Simulator,
  refundAccounts: sandboxRefundAccounts,
  // NICE's MIDs have ten characters, and end with m.
  mid: (seed) => {
    const number = createHash('sha256').update(`nice_v2 mid:${seed}`).digest().readBigUInt64BE(0);
    return `nv${number.toString(36).padStart(7, '0').slice(-7)}m`;
  },
  credentials: (mid) => ({ clientKey: keyOf('client', mid), secretKey: keyOf('secret', mid) }),
  sampleCall({ url, mid, credentials: { clientKey = '', secretKey = '' } }) {
    const cancel = { reason: 'Test', orderId: 'cancel-$TID' };
    return [
      payInWindowLine(url, mid),
      `curl -u ${clientKey}:${secretKey} -H 'content-type: application/json' \\`,
      `  ${url}/v1/payments/"$TID"/cancel -d ${jsonWord(cancel)}`,
    ].join('\n');
  },
};

/** NICE's keys are 32 hexadecimal digits. */
function keyOf(kind: 'client' | 'secret', mid: string): string {
  return createHash('sha256').update(`nice_v2 ${kind} key:${mid}`).digest('hex').slice(0, 32);
}
