import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { sandboxCards } from './sandbox-cards.ts';

export const jtnetSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createJtnetSimulator,
  cards: sandboxCards,
  refundAccounts: standInRefundAccounts,
  // A MID has ten characters, the last of which tells tests.
  mid: (seed) => `sim${digest(`mid:${seed}`).toString('hex').slice(0, 6)}m`,
  credentials: (mid) => ({
    apiKey: digest(`api key:${mid}`).toString('base64'),
    cancelPassword: digest(`cancel password:${mid}`).toString('hex').slice(0, 12),
  }),
  sampleCall({ url, mid, credentials: { apiKey = '', cancelPassword = '' } }) {
    const form = `-d mid=${mid} --data-urlencode api_key=${apiKey} -d cancel_pw=${cancelPassword}`;
    return [
      payInWindowLine(url, mid),
      `curl ${url}${paths.cancel} ${form} -d "tid=$TID" -d cancel_amt=15000 -d partial_cancel=0`,
    ].join('\n');
  },
};

function digest(text: string): Buffer {
  return createHash('sha512').update(`jtnet ${text}`).digest();
}
