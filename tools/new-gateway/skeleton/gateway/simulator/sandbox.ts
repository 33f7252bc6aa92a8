/** INVENTED: the form of a MID and of its credentials, and the sample call. */

import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../../../src/simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { headerNames, signatureOf } from '../wire/protocol.ts';

export const examplePaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createExamplePaySimulator,
  mid: (seed) => `sim${digest(`mid:${seed}`).slice(0, 9)}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  // if cancel
  // The buyer's payment, cancelled.
  sampleCall: (url, mid, paidTid = '') =>
    signedCall(url, mid, paths.cancel, {
      transactionId: paidTid,
      amount: 15000,
      taxFree: 0,
      vat: 0,
      balanceBefore: 15000,
      reason: 'a first call',
    }),
  // end
  // if sample_approve
  //| sampleCall: (url, mid) =>
  //|   signedCall(url, mid, paths.approve, {
  //|     orderId: 'order-000001',
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
  //| sampleCall: (url, mid) =>
  //|   signedCall(url, mid, paths.issueAccount, {
  //|     orderId: 'order-000001',
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
  //| sampleCall: (url, mid) =>
  //|   signedCall(url, mid, paths.issueBarcode, {
  //|     orderId: 'order-000001',
  //|     orderName: 'Water',
  //|     amount: 15000,
  //|     taxFree: 0,
  //|     vat: 0,
  //|   }),
  // end
};

function signedCall(url: string, mid: string, path: string, message: Readonly<Record<string, unknown>>): string {
  const key = 'first-call';
  const body = JSON.stringify(message);
  return [
    `curl -s -H '${headerNames.mid}: ${mid}' -H '${headerNames.key}: ${key}' \\`,
    `  -H '${headerNames.signature}: ${signatureOf(secretKeyOf(mid), path, key, body)}' \\`,
    `  ${url}${path} -d '${body}'`,
  ].join('\n');
}

function secretKeyOf(mid: string): string {
  return digest(`secret key:${mid}`).slice(0, 32);
}

function digest(text: string): string {
  return createHash('sha256').update(`example_pay ${text}`).digest('hex');
}
