import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { niceCapabilities } from '../capabilities.ts';
import { niceCodes } from '../wire/codes.ts';
import { merchantTid } from '../wire/transaction-id.ts';
import { accountOutcome, cancelOutcome, receiptOutcome } from './answers.ts';
import { inquireNice } from './inquiry.ts';
import { niceNotices } from './notices.ts';
import {
  accountRequest,
  cancelRequest,
  receiptRequest,
  receiptRevocationRequest,
  revocationRequest,
  send,
} from './requests.ts';

/**
 * NICE Payments, the old API of MID and merchant key: signed forms in EUC-KR. See the README of this folder for the
 * protocol, its sources, and what settles a doubt.
 */
export const niceGateway = {
  provider: 'nice',
  capabilities: niceCapabilities,
  credentialsSchema: Type.Object({
    merchantKey: Type.String({ pattern: '^[A-Za-z0-9+/=]{32,200}$', description: 'Merchant key' }),
  }),
  liveBaseUrl: 'https://webapi.nicepay.co.kr',
  codes: niceCodes,
  notices: niceNotices,

  async issueVirtualAccount(call, request) {
    const tid = merchantTid(call.channel.mid, 'vbank', call);
    return accountOutcome(call, await send(call, accountRequest(call, request)), request, tid);
  },

  async revokeVirtualAccount(call, request) {
    const tid = request.gatewayTid;
    if (tid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
    const asked = { tid, moid: call.idempotencyKey, amountMinor: request.paymentAmountMinor };
    return cancelOutcome(
      call,
      await send(call, revocationRequest(call, request, tid)),
      asked,
      ({ at }) => ({ gatewayTid: tid, revokedAt: at ?? call.startedAt }),
      true,
    );
  },

  async cancel(call, request) {
    const { gatewayTid: tid, amountMinor, paymentAmountMinor, balanceBeforeMinor } = request;
    const asked = { tid, moid: call.idempotencyKey, amountMinor };
    return cancelOutcome(
      call,
      await send(call, cancelRequest(call, request)),
      asked,
      ({ cancelNumber, at }) => ({
        // A cancel of the whole payment has no other id than the payment's.
        gatewayTid: (amountMinor === paymentAmountMinor ? null : cancelNumber) ?? tid,
        amountMinor,
        cancelledAt: at ?? call.startedAt,
        receiptUrl: null,
      }),
      amountMinor === balanceBeforeMinor,
    );
  },

  async issueReceipt(call, request) {
    const asked = { tid: merchantTid(call.channel.mid, 'receipt', call), moid: request.receiptOrderId };
    return receiptOutcome(call, await send(call, receiptRequest(call, request)), asked);
  },

  async revokeReceipt(call, request) {
    const { receiptTid: tid, amountMinor, balanceBeforeMinor } = request;
    const asked = { tid, moid: call.idempotencyKey, amountMinor };
    const isWhole = amountMinor === balanceBeforeMinor && request.earlierTids.length === 0;
    return cancelOutcome(
      call,
      await send(call, receiptRevocationRequest(call, request)),
      asked,
      ({ cancelNumber, at }) => ({ gatewayTid: isWhole ? tid : cancelNumber, revokedAt: at ?? call.startedAt }),
      amountMinor === balanceBeforeMinor,
    );
  },

  inquire: inquireNice,

  lookUp: async () => ({ kind: 'unknown', why: 'NICE tells no amounts of a payment' }),
} as const satisfies Gateway;
