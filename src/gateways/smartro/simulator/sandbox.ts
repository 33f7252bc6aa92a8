import { computeLine, payInWindowLine, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cancelPath } from '../wire/paths.ts';
import { smartroSandboxCredentials } from './sandbox-credentials.ts';

const keys = smartroSandboxCredentials('smartro');

export const smartroSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroSimulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall({ url, mid, credentials: { merchantKey = '', cancelPassword = '' } }) {
    const hash = 'Buffer.from(require("crypto").createHash("md5").update(a.join("")).digest("hex")).toString("base64")';
    const form = `-d CancelAmt=15000 -d Cancelpw=${cancelPassword} -d CancelMSG=Test -d PartialCancelCode=0`;
    return [
      payInWindowLine(url, mid),
      computeLine('HASH', hash, '"$TID"', quoted(merchantKey), '15000', '0'),
      `curl ${url}${cancelPath} ${form} -d "TID=$TID" --data-urlencode "hashData=$HASH"`,
    ].join('\n');
  },
};
