import { createHash } from 'node:crypto';
import { jsonWord, newNumberLine, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { tossPayPaths } from '../wire/paths.ts';

export const tosspaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createTossPaySimulator,
  // Toss Pay's API has no MID: this is what the merchant is called here.
  mid: (seed) => `tosspay_${digest(`mid:${seed}`).slice(0, 8)}`,
  credentials: (mid) => ({ apiKey: `sk_test_${digest(`API key:${mid}`).slice(0, 20)}` }),
  sampleCall({ url, mid, credentials: { apiKey = '' } }) {
    const refund = { apiKey, payToken: '$TID', refundNo: 'refund-$N', amount: 15000, amountTaxFree: 0 };
    return [
      payInWindowLine(url, mid, 'point'),
      newNumberLine,
      `curl -H 'content-type: application/json' ${url}${tossPayPaths.refund} -d ${jsonWord(refund)}`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`tosspay ${text}`).digest('hex');
}
