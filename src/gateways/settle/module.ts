import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { hectoGateway } from './adapter.ts';
import { paths } from './codes.ts';
import { encryptField, packetHash } from './crypto.ts';
import { sandboxCards, sandboxRefundAccounts } from './sandbox-numbers.ts';
import { createHectoSimulator } from './simulator.ts';

export const settle: GatewayModule = {
  gateway: hectoGateway,
  folder: 'settle',
  createSimulator: createHectoSimulator,
  sandboxCards,
  sandboxRefundAccounts,
  // Most of Hecto's requests take a merchant id of ten characters.
  sandboxMid: (seed) => `sim_${digest(`mid:${seed}`).slice(0, 6)}`,
  sandboxCredentials: credentialsOf,
  sampleCall: (url, mid) => {
    const { licenseKey = '', aesKey = '' } = credentialsOf(mid);
    const header = { mchtId: mid, method: 'VA', mchtTrdNo: 'order-000001', trdDt: '20260102', trdTm: '100000' };
    const hashed = [header.trdDt, header.trdTm, mid, header.mchtTrdNo, '15000'];
    const body = {
      params: { ...header, ver: '0A19', bizType: 'A0', encCd: '23' },
      data: {
        pktHash: packetHash(licenseKey, hashed),
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
    return [
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
