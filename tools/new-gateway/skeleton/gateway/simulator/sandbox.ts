/** INVENTED: the form of a MID and of its credentials, and the first calls. */

import { createHash } from 'node:crypto';
import { computeLine, jsonWord, newNumberLine, payInWindowLine } from '../../../../../src/simulators/sample-call.ts';
import type { GatewaySandbox, SampleSite } from '../../../../../src/simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { headerNames } from '../wire/protocol.ts';

export const examplePaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createExamplePaySimulator,
  mid: (seed) => `sim${digest(`mid:${seed}`).slice(0, 9)}`,
  credentials: (mid) => ({ secretKey: digest(`secret key:${mid}`).slice(0, 32) }),
  // if cancel
  // A buyer's payment, and its cancel.
  sampleCall: (site) =>
    [
      payInWindowLine(site.url, site.mid),
      signedCall(site, paths.cancel, {
        transactionId: '$TID',
        amount: 15000,
        taxFree: 0,
        vat: 0,
        balanceBefore: 15000,
        reason: 'a first call',
      }),
    ].join('\n'),
  // end
  // if sample_approve
  //| sampleCall: (site) =>
  //|   signedCall(site, paths.approve, {
  //|     orderId: 'order-$N',
  //|     orderName: 'Water',
  //|     amount: 15000,
  //|     taxFree: 0,
  //|     vat: 0,
  //|     cardNumber: '4330123412341239',
  //|     expiry: '4912',
  //|     installmentMonths: 0,
  //|   }),
  // end
  // if sample_issue_vbank
  //| sampleCall: (site) =>
  //|   signedCall(site, paths.issueAccount, {
  //|     orderId: 'order-$N',
  //|     orderName: 'Water',
  //|     amount: 15000,
  //|     taxFree: 0,
  //|     vat: 0,
  //|     bank: 'SHINHAN',
  //|     dueAt: '2099-12-31T23:59:59',
  //|     holder: 'Shop',
  //|   }),
  // end
  // if sample_issue_barcode
  //| sampleCall: (site) =>
  //|   signedCall(site, paths.issueBarcode, {
  //|     orderId: 'order-$N',
  //|     orderName: 'Water',
  //|     amount: 15000,
  //|     taxFree: 0,
  //|     vat: 0,
  //|   }),
  // end
};

/** Signed by the shell, under a new key each time. */
function signedCall({ url, mid, credentials }: SampleSite, path: string, message: object): string {
  const sign = 'require("crypto").createHmac("sha256", a[0]).update(a.slice(1).join("\\n")).digest("hex")';
  return [
    newNumberLine,
    `BODY=${jsonWord(message)}`,
    computeLine('SIGNED', sign, credentials.secretKey ?? '', path, 'first-$N', '"$BODY"'),
    `curl -H '${headerNames.mid}: ${mid}' -H "${headerNames.key}: first-$N" -H "${headerNames.signature}: $SIGNED" \\`,
    `  ${url}${path} -d "$BODY"`,
  ].join('\n');
}

function digest(text: string): string {
  return createHash('sha256').update(`example_pay ${text}`).digest('hex');
}
