import { createHash } from 'node:crypto';
import { computeLine, jsonWord, newNumberLine, textIn, windowBody } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { signatureHeader, standInPaths } from '../../stand-in/wire/protocol.ts';

export const navercoSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNavercoSimulator,
  mid: (seed) => `nco_${digest(`mid:${seed}`).slice(0, 12)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const path = standInPaths.cancel;
    const paid = { ...(JSON.parse(windowBody(mid)) as object), orderId: '$N' };
    const cancel = {
      mid,
      requestId: '$N',
      orderId: '$N',
      transactionId: '$TID',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      balanceBefore: 15000,
      reason: 'test',
      refundAccount: null,
      requester: null,
    };
    return [
      newNumberLine,
      `TID=$(curl -s ${url}/_simulator/window-payments -d ${jsonWord(paid)} | ${textIn('gatewayTid')})`,
      `BODY=${jsonWord(cancel)}`,
      computeLine(
        'SIGNED',
        'require("crypto").createHmac("sha256", a[0]).update(a[1] + "\\n" + a[2]).digest("hex")',
        secretKey,
        path,
        '"$BODY"',
      ),
      `curl -H 'content-type: application/json' -H "${signatureHeader}: $SIGNED" ${url}${path} -d "$BODY"`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `standin_${digest(`secret key:${mid}`).slice(0, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`naverco ${text}`).digest('hex');
}
