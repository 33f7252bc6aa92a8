import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { v1Hash, v1HashFields } from '../wire/hash.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

/** Both modules of i'mport have a sandbox of their own: it is the provider that MIDs and keys are made from. */
export function inicisSandbox(provider: string): GatewaySandbox {
  return {
    async simulator() {
      const { createInicisSimulator } = await import('./simulator.ts');
      return (options) => createInicisSimulator(provider, options);
    },
    refundAccounts: sandboxRefundAccounts,
    // A MID has ten characters.
    mid: (seed) => `sim${digest(provider, `mid:${seed}`).slice(0, 7)}`,
    credentials: (mid) => ({
      iniapiKey: digest(provider, `key:${mid}`).slice(0, 16),
      iniapiIv: `${digest(provider, `iv:${mid}`).slice(0, 14)}==`,
      clientIp: '127.0.0.1',
    }),
    apiKeyOf: (credentials) => credentials.iniapiKey ?? '',
    sampleCall(url, mid, paidTid = '') {
      const fields = {
        type: 'Refund',
        paymethod: 'Card',
        timestamp: '20240306194748',
        clientIp: '127.0.0.1',
        mid,
        tid: paidTid,
        msg: 'Test',
      };
      const names = v1HashFields(fields.type, fields.paymethod) ?? [];
      const hashData = v1Hash(digest(provider, `key:${mid}`).slice(0, 16), names, fields);
      return `curl ${url}/api/v1/refund -d '${new URLSearchParams({ ...fields, hashData })}'`;
    },
  };
}

function digest(provider: string, text: string): string {
  return createHash('sha256').update(`${provider} ${text}`).digest('hex');
}
