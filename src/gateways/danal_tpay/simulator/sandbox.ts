import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cardService } from '../wire/services.ts';
import { requestBody } from '../wire/wire.ts';

export const danalTpaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createDanalSimulator,
  refundAccounts: standInRefundAccounts,
  // A CPID has ten characters: digits, or an A and nine digits.
  mid: (seed) => `A${(BigInt(`0x${digest(`mid:${seed}`).slice(0, 15)}`) % 10n ** 9n).toString().padStart(9, '0')}`,
  credentials: credentialsOf,
  sampleCall: (url, mid, paidTid = '') => {
    const fields = {
      TID: paidTid,
      AMOUNT: '15000',
      CANCELTYPE: 'C',
      TXTYPE: 'CANCEL',
      SERVICETYPE: cardService.serviceType,
    };
    const body = requestBody(mid, fields, cardService, credentialsOf(mid));
    return `curl ${url}${cardService.path} -d '${body}'`;
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
