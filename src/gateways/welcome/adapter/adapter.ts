import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { answerWithoutInquiry, lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { welcomeCapabilities } from '../capabilities.ts';
import { welcomeCodes } from '../wire/codes.ts';
import { cardKeysOf } from '../wire/signature.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { outcomeOfApproval, outcomeOfFullCancel, outcomeOfPartialCancel, outcomeOfRevocation } from './answers.ts';
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

  async approveByKey(call, request) {
    const keys = cardKeysOf(call.channel.credentials);
    if (!keys) return { kind: 'never_sent', why: 'the channel has no keys for card values' };
    return outcomeOfApproval(call, request, await sendApproval(call, request, keys));
  },

  async cancel(call, request) {
    if (request.payMethod === 'vbank') return standIn.cancel(call, request);
    return isFullCancel(request)
      ? outcomeOfFullCancel(call, request, await sendFullCancel(call, request))
      : outcomeOfPartialCancel(call, request, await sendPartialCancel(call, request));
  },

  async revokeVirtualAccount(call, request) {
    const { gatewayTid } = request;
    if (gatewayTid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
    const named = { ...request, gatewayTid };
    return outcomeOfRevocation(call, named, await sendFullCancel(call, named));
  },

  issueVirtualAccount: standIn.issueVirtualAccount,
  issueReceipt: standIn.issueReceipt,
  revokeReceipt: standIn.revokeReceipt,

  /** Operations of the stand-in can be asked about; all others can only be repeated, and an approval not even that. */
  async inquire(call, question) {
    switch (question.operation) {
      case 'issue_vbank':
      case 'issue_receipt':
      case 'revoke_receipt':
        return standIn.inquire(call, question);
      case 'cancel':
        return question.request.payMethod === 'vbank'
          ? standIn.inquire(call, question)
          : answerWithoutInquiry(question);
      default:
        return answerWithoutInquiry(question);
    }
  },
  lookUp: lookUpNothing,
} as const satisfies Gateway;
