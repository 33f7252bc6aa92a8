import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Question } from '../../../port/operations.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { answerWithoutInquiry, lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { ksnetCapabilities } from '../capabilities.ts';
import { ksnetCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { apiKeyOf, standInCategoryOf } from '../wire/stand-in.ts';
import { approvalOutcome, cancelOutcome } from './answers.ts';
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

  async approveByKey(call, request) {
    return approvalOutcome(await send(call, paths.approve, approvalFields(request)), call, request);
  },

  async cancel(call, request) {
    if (isOverStandIn(request.payMethod)) return standIn.cancel(call, request);
    const fields = cancelFields(request);
    if (!fields) return { kind: 'never_sent', why: 'KSNET has no number for a tenth partial cancel' };
    const path = request.payMethod === 'trans' ? paths.transferCancel : paths.cardCancel;
    return cancelOutcome(await send(call, path, fields), call, request);
  },

  issueVirtualAccount: standIn.issueVirtualAccount,
  revokeVirtualAccount: standIn.revokeVirtualAccount,
  issueReceipt: standIn.issueReceipt,
  revokeReceipt: standIn.revokeReceipt,

  async inquire(call, question) {
    return isAboutStandIn(question) ? standIn.inquire(call, question) : answerWithoutInquiry(question);
  },

  lookUp: lookUpNothing,
} as const satisfies Gateway;

function isOverStandIn(payMethod: PayMethod): boolean {
  return payMethod === 'vbank' || payMethod === 'phone';
}

function isAboutStandIn(question: Question): boolean {
  if (question.operation === 'approve') return false;
  return question.operation !== 'cancel' || isOverStandIn(question.request.payMethod);
}
