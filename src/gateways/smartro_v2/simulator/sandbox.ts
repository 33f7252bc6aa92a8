import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { smartroSandboxCredentials } from '../../smartro/simulator/sandbox-credentials.ts';
import { standInRefundAccounts } from '../../stand-in/simulator/sandbox-accounts.ts';
import { cancelBody } from '../wire/cancel.ts';
import { cancelPath } from '../wire/paths.ts';

const keys = smartroSandboxCredentials('smartro_v2');

export const smartroV2Sandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createSmartroV2Simulator,
  refundAccounts: standInRefundAccounts,
  ...keys,
  sampleCall: (url, mid, paidTid = '') => {
    const cancel = { tid: paidTid, amountMinor: 15_000n, isPartial: false, reason: 'Test' };
    const body = cancelBody({ mid, credentials: keys.credentials(mid) }, cancel, 1, null);
    return `curl -H 'content-type: application/json' ${url}${cancelPath} -d '${body}'`;
  },
};
