import { createHash } from 'node:crypto';
import { computeLine, payInWindowLine, quoted, seoulSecondLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { nicePaths } from '../wire/paths.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

export const niceSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNiceSimulator,
  refundAccounts: sandboxRefundAccounts,
  // NICE's MIDs have ten characters, and end with m.
  mid: (seed) => `ns${shortDigest(`mid:${seed}`)}m`,
  credentials: (mid) => ({ merchantKey: merchantKeyOf(mid) }),
  sampleCall({ url, mid, credentials: { merchantKey = '' } }) {
    const form = `-d MID=${mid} -d CancelAmt=15000 -d CancelMsg=Test -d PartialCancelCode=0 -d EdiDate=$AT -d CharSet=utf-8`;
    return [
      payInWindowLine(url, mid),
      seoulSecondLine,
      computeLine(
        'SIGNED',
        'require("crypto").createHash("sha256").update(a.join("")).digest("hex")',
        ...[mid, '15000', '$AT', quoted(merchantKey)],
      ),
      `curl ${url}${nicePaths.cancel} ${form} -d "TID=$TID" -d "Moid=cancel-$TID" -d SignData=$SIGNED`,
    ].join('\n');
  },
};

/** A merchant key is 64 bytes in base64. */
function merchantKeyOf(mid: string): string {
  return createHash('sha512').update(`nice merchant key:${mid}`).digest('base64');
}

function shortDigest(text: string): string {
  const digest = createHash('sha256').update(`nice ${text}`).digest();
  return digest.readBigUInt64BE(0).toString(36).padStart(7, '0').slice(-7);
}
