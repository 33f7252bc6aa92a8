import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-payment.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/wire.ts';

export const daouSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKiwoomSimulator,
  refundAccounts: standInRefundAccounts,
  mid: (seed) => `CTS${String(Number.parseInt(digest(`mid:${seed}`).slice(0, 8), 16) % 100_000).padStart(5, '0')}`,
  credentials: credentialsOf,
  // A payment in the window, and its cancellation in two steps.
  sampleCall: (url, mid) => {
    const body = {
      CPID: mid,
      PAYMETHOD: 'CARD',
      AMOUNT: '15000',
      CANCELREQ: 'Y',
      TRXID: `'$ID'`,
      CANCELREASON: 'Test',
    };
    const headers = `-H 'content-type: application/json;charset=EUC-KR' -H 'Authorization: ${credentialsOf(mid).authKey}'`;
    return [
      payInWindowLine(url, mid, 'CTS[0-9]\\{17\\}'),
      `BODY='${JSON.stringify(body)}'`,
      `READY=$(curl -s ${headers} ${url}${paths.ready} -d "$BODY")`,
      `TOKEN=$(echo "$READY" | sed 's/.*"TOKEN":"\\([^"]*\\)".*/\\1/')`,
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
