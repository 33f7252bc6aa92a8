import { createHash } from 'node:crypto';
import { computeLine, jsonWord, payInWindowLine, quoted, seoulDayLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

export const kiccSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKiccSimulator,
  refundAccounts: sandboxRefundAccounts,
  // Eight characters: KICC's own test merchants are a T and seven digits.
  mid: (seed) => `T${String(BigInt(`0x${digest(`mid:${seed}`)}`) % 10_000_000n).padStart(7, '0')}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  // A payment in the window, and its cancellation, signed by the shell.
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const cancel = {
      mallId: mid,
      shopTransactionId: 'request-$TID',
      pgCno: '$TID',
      reviseTypeCode: '40',
      cancelReqDate: '$DAY',
      msgAuthValue: '$SIGNED',
    };
    const sign = 'require("crypto").createHmac("sha256", a[0]).update(a[1]).digest("hex")';
    return [
      payInWindowLine(url, mid),
      seoulDayLine,
      computeLine('SIGNED', sign, quoted(secretKey), '"$TID|request-$TID"'),
      `curl -H 'content-type: application/json' ${url}${paths.revise} -d ${jsonWord(cancel)}`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `sandbox!${digest(`secret key:${mid}`).slice(0, 24)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kicc ${text}`).digest('hex');
}
