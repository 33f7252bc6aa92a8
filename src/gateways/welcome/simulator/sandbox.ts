import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { signatureOf } from '../wire/signature.ts';
import { sandboxCards } from './sandbox-cards.ts';

export const welcomeSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createWelcomeSimulator,
  cards: sandboxCards,
  refundAccounts: standInRefundAccounts,
  // At Welcome a MID has ten characters.
  mid: (seed) => `w${digest(`mid:${seed}`).readBigUInt64BE().toString(36).padStart(13, '0').slice(-9)}`,
  credentials: sandboxCredentials,
  sampleCall: (url, mid, paidTid = '') => {
    const timestamp = '20240306120000';
    const fields = new URLSearchParams({
      payType: 'card',
      mid,
      tid: paidTid,
      price: '15000',
      currency: 'WON',
      timestamp,
      signature: signatureOf(mid, sandboxCredentials(mid).signKey ?? '', [['timestamp', timestamp]]),
    });
    return `curl ${url}${paths.cancel} -d '${fields}'`;
  },
};

function sandboxCredentials(mid: string): Record<string, string> {
  const hex = (name: string) => digest(`${name}:${mid}`).toString('hex');
  return {
    signKey: digest(`sign key:${mid}`).subarray(0, 24).toString('base64'),
    encryptionKey: hex('encryption key').slice(0, 32),
    encryptionIv: hex('encryption iv').slice(0, 16),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`welcome ${text}`).digest();
}
