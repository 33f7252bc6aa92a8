import { createHash } from 'node:crypto';
import type { GatewayModule } from '../module.ts';
import { standInRefundAccounts } from '../stand-in/simulator/sandbox-accounts.ts';
import { ksnetGateway } from './adapter/adapter.ts';
import { sandboxCards } from './simulator/sandbox-cards.ts';
import { createKsnetSimulator } from './simulator/simulator.ts';
import { paths } from './wire/paths.ts';

export const ksnet: GatewayModule = {
  gateway: ksnetGateway,
  folder: 'ksnet',
  createSimulator: createKsnetSimulator,
  sandboxCards,
  sandboxRefundAccounts: standInRefundAccounts,
  // A MID has ten digits; those of KSNET's tests begin with 2999.
  sandboxMid: (seed) =>
    `2999${(BigInt(`0x${digest(`mid:${seed}`).slice(0, 12)}`) % 10n ** 6n).toString().padStart(6, '0')}`,
  sandboxCredentials: (mid) => ({ apiKey: apiKeyOf(mid) }),
  sampleCall: (url, mid) => {
    const body = {
      mid,
      payload: 'request-000001',
      orderNumb: 'order-000001',
      userName: 'Buyer',
      productType: 'REAL',
      productName: 'Water',
      totalAmount: '15000',
      cardNumb: '4330123412341239',
      expiryDate: '3912',
      installMonth: '00',
      currencyType: 'KRW',
    };
    return [
      `curl -H 'Authorization: pgapi ${apiKeyOf(mid)}' -H 'content-type: application/json' \\`,
      `  ${url}${paths.approve} -d '${JSON.stringify(body)}'`,
    ].join('\n');
  },
};

/** Base64 of the MID, a group and 32 hexadecimal digits, as the key in the specification's example is. */
function apiKeyOf(mid: string): string {
  return Buffer.from(`${mid}:MA01:${digest(`api key:${mid}`).slice(0, 32).toUpperCase()}`).toString('base64');
}

function digest(text: string): string {
  return createHash('sha256').update(`ksnet ${text}`).digest('hex');
}
