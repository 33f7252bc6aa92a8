import type { GatewayModule } from '../registry.ts';
import { standInRefundAccounts } from '../stand-in/codes.ts';
import { smartroGateway } from './adapter.ts';
import { cancelForm, cancelPath } from './requests.ts';
import { smartroSandbox } from './sandbox.ts';
import { createSmartroSimulator } from './simulator.ts';

const sandbox = smartroSandbox('smartro');

export const smartro: GatewayModule = {
  gateway: smartroGateway,
  folder: 'smartro',
  createSimulator: createSmartroSimulator,
  sandboxRefundAccounts: standInRefundAccounts,
  ...sandbox,
  sampleCall: (url, mid, paidTid = '') => {
    const cancel = { tid: paidTid, amountMinor: 15_000n, isPartial: false, reason: 'Changed mind' };
    return `curl ${url}${cancelPath} -d '${cancelForm(cancel, sandbox.sandboxCredentials(mid))}'`;
  },
};
