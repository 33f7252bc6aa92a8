import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { smartroSandboxCredentials } from '../../smartro/simulator/sandbox-credentials.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { encryptData, hashData } from '../wire/encryption.ts';
import { cancelPath } from '../wire/paths.ts';

const keys = smartroSandboxCredentials('smartro_v2');

export const smartroV2Sandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroV2Simulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall: (url, mid, paidTid = '') => {
    const { merchantKey = '', cancelPassword = '' } = keys.credentials(mid);
    const fields = {
      SERVICE_MODE: 'CL1',
      Tid: paidTid,
      Mid: mid,
      CancelAmt: '15000',
      CancelPwd: cancelPassword,
      CancelMsg: 'Test',
      CancelSeq: '1',
      PartialCancelCode: '0',
      CancelTaxAmt: '',
      CancelTaxFreeAmt: '',
      CancelVatAmt: '',
      DivideInfo: '',
      HashData: hashData(paidTid, merchantKey, '15000', '0'),
    };
    const body = JSON.stringify({ Mid: mid, EncData: encryptData(JSON.stringify(fields), merchantKey) });
    return `curl -H 'content-type: application/json' ${url}${cancelPath} -d '${body}'`;
  },
};
