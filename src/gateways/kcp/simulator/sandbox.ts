import { createHash } from 'node:crypto';
import { payInWindowLine } from '../../../simulators/sample-payment.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { certificateLine, signedText } from '../wire/signature.ts';
import { sandboxCredentials } from './sandbox-credentials.ts';

export const kcpSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKcpSimulator,
  refundAccounts: standInRefundAccounts,
  // A site code has five characters.
  mid: (seed) =>
    `T${BigInt(`0x${digest(`mid:${seed}`)}`)
      .toString(36)
      .toUpperCase()
      .slice(0, 4)}`,
  credentials: sandboxCredentials,
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
