import type { GatewayModule } from '../module.ts';
import { standInRefundAccounts } from '../stand-in/simulator/sandbox-accounts.ts';
import { smartroGateway } from './adapter/adapter.ts';
import { smartroSandbox } from './simulator/sandbox.ts';
import { createSmartroSimulator } from './simulator/simulator.ts';
import { cancelForm } from './wire/cancel.ts';
import { cancelPath } from './wire/paths.ts';

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
