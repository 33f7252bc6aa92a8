import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { inquireCancelByRepeating, lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { mobiliansCapabilities } from '../capabilities.ts';
import { mobiliansCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelOutcome } from './answers.ts';
import { phoneKeyCharge } from './keys.ts';
import { mobiliansNotices } from './notices.ts';
import { sendCancel } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/** KG Mobilians (KG Financial), MOBILPAY REST. The MID is the service id (`sid`). See the README of this folder. */
export const mobiliansGateway = {
  provider: 'mobilians',
  capabilities: mobiliansCapabilities,
  credentialsSchema: Type.Object({
    skey: Type.String({ pattern: '^[\\x21-\\x7e]{8,200}$', description: 'Key of the HMAC (skey)' }),
    siteUrl: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,20}$',
        description: 'The address of the shop (site_url), which a charge of a phone key names',
      }),
    ),
  }),
  liveBaseUrl: 'https://mup.mobilians.co.kr',
  codes: mobiliansCodes,
  notices: mobiliansNotices,

  operations: {
    approve_window: windowApproval(),
    cancel: {
      send: async (call, request) => cancelOutcome(call, request, await sendCancel(call, request)),
      inquire: inquireCancelByRepeating,
    },
    charge_key: phoneKeyCharge,
    revoke_vbank: standIn.operations.revoke_vbank,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
