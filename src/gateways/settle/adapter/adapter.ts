import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { hectoCapabilities } from '../capabilities.ts';
import { hectoCodes, methodCodeOf } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { approvalOf, cancelledOf, outcomeOf, revokedOf, virtualAccountOf } from './answers.ts';
import { inquireHecto, lookUpAtHecto } from './inquiry.ts';
import { hectoNotices } from './notices.ts';
import { accountPacket, approvalPacket, cancelPacket, isRefundToAccount, revocationPacket, send } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/**
 * Hecto Financial (Settle Bank), PG standard API. Our order id is the payment's id at i'mport; every other request has a
 * number of its own, made from its idempotency key. See the README of this folder for the protocol, its sources and what
 * is inferred.
 */
export const hectoGateway = {
  provider: 'settle',
  capabilities: hectoCapabilities,
  credentialsSchema: Type.Object({
    licenseKey: Type.String({ pattern: '^[!-~]{8,100}$', description: 'Licence key: the key of the hash (pktHash)' }),
    aesKey: Type.String({
      pattern: '^[!-~]{32}$',
      description: 'Key of the encrypted fields (AES-256), 32 characters',
    }),
    inquiryPath: Type.Optional(
      Type.String({
        pattern: '^/spay/[A-Za-z]{1,60}\\.do$',
        description: 'Path of the real-time inquiry, if it is not /spay/APITrdcheck.do',
      }),
    ),
  }),
  liveBaseUrl: 'https://gw.settlebank.co.kr',
  codes: hectoCodes,
  notices: hectoNotices,

  async approveByKey(call, request) {
    if (!isCurrency(request.currency, 'card')) return wrongCurrency;
    const packet = approvalPacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) => approvalOf(call, request, answer));
  },

  async issueVirtualAccount(call, request) {
    if (!isCurrency(request.currency, 'vbank')) return wrongCurrency;
    const packet = accountPacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) => virtualAccountOf(call, request, answer));
  },

  async revokeVirtualAccount(call, request) {
    const { gatewayTid, accountNumber } = request;
    if (gatewayTid === null || accountNumber === null) {
      return { kind: 'never_sent', why: 'the account was never issued, as far as is known here' };
    }
    const packet = revocationPacket(call, { ...request, gatewayTid, accountNumber });
    const outcome = outcomeOf(call, packet, await send(call, packet), (answer) =>
      revokedOf(call, accountNumber, answer),
    );
    // An account that is revoked already is what a repeat asks for, whichever of the requests did it.
    const isDone = call.isRepeat && outcome.kind === 'unclear' && outcome.code === 'ST25';
    if (!isDone) return outcome;
    return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: wholeSecond(call.startedAt) } };
  },

  async cancel(call, request) {
    const method = methodCodeOf(request.payMethod);
    if (!method) return { kind: 'never_sent', why: `Hecto has no pay method ${request.payMethod}` };
    if (!isCurrency(request.currency, request.payMethod)) return wrongCurrency;
    if (request.payMethod === 'vbank' && request.refundAccount === null) {
      return { kind: 'never_sent', why: 'a deposited account can not be refunded without an account to refund to' };
    }
    const packet = cancelPacket(call, request, method);
    const outcome = outcomeOf(call, packet, await send(call, packet), (answer) => cancelledOf(call, request, answer));
    // The refund is only taken; the money is sent to the account days later (chapter 18).
    const isTaken = outcome.kind === 'confirmed' && isRefundToAccount(request, call.startedAt);
    return isTaken ? { kind: 'accepted', result: outcome.result } : outcome;
  },

  issueReceipt: standIn.issueReceipt,
  revokeReceipt: standIn.revokeReceipt,

  inquire: (call, question) =>
    question.operation === 'issue_receipt' || question.operation === 'revoke_receipt'
      ? standIn.inquire(call, question)
      : inquireHecto(call, question),
  lookUp: lookUpAtHecto,
} as const satisfies Gateway;

/** Only cards are paid in US dollars; every other request has no field for a currency, or wants `KRW` in it. */
function isCurrency(currency: string, payMethod: string): boolean {
  return currency === 'KRW' || (currency === 'USD' && payMethod === 'card');
}

const wrongCurrency: Outcome<never> = { kind: 'never_sent', why: 'Hecto takes no such currency for this pay method' };

/** As Hecto writes times. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
