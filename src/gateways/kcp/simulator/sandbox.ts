import { createHash } from 'node:crypto';
import { computeLine, jsonWord, payInWindowLine, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { paths } from '../wire/paths.ts';
import { signedText } from '../wire/signature.ts';
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
  walletOf: (payMethod, n) =>
    payMethod === 'point'
      ? { acts: [], means: { kind: 'points', login: { user: `user${n}`, password: 'pw' }, memberCode: 'company' } }
      : undefined,
  // A payment in the window, and its cancellation, signed by the shell.
  sampleCall({ url, mid, credentials: { privateKeyPassword = '' }, files }) {
    const key = '{ key: require("fs").readFileSync(a[0]), passphrase: a[1] }';
    const cancel = {
      site_cd: mid,
      kcp_cert_info: '$CERT',
      kcp_sign_data: '$SIGNED',
      tno: '$TID',
      mod_type: 'STSC',
    };
    return [
      payInWindowLine(url, mid),
      `CERT=$(tr -d '\\r\\n' < ${quoted(files.certificate ?? '')})`,
      computeLine(
        'SIGNED',
        `require("crypto").sign("sha256", a[2], ${key}).toString("base64")`,
        quoted(files.privateKey ?? ''),
        quoted(privateKeyPassword),
        `"${signedText(mid, '$TID', 'STSC')}"`,
      ),
      `curl -H 'content-type: application/json' ${url}${paths.cancel} \\`,
      `  -d ${jsonWord(cancel)}`,
    ].join('\n');
  },
};

function digest(text: string): string {
  return createHash('sha256').update(`kcp ${text}`).digest('hex');
}
