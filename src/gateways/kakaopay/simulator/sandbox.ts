import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { kakaoPaths } from '../wire/paths.ts';

export const kakaopaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKakaoSimulator,
  // A CID has ten characters; those of tests begin with TC.
  mid: (seed) => `TC${digest(`cid:${seed}`).slice(0, 8).toUpperCase()}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
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
    const cancel = { cid: mid, cancel_amount: 15000, cancel_tax_free_amount: 0, cancel_available_amount: 15000 };
    return [
      `TID=$(curl -s ${url}/_simulator/window-payments --data '${JSON.stringify(payment)}' | grep -o 'T[0-9a-f]\\{19\\}' | head -1)`,
      `curl -s -H 'content-type: application/json' -H 'authorization: SECRET_KEY ${secretKeyOf(mid)}' \\`,
      `  ${url}${kakaoPaths.cancel} -d '${JSON.stringify(cancel).slice(0, -1)},"tid":"'$TID'"}'`,
    ].join('\n');
  },
};

function secretKeyOf(cid: string): string {
  return `DEV${digest(`secret key:${cid}`).slice(0, 37).toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kakaopay ${text}`).digest('hex');
}
