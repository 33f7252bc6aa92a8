import { createHash } from 'node:crypto';
import { computeLine, payOrderLines, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';

export const eximbaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createEximbaySimulator,
  // A MID has ten hexadecimal digits.
  mid: (seed) => digest(`mid:${seed}`).slice(0, 10),
  credentials: (mid) => ({ secretKey: digest(`secret:${mid}`).slice(0, 32) }),
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const fixed = { ver: '230', txntype: 'REFUND', charset: 'UTF-8', mid, cur: 'USD', amt: '150.00' };
    const refund = {
      refundtype: 'F',
      refundamt: '150.00',
      refundid: '$ORDER',
      reason: 'Test',
      ref: '$ORDER',
      transid: '$TID',
    };
    const fields = Object.entries({ ...fixed, ...refund }).sort(([a], [b]) => (a < b ? -1 : 1));
    const sent = fields.map(([name, value]) => `${name}=${value}`).join('&');
    return [
      ...payOrderLines(url, mid, 'card', 'USD'),
      `SENT="${sent}"`,
      computeLine(
        'FGKEY',
        'require("crypto").createHash("sha256").update(a.join("?")).digest("hex")',
        quoted(secretKey),
        '"$SENT"',
      ),
      `curl ${url}${paths.direct} -d "$SENT&fgkey=$FGKEY"`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`eximbay ${text}`).digest('hex').toUpperCase();
}
