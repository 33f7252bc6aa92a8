import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { smilePayHash } from '../wire/hash.ts';
import { cancelPath } from '../wire/paths.ts';
import { smartroSandboxCredentials } from './sandbox-credentials.ts';

const keys = smartroSandboxCredentials('smartro');

export const smartroSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroSimulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall: (url, mid, paidTid = '') => {
    const { merchantKey = '', cancelPassword = '' } = keys.credentials(mid);
    const form = encodeEucKrForm({
      TID: paidTid,
      CancelAmt: '15000',
      Cancelpw: cancelPassword,
      CancelMSG: 'Test',
      PartialCancelCode: '0',
      hashData: smilePayHash(paidTid, merchantKey, '15000', '0'),
    });
    return `curl ${url}${cancelPath} -d '${form}'`;
  },
};
