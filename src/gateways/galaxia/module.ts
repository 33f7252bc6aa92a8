import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { galaxiaGateway } from './adapter.ts';
import { sign, signatureHeader, standInPaths } from './protocol.ts';
import { createGalaxiaSimulator } from './simulator.ts';

export const galaxia: GatewayModule = {
  gateway: galaxiaGateway,
  createSimulator: createGalaxiaSimulator,
  sandboxMid: (seed) => `gsim${digest(`mid:${seed}`).slice(0, 8)}`,
  sandboxCredentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall: (url, mid) => {
    const body = JSON.stringify({
      mid,
      requestId: 'request-000001',
      orderId: 'order-000001',
      orderName: 'Water',
      amount: 15000,
      barcode: null,
      expiresAt: null,
    });
    return [
      `curl -H 'content-type: application/json' -H '${signatureHeader}: ${sign(secretKeyOf(mid), standInPaths.issue, body)}' \\`,
      `  ${url}${standInPaths.issue} -d '${body}'`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `standin_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`galaxia ${text}`).digest('hex');
}
