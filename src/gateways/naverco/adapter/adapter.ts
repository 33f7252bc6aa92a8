import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { navercoCapabilities } from '../capabilities.ts';
import { categoryOf } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { createProductOrders } from './product-orders.ts';

const options = { secretOf: standInSecretOf, categoryOf };
const standIn = createStandIn(options);

/** Naver Pay, orders in Naver's own window (주문형), over the stand-in protocol. There is no live mode. */
export const navercoGateway: Gateway = {
  provider: 'naverco',
  capabilities: navercoCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
  }),
  liveBaseUrl: undefined,
  codes: createGatewayCodes({ banks: [], cards: [] }),
  notices: createStandInNotices(options),
  operations: { approve_window: windowApproval(), cancel: standIn.operations.cancel },
  lookUp: standIn.lookUp,
  productOrders: createProductOrders(options),
};
