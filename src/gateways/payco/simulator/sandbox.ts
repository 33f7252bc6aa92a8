import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paycoPaths } from '../wire/paths.ts';

export const paycoSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createPaycoSimulator,
  mid: (seed) => `PSIM${digest(`cp:${seed}`).slice(0, 12).toUpperCase()}`,
  credentials: (mid) => ({ sellerKey: sellerKeyOf(mid), productId: 'PROD_EASY' }),
  sampleCall: (url, mid) => {
    const payment = {
      mid,
      orderId: 'order-000001',
      orderName: 'Water',
      payMethod: 'point',
      currency: 'KRW',
      amountMinor: 15000,
      taxFreeMinor: 0,
      vatMinor: 0,
      buyer: { name: null, email: null, tel: null },
    };
    const cancel = { sellerKey: sellerKeyOf(mid), cancelTotalAmt: 15000, totalCancelPossibleAmt: 15000 };
    return [
      `ID=$(curl -s ${url}/_simulator/window-payments --data '${JSON.stringify(payment)}' | grep -o '[0-9]\\{18\\}[.][A-Za-z0-9_-]*' | head -1)`,
      `curl -s -H 'content-type: application/json' ${url}${paycoPaths.cancel} \\`,
      `  -d '${JSON.stringify(cancel).slice(0, -1)},"orderNo":"'\${ID%%.*}'","orderCertifyKey":"'\${ID#*.}'"}'`,
    ].join('\n');
  },
};

function sellerKeyOf(cpId: string): string {
  return `S${digest(`seller key:${cpId}`).slice(0, 19).toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`payco ${text}`).digest('hex');
}
