import { createHash } from 'node:crypto';
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
  sampleCall(url, mid) {
    const body = {
      orderId: 'order-000001-r1',
      amount: 11000,
      goodsName: 'Water',
      receiptType: 'individual',
      receiptNo: '01000000000',
      supplyAmt: 10000,
      goodsVat: 1000,
      taxFreeAmt: 0,
      serviceAmt: 0,
    };
    return [
      `curl -u ${keyOf('client', mid)}:${keyOf('secret', mid)} -H 'content-type: application/json' ${url}/v1/receipt \\`,
      `  -d '${JSON.stringify(body)}'`,
    ].join('\n');
  },
};

/** NICE's keys are 32 hexadecimal digits. */
function keyOf(kind: 'client' | 'secret', mid: string): string {
  return createHash('sha256').update(`nice_v2 ${kind} key:${mid}`).digest('hex').slice(0, 32);
}
