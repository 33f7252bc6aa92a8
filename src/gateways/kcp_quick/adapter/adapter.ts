import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { kcpQuickCapabilities } from '../capabilities.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });
const { prepare, deleteMember, deleteAutopayKey, releaseBiometrics, support } = standIn.wallets;

/** NHN KCP Quick Pay: its members' money and keys for automatic payments, over the stand-in protocol. There is no live mode. */
export const kcpQuickGateway: Gateway = {
  provider: 'kcp_quick',
  capabilities: kcpQuickCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
  }),
  liveBaseUrl: undefined,
  codes: createGatewayCodes({ banks: [], cards: [] }),
  operations: { pay_from_wallet: standIn.operations.pay_from_wallet, cancel: standIn.operations.cancel },
  wallets: { support, prepare, deleteMember, deleteAutopayKey, releaseBiometrics },
  lookUp: standIn.lookUp,
};
