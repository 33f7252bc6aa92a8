import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../simulators/sample-payment.ts';
import type { GatewayModule } from '../module.ts';
import { standInRefundAccounts } from '../stand-in/simulator/sandbox-accounts.ts';
import { kcpGateway } from './adapter/adapter.ts';
import { sandboxCredentials } from './simulator/sandbox-credentials.ts';
import { createKcpSimulator } from './simulator/simulator.ts';
import { paths } from './wire/paths.ts';
import { certificateLine, signedText } from './wire/signature.ts';

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
  // A payment in the window, and its cancellation, signed by the shell.
  sampleCall: (url, mid) => {
    const { certificate, privateKey, privateKeyPassword } = sandboxCredentials(mid);
    const key = '{ key: process.env.KEY, passphrase: process.argv[1] }';
    const sign = `require('crypto').sign('sha256', process.argv[2], ${key}).toString('base64')`;
    const cancel = {
      site_cd: mid,
      kcp_cert_info: certificateLine(certificate),
      kcp_sign_data: `'$SIGNED'`,
      tno: `'$ID'`,
      mod_type: 'STSC',
    };
    return [
      payInWindowLine(url, mid, '[0-9]\\{14\\}'),
      `KEY='${privateKey.trim()}'`,
      `SIGNED=$(KEY="$KEY" node -p "${sign}" '${privateKeyPassword}' "${signedText(mid, '$ID', 'STSC')}")`,
      `curl -H 'content-type: application/json' ${url}${paths.cancel} \\`,
      `  -d '${JSON.stringify(cancel)}'`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`kcp ${text}`).digest('hex');
}
