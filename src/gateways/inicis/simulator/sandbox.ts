import { createHash } from 'node:crypto';
import { computeLine, payInWindowLine, quoted, seoulSecondLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
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
    sampleCall({ url, mid, credentials: { iniapiKey = '', clientIp = '' } }) {
      const words = [quoted(iniapiKey), 'Refund', 'Card', '$AT', clientIp, mid, '"$TID"'];
      const form = `-d type=Refund -d paymethod=Card -d timestamp=$AT -d clientIp=${clientIp} -d mid=${mid} -d msg=Test`;
      return [
        payInWindowLine(url, mid),
        seoulSecondLine,
        computeLine('HASH', 'require("crypto").createHash("sha512").update(a.join("")).digest("hex")', ...words),
        `curl ${url}/api/v1/refund ${form} -d "tid=$TID" -d hashData=$HASH`,
      ].join('\n');
    },
  };
}

function digest(provider: string, text: string): string {
  return createHash('sha256').update(`${provider} ${text}`).digest('hex');
}
