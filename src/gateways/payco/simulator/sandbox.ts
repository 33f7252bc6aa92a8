import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paycoPaths } from '../wire/paths.ts';

export const paycoSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createPaycoSimulator,
  mid: (seed) => `PSIM${digest(`cp:${seed}`).slice(0, 12).toUpperCase()}`,
  credentials: (mid) => ({ sellerKey: sellerKeyOf(mid), productId: 'PROD_EASY' }),
  sampleCall({ url, mid, credentials: { sellerKey = '' } }) {
    const amounts = { cancelTotalAmt: 15000, totalCancelPossibleAmt: 15000 };
    return [
      payInWindowLine(url, mid, 'point'),
      // An order's number and the key that it is certified by.
      `ORDER=$(echo "$TID" | cut -d. -f1)`,
      `CERTIFIED=$(echo "$TID" | cut -d. -f2)`,
      `curl -H 'content-type: application/json' ${url}${paycoPaths.cancel} \\`,
      `  -d ${jsonWord({ sellerKey, ...amounts, orderNo: '$ORDER', orderCertifyKey: '$CERTIFIED' })}`,
    ].join('\n');
  },
};

function sellerKeyOf(cpId: string): string {
  return `S${digest(`seller key:${cpId}`).slice(0, 19).toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`payco ${text}`).digest('hex');
}
