import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { signatureHeader, signStandIn, standInPaths } from '../../stand-in/wire/protocol.ts';

export const galaxiaSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createGalaxiaSimulator,
  mid: (seed) => `gsim${digest(`mid:${seed}`).slice(0, 8)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall: (url, mid) => {
    const path = standInPaths.issue_barcode;
    const body = JSON.stringify({
      mid,
      requestId: 'request-000001',
      orderId: 'order-000001',
      orderName: 'Water',
      currency: 'KRW',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      barcode: null,
      expiresAt: null,
    });
    return [
      `curl -H 'content-type: application/json' -H '${signatureHeader}: ${signStandIn(secretKeyOf(mid), path, body)}' \\`,
      `  ${url}${path} -d '${body}'`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `standin_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`galaxia ${text}`).digest('hex');
}
