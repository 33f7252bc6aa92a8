import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { sandboxCards, sandboxRefundAccounts } from './sandbox-cards.ts';

export const tosspaymentsSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createTossSimulator,
  cards: sandboxCards,
  refundAccounts: sandboxRefundAccounts,
  // At Toss a MID has at most 14 characters.
  mid: (seed) => `tsim${digest(`mid:${seed}`).slice(0, 10)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall: (url, mid) => {
    const body = {
      amount: 15000,
      orderId: 'order-000001',
      orderName: 'Water',
      cardNumber: '4330123412341239',
      cardExpirationYear: '39',
      cardExpirationMonth: '12',
      customerIdentityNumber: '900101',
    };
    return [
      `curl -u ${secretKeyOf(mid)}: -H 'content-type: application/json' ${url}/v1/payments/key-in \\`,
      `  -d '${JSON.stringify(body)}'`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `test_sk_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`tosspayments ${text}`).digest('hex');
}
