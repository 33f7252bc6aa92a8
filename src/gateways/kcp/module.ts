import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { standInRefundAccounts } from '../stand-in/codes.ts';
import { kcpGateway } from './adapter.ts';
import { certificateLine, paths, signedText, signText } from './requests.ts';
import { sandboxCredentials } from './sandbox-credentials.ts';
import { createKcpSimulator } from './simulator.ts';

export const kcp: GatewayModule = {
  gateway: kcpGateway,
  folder: 'kcp',
  createSimulator: createKcpSimulator,
  sandboxRefundAccounts: standInRefundAccounts,
  // A site code has five characters.
  sandboxMid: (seed) =>
    `T${BigInt(`0x${digest(`mid:${seed}`)}`)
      .toString(36)
      .toUpperCase()
      .slice(0, 4)}`,
  sandboxCredentials,
  sampleCall: (url, mid) => {
    const credentials = sandboxCredentials(mid);
    const [tno, pay_type] = ['20240306000000', 'PACA'];
    const body = {
      site_cd: mid,
      kcp_cert_info: certificateLine(credentials.certificate),
      kcp_sign_data: signText(signedText(mid, tno, pay_type), credentials),
      tno,
      pay_type,
    };
    return `curl -H 'content-type: application/json' ${url}${paths.inquiry} \\\n  -d '${JSON.stringify(body)}'`;
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`kcp ${text}`).digest('hex');
}
