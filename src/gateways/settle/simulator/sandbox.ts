import { createHash } from 'node:crypto';
import { computeLine, jsonWord, newNumberLine, seoulDayLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { sandboxCards, sandboxRefundAccounts } from './sandbox-numbers.ts';

export const settleSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createHectoSimulator,
  cards: sandboxCards,
  refundAccounts: sandboxRefundAccounts,
  // Most of Hecto's requests take a merchant id of ten characters.
  mid: (seed) => `sim_${digest(`mid:${seed}`).slice(0, 6)}`,
  credentials: credentialsOf,
  // A virtual account, under an order number that is another on every paste.
  sampleCall({ url, mid, credentials: { licenseKey = '', aesKey = '' } }) {
    const header = { mchtId: mid, method: 'VA', mchtTrdNo: '$N', trdDt: '$DAY', trdTm: '$TIME' };
    const body = {
      params: { ...header, ver: '0A19', bizType: 'A0', encCd: '23' },
      data: {
        pktHash: '$HASH',
        bankCd: '088',
        acntType: '1',
        prdtNm: 'Water',
        sellerNm: 'Shop',
        trdAmt: '$AMOUNT',
        taxTypeCd: 'N',
        escrAgrYn: 'N',
        csrcIssReqYn: 'N',
      },
    };
    const encrypt =
      'const c = require("crypto").createCipheriv("aes-256-ecb", a[0], null); c.update(a[1], "utf8", "base64") + c.final("base64")';
    const hash = 'require("crypto").createHash("sha256").update(a.join("")).digest("hex")';
    return [
      newNumberLine,
      seoulDayLine,
      'TIME=$(TZ=KST-9 date +%H%M%S)',
      computeLine('AMOUNT', encrypt, aesKey, '15000'),
      computeLine('HASH', hash, '$DAY', '$TIME', mid, '$N', '15000', licenseKey),
      `curl -H 'content-type: application/json; charset=UTF-8' ${url}${paths.account} \\`,
      `  -d ${jsonWord(body)}`,
    ].join('\n');
  },
};

function credentialsOf(mid: string): Record<string, string> {
  return {
    licenseKey: `SIM${digest(`licence:${mid}`).slice(0, 18)}`,
    aesKey: digest(`aes:${mid}`).slice(0, 32),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(`settle ${text}`).digest('hex');
}
