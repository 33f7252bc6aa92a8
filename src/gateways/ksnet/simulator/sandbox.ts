import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { sandboxCards } from './sandbox-cards.ts';

export const ksnetSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKsnetSimulator,
  cards: sandboxCards,
  refundAccounts: standInRefundAccounts,
  // A MID has ten digits; those of KSNET's tests begin with 2999.
  mid: (seed) => `2999${(BigInt(`0x${digest(`mid:${seed}`).slice(0, 12)}`) % 10n ** 6n).toString().padStart(6, '0')}`,
  credentials: (mid) => ({ apiKey: apiKeyOf(mid) }),
  sampleCall({ url, mid, credentials: { apiKey = '' } }) {
    const cancel = { mid, payload: 'request-$TID', cancelType: 'FULL', orgTradeKeyType: 'TID', orgTradeKey: '$TID' };
    return [
      payInWindowLine(url, mid),
      `curl -H 'Authorization: pgapi ${apiKey}' -H 'content-type: application/json' \\`,
      `  ${url}${paths.cardCancel} -d ${jsonWord(cancel)}`,
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
