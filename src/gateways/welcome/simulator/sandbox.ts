import { createHash } from 'node:crypto';
import { computeLine, payInWindowLine, quoted, seoulSecondLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { sandboxCards } from './sandbox-cards.ts';

export const welcomeSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createWelcomeSimulator,
  cards: sandboxCards,
  refundAccounts: standInRefundAccounts,
  // At Welcome a MID has ten characters.
  mid: (seed) => `w${digest(`mid:${seed}`).readBigUInt64BE().toString(36).padStart(13, '0').slice(-9)}`,
  credentials: sandboxCredentials,
  sampleCall({ url, mid, credentials: { signKey = '' } }) {
    const sha256 = 'const h = (t) => require("crypto").createHash("sha256").update(t).digest("hex")';
    const form = `-d payType=card -d mid=${mid} -d price=15000 -d currency=WON -d timestamp=$AT`;
    return [
      payInWindowLine(url, mid),
      seoulSecondLine,
      computeLine(
        'SIGNED',
        `${sha256}; h(["mid=" + a[0], "mkey=" + h(a[1]), "timestamp=" + a[2]].join("&"))`,
        ...[mid, quoted(signKey), '$AT'],
      ),
      `curl ${url}${paths.cancel} ${form} -d "tid=$TID" -d signature=$SIGNED`,
    ].join('\n');
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
