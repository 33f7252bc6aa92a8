import { createHash } from 'node:crypto';
import { computeLine, jsonWord, payOrderLines, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

export const mobiliansSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createMobiliansSimulator,
  refundAccounts: sandboxRefundAccounts,
  // A service id has twelve digits.
  mid: (seed) => String(digest(`sid:${seed}`).readUIntBE(0, 6) % 10 ** 12).padStart(12, '0'),
  credentials: (mid) => ({ skey: digest(`skey:${mid}`).toString('hex').slice(0, 32), siteUrl: 'shop.example' }),
  sampleCall({ url, mid, credentials: { skey = '' } }) {
    const hmac = 'require("crypto").createHmac("sha256", a[0]).update(a.slice(1).join("")).digest("base64")';
    const cancel = { cash_code: 'MC', cancel_type: 'C', part_cancel: 'N', amount: '15000' };
    return [
      ...payOrderLines(url, mid, 'phone'),
      computeLine('HMAC', hmac, quoted(skey), mid, '"$ORDER"', '"$TID"', '15000'),
      `curl -H 'content-type: application/json' ${url}${paths.cancel} \\`,
      `  -d ${jsonWord({ sid: mid, trade_id: '$ORDER', pay_token: '$TID', ...cancel, hmac: '$HMAC' })}`,
    ].join('\n');
  },
};

function digest(text: string): Buffer {
  return createHash('sha256').update(`mobilians ${text}`).digest();
}
