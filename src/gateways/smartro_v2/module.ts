import type { GatewayModule } from '../module.ts';
import { smartroSandbox } from '../smartro/simulator/sandbox.ts';
import { standInRefundAccounts } from '../stand-in/simulator/sandbox-accounts.ts';
import { smartroV2Gateway } from './adapter/adapter.ts';
import { createSmartroV2Simulator } from './simulator/simulator.ts';
import { cancelBody } from './wire/cancel.ts';
import { cancelPath } from './wire/paths.ts';

const sandbox = smartroSandbox('smartro_v2');

export const smartroV2: GatewayModule = {
  gateway: smartroV2Gateway,
  folder: 'smartro_v2',
  createSimulator: createSmartroV2Simulator,
  sandboxRefundAccounts: standInRefundAccounts,
  ...sandbox,
  sampleCall: (url, mid, paidTid = '') => {
    const cancel = { tid: paidTid, amountMinor: 15_000n, isPartial: false, reason: 'Changed mind' };
    const body = cancelBody({ mid, credentials: sandbox.sandboxCredentials(mid) }, cancel, 1, null);
    return `curl -H 'content-type: application/json' ${url}${cancelPath} -d '${body}'`;
  },
};
