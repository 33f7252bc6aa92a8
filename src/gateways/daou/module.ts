import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { standInRefundAccounts } from '../stand-in/codes.ts';
import { kiwoomGateway } from './adapter.ts';
import { createKiwoomSimulator } from './simulator.ts';
import { paths } from './wire.ts';

export const daou: GatewayModule = {
  gateway: kiwoomGateway,
  folder: 'daou',
  createSimulator: createKiwoomSimulator,
  sandboxRefundAccounts: standInRefundAccounts,
  sandboxMid: (seed) =>
    `CTS${String(Number.parseInt(digest(`mid:${seed}`).slice(0, 8), 16) % 100_000).padStart(5, '0')}`,
  sandboxCredentials: credentialsOf,
  sampleCall: (url, mid) => {
    const body = { CPID: mid, PAYMETHOD: 'CARD', CANCELREQ: 'Y' };
    return [
      `curl -H 'content-type: application/json;charset=EUC-KR' -H 'Authorization: ${credentialsOf(mid).authKey}' \\`,
      `  ${url}${paths.ready} -d '${JSON.stringify(body)}'`,
    ].join('\n');
  },
};

function credentialsOf(mid: string): Record<string, string> {
  return { authKey: digest(`key:${mid}`) };
}

function digest(text: string): string {
  return createHash('sha256').update(`daou ${text}`).digest('hex');
}
