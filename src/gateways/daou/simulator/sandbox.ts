import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine, textIn } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/wire.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

export const daouSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKiwoomSimulator,
  refundAccounts: sandboxRefundAccounts,
  mid: (seed) => `CTS${String(Number.parseInt(digest(`mid:${seed}`).slice(0, 8), 16) % 100_000).padStart(5, '0')}`,
  credentials: credentialsOf,
  // A payment in the window, and its cancellation in two steps.
  sampleCall({ url, mid, credentials: { authKey = '' } }) {
    const body = {
      CPID: mid,
      PAYMETHOD: 'CARD',
      AMOUNT: '15000',
      CANCELREQ: 'Y',
      TRXID: '$TID',
      CANCELREASON: 'Test',
    };
    const headers = `-H 'content-type: application/json;charset=EUC-KR' -H 'Authorization: ${authKey}'`;
    return [
      payInWindowLine(url, mid),
      `BODY=${jsonWord(body)}`,
      `TOKEN=$(curl -s ${headers} ${url}${paths.ready} -d "$BODY" | ${textIn('TOKEN')})`,
      `curl ${headers} -H "TOKEN: $TOKEN" ${url}/pay/cancel/CARD -d "$BODY"`,
    ].join('\n');
  },
};

function credentialsOf(mid: string): Record<string, string> {
  return { authKey: digest(`key:${mid}`) };
}

function digest(text: string): string {
  return createHash('sha256').update(`daou ${text}`).digest('hex');
}
