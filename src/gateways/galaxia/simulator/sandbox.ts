import { createHash } from 'node:crypto';
import { computeLine, jsonWord, newNumberLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { signatureHeader, standInPaths } from '../../stand-in/wire/protocol.ts';

export const galaxiaSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createGalaxiaSimulator,
  mid: (seed) => `gsim${digest(`mid:${seed}`).slice(0, 8)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  // A barcode for a new order.
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const path = standInPaths.issue_barcode;
    const body = {
      mid,
      requestId: '$N',
      orderId: '$N',
      orderName: 'Water',
      currency: 'KRW',
      amount: 15000,
      taxFree: 0,
      vat: 0,
      barcode: null,
      expiresAt: null,
    };
    return [
      newNumberLine,
      `BODY=${jsonWord(body)}`,
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
  return createHash('sha256').update(`galaxia ${text}`).digest('hex');
}
