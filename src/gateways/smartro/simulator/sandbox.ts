import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cancelForm } from '../wire/cancel.ts';
import { cancelPath } from '../wire/paths.ts';
import { smartroSandboxCredentials } from './sandbox-credentials.ts';

const keys = smartroSandboxCredentials('smartro');

export const smartroSandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroSimulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall: (url, mid, paidTid = '') => {
    const cancel = { tid: paidTid, amountMinor: 15_000n, isPartial: false, reason: 'Test' };
    return `curl ${url}${cancelPath} -d '${cancelForm(cancel, keys.credentials(mid))}'`;
  },
};
