import { createHash } from 'node:crypto';
import { computeLine, jsonWord, payOrderLines, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { signatureHeader, standInPaths } from '../../stand-in/wire/protocol.ts';

export const bluewalnutSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createBluewalnutSimulator,
  refundAccounts: standInRefundAccounts,
  // As the sample MID that is public: ten characters that end in a number and an m.
  mid: (seed) => `bw${digest(`mid:${seed}`).slice(0, 5)}01m`,
  credentials: (mid) => ({ secretKey: `standin_${digest(`secret key:${mid}`).slice(0, 32)}` }),
  // A buyer's payment, and its cancel.
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const path = standInPaths.cancel;
    const body = {
      mid,
      requestId: '$ORDER',
      orderId: '$ORDER',
      transactionId: '$TID',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      balanceBefore: 15000,
      reason: 'a first call',
      refundAccount: null,
      requester: null,
    };
    return [
      ...payOrderLines(url, mid),
      `BODY=${jsonWord(body)}`,
      computeLine(
        'SIGNED',
        'require("crypto").createHmac("sha256", a[0]).update(a[1] + "\\n" + a[2]).digest("hex")',
        quoted(secretKey),
        path,
        '"$BODY"',
      ),
      `curl -H 'content-type: application/json' -H "${signatureHeader}: $SIGNED" ${url}${path} -d "$BODY"`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`bluewalnut ${text}`).digest('hex');
}
