import Type from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import { niceCodes } from '../../nice/wire/codes.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { niceV2Capabilities } from '../capabilities.ts';
import { amountOf, readPayment, readReceipt } from '../wire/wire.ts';
import { answeredCancel, gatewayPaymentOf, outcomeOf, paidAtOf } from './answers.ts';
import { inquireNiceV2 } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { niceV2Notices } from './notices.ts';
import {
  cancelBody,
  paths,
  post,
  receiptBody,
  receiptRevocationBody,
  revocationBody,
  secretKeyOf,
} from './requests.ts';

/** i'mport issues accounts at NICE by a way that NICE does not publish. */
export const standIn = createStandIn({ secretOf: ({ secretKey }) => secretKey ?? '' });

/**
 * NICE Payments, the new API of client key and secret key (start.nicepay.co.kr). See the README of this folder for the
 * protocol, its sources and what is inferred.
 */
export const niceV2Gateway = {
  provider: 'nice_v2',
  capabilities: niceV2Capabilities,
  credentialsSchema: Type.Object({
    clientKey: Type.String({ pattern: '^[A-Za-z0-9_]{16,100}$', description: 'Client key' }),
    secretKey: Type.String({ pattern: '^[A-Za-z0-9_]{16,100}$', description: 'Secret key' }),
  }),
  liveBaseUrl: 'https://api.nicepay.co.kr',
  codes: niceCodes,
  notices: niceV2Notices,

  issueVirtualAccount: standIn.issueVirtualAccount,

  async revokeVirtualAccount(call, request) {
    let tid = request.gatewayTid;
    if (tid === null) {
      const found = await fetchPayment(call, request);
      if (found.kind !== 'found') return { kind: 'never_sent', why: 'the transaction id could not be looked up' };
      tid = found.payment.tid;
    }
    const result = await post(call, paths.cancel(tid), [tid], revocationBody(call, request));
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      if (payment?.tid !== tid || ![request.orderId, call.idempotencyKey].includes(payment.orderId)) return undefined;
      const revokedAt = readTime(payment.cancelledAt ?? '');
      // What had been paid was refunded, and not revoked.
      if (payment.status !== 'cancelled' || paidAtOf(payment) !== null || !revokedAt) return undefined;
      return { gatewayTid: payment.cancelledTid || tid, revokedAt };
    });
  },

  async cancel(call, request) {
    const tid = request.gatewayTid;
    const result = await post(call, paths.cancel(tid), [tid], cancelBody(call, request));
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      // Whether the answer repeats the payment's order id or the cancel's is not documented.
      if (payment?.tid !== tid || ![request.orderId, call.idempotencyKey].includes(payment.orderId)) return undefined;
      return answeredCancel(payment, request);
    });
  },

  async issueReceipt(call, request) {
    const { receiptOrderId: orderId } = request;
    const signed = [orderId, String(request.amountMinor)];
    const result = await post(call, paths.issueReceipt, signed, receiptBody(request));
    return outcomeOf(call, result, (text) => {
      const receipt = readReceipt(text, secretKeyOf(call));
      const issuedAt = readTime(receipt?.approvedAt ?? '');
      if (receipt?.orderId !== orderId || !issuedAt) return undefined;
      return { receiptTid: receipt.tid, approvalNumber: receipt.approveNo ?? '', receiptUrl: null, issuedAt };
    });
  },

  async revokeReceipt(call, request) {
    const { receiptTid, receiptOrderId, amountMinor } = request;
    const body = receiptRevocationBody(call, request);
    const result = await post(call, paths.cancelReceipt(receiptTid), [receiptTid], body);
    return outcomeOf(call, result, (text) => {
      const receipt = readReceipt(text, secretKeyOf(call));
      const isOurs = receipt && [receiptOrderId, call.idempotencyKey].includes(receipt.orderId);
      const revokedAt = readTime(receipt?.cancelledAt ?? '');
      if (!isOurs || receipt.cancelAmt == null || amountOf(receipt.cancelAmt) !== amountMinor || !revokedAt) {
        return undefined;
      }
      return { gatewayTid: receipt.tid === receiptTid ? null : receipt.tid, revokedAt };
    });
  },

  inquire: (call, question) => inquireNiceV2(standIn, call, question),

  async lookUp(call, reference): Promise<Lookup> {
    const found = await fetchPayment(call, reference);
    if (found.kind !== 'found') return found;
    const payment = gatewayPaymentOf(found.payment);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: 'the payment is of a kind that is not known' };
  },
} as const satisfies Gateway;
