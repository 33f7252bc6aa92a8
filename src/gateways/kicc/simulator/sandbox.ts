import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-payment.ts';
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
  sampleCall: (url, mid) => {
    const sign = `require('crypto').createHmac('sha256', process.argv[1]).update(process.argv[2]).digest('hex')`;
    const cancel = {
      mallId: mid,
      shopTransactionId: `request-'$ID'`,
      pgCno: `'$ID'`,
      reviseTypeCode: '40',
      cancelReqDate: `'$(TZ=KST-9 date +%Y%m%d)'`,
      msgAuthValue: `'$SIGNED'`,
    };
    return [
      payInWindowLine(url, mid, '[0-9]\\{20\\}'),
      `SIGNED=$(node -p "${sign}" '${secretKeyOf(mid)}' "$ID|request-$ID")`,
      `curl -H 'content-type: application/json' ${url}${paths.revise} \\`,
      `  -d '${JSON.stringify(cancel)}'`,
    ].join('\n');
  },
};

function secretKeyOf(mid: string): string {
  return `sandbox!${digest(`secret key:${mid}`).slice(0, 24)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kicc ${text}`).digest('hex');
}
