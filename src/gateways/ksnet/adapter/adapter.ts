import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { inquireCancelByRepeating, inquireNothing, lookUpNothing } from '../../answers/no-inquiry.ts';
import { cancelByPayMethod } from '../../stand-in/adapter/cancel-by-pay-method.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { ksnetCapabilities } from '../capabilities.ts';
import { ksnetCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { apiKeyOf, standInCategoryOf } from '../wire/stand-in.ts';
import { approvalOutcome, cancelOutcome } from './answers.ts';
import { chargeKey, issueKey } from './keys.ts';
import { approvalFields, cancelFields, send } from './requests.ts';

const standIn = createStandIn({ secretOf: apiKeyOf, categoryOf: standInCategoryOf });

/**
 * KSNET (KSPAY), WEBFEP API. Cards and transfers go by KSNET's own protocol; virtual accounts, telephone payments and cash
 * receipts, whose chapters are not public, over the stand-in. See the README of this folder for the protocol, its sources
 * and what is inferred.
 */
export const ksnetGateway = {
  provider: 'ksnet',
  capabilities: ksnetCapabilities,
  credentialsSchema: Type.Object({
    apiKey: Type.String({ pattern: '^[A-Za-z0-9+/]{16,300}={0,2}$', description: "'pgapi' key of the shop" }),
  }),
  liveBaseUrl: 'https://pay.ksnet.co.kr',
  codes: ksnetCodes,
  notices: createStandInNotices({ secretOf: apiKeyOf }),

  operations: {
    approve_window: windowApproval(),
    approve: {
      async send(call, request) {
        return approvalOutcome(await send(call, paths.approve, approvalFields(request)), call, request);
      },
      inquire: inquireNothing,
    },

    cancel: cancelByPayMethod(standIn, ['vbank', 'phone'], {
      async send(call, request) {
        const fields = cancelFields(request);
        if (!fields) return { kind: 'never_sent', why: 'KSNET has no number for a tenth partial cancel' };
        const path = request.payMethod === 'trans' ? paths.transferCancel : paths.cardCancel;
        return cancelOutcome(await send(call, path, fields), call, request);
      },
      inquire: inquireCancelByRepeating,
    }),

    issue_key: issueKey,
    charge_key: chargeKey,
    issue_vbank: standIn.operations.issue_vbank,
    revoke_vbank: standIn.operations.revoke_vbank,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
    register_shipping: standIn.operations.register_shipping,
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
