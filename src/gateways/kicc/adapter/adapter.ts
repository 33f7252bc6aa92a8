import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Revoked } from '../../../port/revocation.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { kiccCapabilities } from '../capabilities.ts';
import { kiccCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { cancelOutcome, outcomeOf, revisedOf } from './answers.ts';
import { inquireKicc } from './inquiry.ts';
import { kiccNotices } from './notices.ts';
import { receiptBody, receiptOf } from './receipts.ts';
import { cancelFields, post, receiptRevocationFields, revise, revocationFields } from './requests.ts';

/** KICC EasyPay. Payments come from its payment window. See the README of this folder. */
export const kiccGateway = {
  provider: 'kicc',
  capabilities: kiccCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ minLength: 8, maxLength: 200, description: 'Key of the message authentication' }),
    refundService: Type.Optional(
      Type.Enum(['next_day', 'real_time'], {
        description: 'Which refund of virtual accounts was agreed on with KICC; absent: next_day',
      }),
    ),
  }),
  liveBaseUrl: 'https://pgapi.easypay.co.kr',
  codes: kiccCodes,
  notices: kiccNotices,

  async cancel(call, request) {
    const result = await revise(call, request.gatewayTid, cancelFields(call, request));
    return outcomeOf(call, result, (answer) => cancelOutcome(call, request, answer));
  },

  async revokeVirtualAccount(call, request): Promise<Outcome<Revoked>> {
    const { gatewayTid: pgCno } = request;
    if (pgCno === null) return { kind: 'never_sent', why: 'the payment’s number at KICC is not known' };
    const result = await revise(call, pgCno, revocationFields(request));
    return outcomeOf(call, result, (answer) => revokedOutcome(revisedOf(call, { pgCno, amountMinor: null }, answer)));
  },

  async issueReceipt(call, request) {
    const body = receiptBody(call, request);
    if (!body) return { kind: 'never_sent', why: 'KICC issues no cash receipt for a resident number' };
    return outcomeOf(call, await post(call, paths.receipt, body), (answer) => {
      const receipt = receiptOf(call, request, answer);
      return receipt && { kind: 'confirmed', result: receipt };
    });
  },

  async revokeReceipt(call, request): Promise<Outcome<Revoked>> {
    const { receiptTid: pgCno, amountMinor } = request;
    const result = await revise(call, pgCno, receiptRevocationFields(request));
    return outcomeOf(call, result, (answer) => revokedOutcome(revisedOf(call, { pgCno, amountMinor }, answer)));
  },

  inquire: inquireKicc,
  lookUp: lookUpNothing,
} as const satisfies Gateway;

function revokedOutcome(revised: ReturnType<typeof revisedOf>): Outcome<Revoked> | undefined {
  return revised && { kind: 'confirmed', result: { gatewayTid: revised.cancelPgCno, revokedAt: revised.at } };
}
