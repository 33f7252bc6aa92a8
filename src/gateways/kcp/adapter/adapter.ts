import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Inquiry } from '../../../port/operations.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { kcpCapabilities } from '../capabilities.ts';
import { kcpCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelOutcome } from './answers.ts';
import { inquireCancel } from './inquiry.ts';
import { lookUpAtKcp } from './lookup.ts';
import { kcpNotices } from './notices.ts';
import { cancelFields, modTypeOf, send } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/**
 * NHN KCP, its present REST interface. Payments come from its payment window. Refunds of virtual accounts and cash
 * receipts go over the stand-in protocol, in the sandbox only. See the README of this folder.
 */
export const kcpGateway = {
  provider: 'kcp',
  capabilities: kcpCapabilities,
  credentialsSchema: Type.Object({
    certificate: Type.String({
      pattern: '^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$',
      maxLength: 10_000,
      description: 'The certificate that KCP gave the merchant, PEM',
    }),
    privateKey: Type.String({
      pattern: '^\\s*-----BEGIN ENCRYPTED PRIVATE KEY-----[A-Za-z0-9+/=\\s]+-----END ENCRYPTED PRIVATE KEY-----\\s*$',
      maxLength: 10_000,
      description: 'Its private key (splPrikeyPKCS8.pem)',
    }),
    privateKeyPassword: Type.String({ minLength: 1, maxLength: 200, description: 'The password of the private key' }),
  }),
  liveBaseUrl: 'https://spl.kcp.co.kr',
  codes: kcpCodes,
  notices: kcpNotices,

  async cancel(call, request) {
    if (request.payMethod === 'vbank') return standIn.cancel(call, request);
    const type = modTypeOf(request);
    const result = await send(call, paths.cancel, { tno: request.gatewayTid, type, fields: cancelFields(request) });
    return cancelOutcome(call, request, result);
  },
  issueReceipt: standIn.issueReceipt,
  revokeReceipt: standIn.revokeReceipt,

  async inquire(call, question): Promise<Inquiry> {
    switch (question.operation) {
      case 'cancel':
        return question.request.payMethod === 'vbank'
          ? standIn.inquire(call, question)
          : inquireCancel(call, question.request, question.sentAt);
      case 'issue_receipt':
      case 'revoke_receipt':
        return standIn.inquire(call, question);
      default:
        return { kind: 'unknown', why: 'KCP has no such operation' };
    }
  },

  lookUp: (call, reference) => (reference.payMethod === 'vbank' ? lookUpNothing() : lookUpAtKcp(call, reference)),
} as const satisfies Gateway;
