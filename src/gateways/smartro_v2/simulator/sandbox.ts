import { computeLine, jsonWord, payInWindowLine, quoted } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { smartroSandboxCredentials } from '../../smartro/simulator/sandbox-credentials.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cancelPath } from '../wire/paths.ts';

const keys = smartroSandboxCredentials('smartro_v2');

export const smartroV2Sandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroV2Simulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall({ url, mid, credentials: { merchantKey = '', cancelPassword = '' } }) {
    const fields = {
      SERVICE_MODE: 'CL1',
      Tid: '$TID',
      Mid: mid,
      CancelAmt: '15000',
      CancelPwd: cancelPassword,
      CancelMsg: 'Test',
      CancelSeq: '1',
      PartialCancelCode: '0',
      HashData: '$HASH',
    };
    const hash = 'require("crypto").createHash("sha256").update(a.join("")).digest("base64")';
    const cipher = 'require("crypto").createCipheriv("aes-256-cbc", a[0].slice(0, 32), Buffer.alloc(16))';
    const encrypt = `const c = ${cipher}; c.update(a[1], "utf8", "base64") + c.final("base64")`;
    return [
      payInWindowLine(url, mid),
      computeLine('HASH', hash, '"$TID"', quoted(merchantKey), '15000', '0'),
      computeLine('DATA', encrypt, quoted(merchantKey), jsonWord(fields)),
      `curl -H 'content-type: application/json' ${url}${cancelPath} -d ${jsonWord({ Mid: mid, EncData: '$DATA' })}`,
    ].join('\n');
  },
};
