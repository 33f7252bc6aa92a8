import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { encryptField } from '../wire/crypto.ts';
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
  sampleCall: (url, mid) => {
    const { licenseKey = '', aesKey = '' } = credentialsOf(mid);
    const [trdDt, trdTm] = ['20260102', '100000'];
    const body = {
      params: { mchtId: mid, method: 'VA', mchtTrdNo: `'$N'`, trdDt, trdTm, ver: '0A19', bizType: 'A0', encCd: '23' },
      data: {
        pktHash: `'$HASH'`,
        bankCd: '088',
        acntType: '1',
        prdtNm: 'Water',
        sellerNm: 'Shop',
        trdAmt: encryptField(aesKey, '15000'),
        taxTypeCd: 'N',
        escrAgrYn: 'N',
        csrcIssReqYn: 'N',
      },
    };
    const hash = "require('crypto').createHash('sha256').update(process.argv[1]).digest('hex')";
    return [
      'N=order-$(date +%s)',
      `HASH=$(node -p "${hash}" "${trdDt}${trdTm}${mid}${'$'}{N}15000${licenseKey}")`,
      `curl -H 'content-type: application/json; charset=UTF-8' ${url}${paths.account} \\`,
      `  -d '${JSON.stringify(body)}'`,
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
