import { createHash } from 'node:crypto';
import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { nicePaths } from '../wire/paths.ts';
import { niceSignature } from '../wire/signature.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

export const niceSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createNiceSimulator,
  refundAccounts: sandboxRefundAccounts,
  // NICE's MIDs have ten characters, and end with m.
  mid: (seed) => `ns${shortDigest(`mid:${seed}`)}m`,
  credentials: (mid) => ({ merchantKey: merchantKeyOf(mid) }),
  sampleCall(url, mid) {
    const [Moid, ReceiptAmt, EdiDate] = ['order-000001-r1', '11000', '20250102090000'] as const;
    const body = encodeEucKrForm({
      MID: mid,
      TID: `${mid}04012501020900000001`,
      EdiDate,
      Moid,
      SignData: niceSignature(mid, ReceiptAmt, EdiDate, Moid, merchantKeyOf(mid)),
      GoodsName: 'Water',
      ReceiptAmt,
      ReceiptType: '1',
      ReceiptTypeNo: '01000000000',
      ReceiptSupplyAmt: '10000',
      ReceiptVAT: '1000',
      ReceiptServiceAmt: '0',
      ReceiptTaxFreeAmt: '0',
      CharSet: 'utf-8',
    });
    return `curl ${url}${nicePaths.issueReceipt} \\\n  -d '${body}'`;
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
