import Type from 'typebox';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { RefusalCategory } from '../../../port/outcome.ts';
import { inquireByRepeating, inquireCancelByRepeating, lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { kiwoomCapabilities } from '../capabilities.ts';
import { accountRevocation, kiwoomCodes } from '../wire/codes.ts';
import { isPastMonth } from '../wire/same-month.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelOutcome, revocationOutcome } from './answers.ts';
import { kiwoomNotices } from './notices.ts';
import { cancelBody, revocationBody } from './requests.ts';
import { sendInTwoSteps } from './two-steps.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/**
 * Kiwoom Pay (formerly PAYJOA and Daou Data). Cancels go by its own protocol in two steps; cash receipts, whose manual is not
 * public, over the stand-in. See the README of this folder for the protocol, its sources and what is inferred.
 */
export const kiwoomGateway = {
  provider: 'daou',
  capabilities: kiwoomCapabilities,
  credentialsSchema: Type.Object({
    authKey: Type.String({ pattern: '^[!-~]{8,300}$', description: 'Link key of the merchant (연동 인증키)' }),
    cardService: Type.Optional(
      Type.Union([Type.Literal('CARD'), Type.Literal('CARDK')], {
        description: 'Which card service the contract is for: CARD (D, the default) or CARDK (K)',
      }),
    ),
    phoneService: Type.Optional(
      Type.Union([Type.Literal('MOBILE'), Type.Literal('PMOBILE')], {
        description: 'Which telephone service the contract is for: MOBILE (the default) or PMOBILE',
      }),
    ),
  }),
  liveBaseUrl: 'https://api.kiwoompay.co.kr',
  codes: kiwoomCodes,
  notices: kiwoomNotices,

  operations: {
    approve_window: windowApproval(),
    revoke_vbank: {
      async send(call, request) {
        const { gatewayTid } = request;
        if (gatewayTid === null)
          return { kind: 'never_sent', why: 'the account was never issued, as far as is known here' };
        const body = revocationBody(call, { ...request, gatewayTid }, accountRevocation);
        return revocationOutcome(call, body, await sendInTwoSteps(call, body));
      },
      inquire: inquireByRepeating,
    },
    cancel: {
      async send(call, request) {
        if (request.currency !== 'KRW')
          return { kind: 'never_sent', why: 'Kiwoom Pay takes no other currency than won' };
        const body = cancelBody(call, request);
        if (typeof body === 'string') return { kind: 'never_sent', why: body };
        return cancelOutcome(call, request, body, await sendInTwoSteps(call, body), ruleAgainst(call, request));
      },
      inquire: inquireCancelByRepeating,
    },
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
    register_shipping: standIn.operations.register_shipping,
  },

  lookUp: lookUpNothing,
} as const satisfies Gateway;

/**
 * "The cancel failed" (9204) comes without a code of its reason. Where the text tells none either, what is known to be
 * impossible about the request is the reason.
 */
function ruleAgainst({ now }: GatewayCall, request: Cancel): RefusalCategory | null {
  if (request.amountMinor > request.balanceBeforeMinor) return 'over_balance';
  const isPart = request.amountMinor < request.paymentAmountMinor;
  if (isPart && !kiwoomCapabilities.payMethods[request.payMethod]?.partialCancel) return 'partial_not_supported';
  return request.payMethod === 'phone' && isPastMonth(request.madeAt, now) ? 'window_passed' : null;
}
