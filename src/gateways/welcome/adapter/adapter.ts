import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import {
  inquireByRepeating,
  inquireCancelByRepeating,
  inquireNothing,
  lookUpNothing,
} from '../../answers/no-inquiry.ts';
import { cancelByPayMethod } from '../../stand-in/adapter/cancel-by-pay-method.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { welcomeCapabilities } from '../capabilities.ts';
import { welcomeCodes } from '../wire/codes.ts';
import { cardKeysOf } from '../wire/signature.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { outcomeOfApproval, outcomeOfFullCancel, outcomeOfPartialCancel, outcomeOfRevocation } from './answers.ts';
import { chargeKey, issueKey, revokeKey } from './keys.ts';
import { welcomeNotices } from './notices.ts';
import { isFullCancel, sendApproval, sendFullCancel, sendPartialCancel } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/** Welcome Payments, PAYAPI. See the README of this folder. */
export const welcomeGateway = {
  provider: 'welcome',
  capabilities: welcomeCapabilities,
  credentialsSchema: Type.Object({
    signKey: Type.String({ minLength: 8, maxLength: 200, description: 'Sign key (웹결제 signkey)' }),
    encryptionKey: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{32}$', description: 'Key of card values' })),
    encryptionIv: Type.Optional(
      Type.String({ pattern: '^[\\x21-\\x7e]{16}$', description: 'Initialization vector of card values' }),
    ),
  }),
  liveBaseUrl: 'https://payapi.paywelcome.co.kr',
  codes: welcomeCodes,
  notices: welcomeNotices,

  operations: {
    approve_window: windowApproval(),
    approve: {
      async send(call, request) {
        const keys = cardKeysOf(call.channel.credentials);
        if (!keys) return { kind: 'never_sent', why: 'the channel has no keys for card values' };
        return outcomeOfApproval(call, request, await sendApproval(call, request, keys));
      },
      inquire: inquireNothing,
    },

    issue_key: issueKey,
    charge_key: chargeKey,
    revoke_key: revokeKey,

    cancel: cancelByPayMethod(standIn, ['vbank'], {
      send: async (call, request) =>
        isFullCancel(request)
          ? outcomeOfFullCancel(call, request, await sendFullCancel(call, request))
          : outcomeOfPartialCancel(call, request, await sendPartialCancel(call, request)),
      inquire: inquireCancelByRepeating,
    }),

    revoke_vbank: {
      async send(call, request) {
        const { gatewayTid } = request;
        if (gatewayTid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
        const named = { ...request, gatewayTid };
        return outcomeOfRevocation(call, named, await sendFullCancel(call, named));
      },
      inquire: inquireByRepeating,
    },

    issue_vbank: standIn.operations.issue_vbank,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
    register_shipping: standIn.operations.register_shipping,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
