import { createHash } from 'node:crypto';
import { computeLine, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cardService } from '../wire/services.ts';

export const danalTpaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createDanalSimulator,
  refundAccounts: standInRefundAccounts,
  // A CPID has ten characters: digits, or an A and nine digits.
  mid: (seed) => `A${(BigInt(`0x${digest(`mid:${seed}`).slice(0, 15)}`) % 10n ** 9n).toString().padStart(9, '0')}`,
  credentials: credentialsOf,
  sampleCall({ url, mid, credentials: { cryptoKey = '' } }) {
    const fields = `TID=$TID&AMOUNT=15000&CANCELTYPE=C&TXTYPE=CANCEL&SERVICETYPE=${cardService.serviceType}`;
    const key = 'Buffer.from(a[0], "hex")';
    const iv = 'Buffer.from(a[1], "hex")';
    return [
      payInWindowLine(url, mid),
      computeLine(
        'DATA',
        `const c = require("crypto").createCipheriv("aes-256-cbc", ${key}, ${iv}); c.update(a[2], "latin1", "base64") + c.final("base64")`,
        cryptoKey,
        cardService.iv.toString('hex'),
        `"${fields}"`,
      ),
      `curl ${url}${cardService.path} -d CPID=${mid} --data-urlencode "DATA=$DATA"`,
    ].join('\n');
  },
};

function credentialsOf(mid: string) {
  return {
    cryptoKey: digest(`crypto key:${mid}`),
    transferCryptoKey: digest(`transfer crypto key:${mid}`),
    virtualAccountCryptoKey: digest(`virtual account crypto key:${mid}`),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(`danal_tpay ${text}`).digest('hex');
}
