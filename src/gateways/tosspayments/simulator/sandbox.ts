import { createHash } from 'node:crypto';
import { jsonWord, quoted, textIn, windowBody } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { apiVersion } from './api-version.ts';
import { sandboxCards, sandboxRefundAccounts } from './sandbox-cards.ts';

export const tosspaymentsSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createTossSimulator,
  cards: sandboxCards,
  refundAccounts: sandboxRefundAccounts,
  // At Toss a MID has at most 14 characters.
  mid: (seed) => `tsim${digest(`mid:${seed}`).slice(0, 10)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  settings: [apiVersion],
  // New keys have the newest version.
  standaloneSettings: { apiVersion: '2022-11-16' },
  // A buyer goes through the window; the shop confirms the payment, and cancels it.
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const post = `curl -u ${secretKey}: -H 'content-type: application/json' ${url}`;
    const opened = `$(curl -s ${url}/_simulator/window-authentications -d ${quoted(windowBody(mid))})`;
    return [
      `OPENED=${opened}`,
      `TID=$(echo "$OPENED" | ${textIn('gatewayTid')})`,
      `ORDER=$(echo "$OPENED" | ${textIn('orderId')})`,
      `${post}/v1/payments/confirm -d ${jsonWord({ paymentKey: '$TID', orderId: '$ORDER', amount: 15000 })}`,
      `${post}/v1/payments/"$TID"/cancel -d ${jsonWord({ cancelReason: 'Test' })}`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `test_sk_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`tosspayments ${text}`).digest('hex');
}
