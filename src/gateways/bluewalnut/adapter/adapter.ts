import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { bluewalnutCapabilities } from '../capabilities.ts';
import { bluewalnutCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/** Blue Walnut, over the stand-in protocol. There is no live mode. See the README of this folder. */
export const bluewalnutGateway = {
  provider: 'bluewalnut',
  capabilities: bluewalnutCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
  }),
  liveBaseUrl: undefined,
  codes: bluewalnutCodes,
  notices: createStandInNotices({ secretOf: standInSecretOf }),
  operations: { approve_window: windowApproval(), cancel: standIn.operations.cancel },
  lookUp: standIn.lookUp,
} as const satisfies Gateway;
