import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { cancelPath } from '../wire/paths.ts';

export const naverpaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNaverSimulator,
  mid: (seed) => `np_${digest(`partner:${seed}`).slice(0, 12)}`,
  credentials: credentialsOf,
  sampleCall({ url, mid, credentials: { clientId = '', clientSecret = '', chainId = '' } }) {
    const form = 'cancelAmount=15000&cancelReason=test&cancelRequester=2&taxScopeAmount=15000&taxExScopeAmount=0';
    return [
      payInWindowLine(url, mid, 'point'),
      `curl -H 'x-naver-client-id: ${clientId}' -H 'x-naver-client-secret: ${clientSecret}' \\`,
      `  -H 'x-naverpay-chain-id: ${chainId}' -H "x-naverpay-idempotency-key: cancel-$TID" \\`,
      `  ${url}${cancelPath(mid)} -d '${form}' -d paymentId="$TID"`,
    ].join('\n');
  },
};

function credentialsOf(partnerId: string): { clientId: string; clientSecret: string; chainId: string } {
  return {
    clientId: `sim${digest(`client:${partnerId}`).slice(0, 17)}`,
    clientSecret: digest(`client secret:${partnerId}`).slice(0, 20),
    chainId: digest(`chain:${partnerId}`).slice(0, 16),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(`naverpay ${text}`).digest('hex');
}
