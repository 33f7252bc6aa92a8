import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { cancelPath } from '../wire/paths.ts';

export const naverpaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNaverSimulator,
  mid: (seed) => `np_${digest(`partner:${seed}`).slice(0, 12)}`,
  credentials: credentialsOf,
  sampleCall: (url, mid) => {
    const { clientId, clientSecret, chainId } = credentialsOf(mid);
    const payment = {
      mid,
      orderId: 'order-000001',
      orderName: 'Water',
      payMethod: 'point',
      currency: 'KRW',
      amountMinor: 15000,
      taxFreeMinor: 0,
      vatMinor: 0,
      buyer: { name: null, email: null, tel: null },
    };
    const form = 'cancelAmount=15000&cancelReason=test&cancelRequester=2&taxScopeAmount=15000&taxExScopeAmount=0';
    return [
      `ID=$(curl -s ${url}/_simulator/window-payments --data '${JSON.stringify(payment)}' | grep -o '[0-9]\\{8\\}NP[0-9]\\{10\\}' | head -1)`,
      `curl -s -H 'x-naver-client-id: ${clientId}' -H 'x-naver-client-secret: ${clientSecret}' \\`,
      `  -H 'x-naverpay-chain-id: ${chainId}' -H 'x-naverpay-idempotency-key: sample-000001' \\`,
      `  ${url}${cancelPath(mid)} -d '${form}&paymentId='$ID`,
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
