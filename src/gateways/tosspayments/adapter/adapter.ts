import Type from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { tossCapabilities } from '../capabilities.ts';
import { tossCodes } from '../wire/codes.ts';
import { amountOf, readPayment, readReceipt } from '../wire/wire.ts';
import { approvalOf, cancelledOf, failureOf, gatewayPaymentOf, receiptOf, virtualAccountOf } from './answers.ts';
import { findCancel, inquireToss } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { tossNotices } from './notices.ts';
import {
  approvalBody,
  cancelBody,
  cancelPath,
  receiptBody,
  receiptRevocationBody,
  revocationBody,
  send,
  virtualAccountBody,
} from './requests.ts';
import { listTossTransactions } from './transactions.ts';

/**
 * Toss Payments, core REST API. Our order id is the payment's id at i'mport; it names the payment at Toss until the
 * payment key is known. See the README of this folder for the protocol, its sources and what is inferred.
 */
export const tossGateway = {
  provider: 'tosspayments',
  capabilities: tossCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^(test|live)_g?sk_[A-Za-z0-9_]{8,100}$', description: 'Secret key' }),
  }),
  liveBaseUrl: 'https://api.tosspayments.com',
  codes: tossCodes,
  notices: tossNotices,

  async approveByKey(call, request) {
    return outcomeOf(await post(call, '/v1/payments/key-in', approvalBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== request.orderId || payment.status !== 'DONE' || payment.method !== '카드')
        return undefined;
      if (amountOf(payment.totalAmount) !== request.amountMinor) return undefined;
      return approvalOf(payment, request.card.number);
    });
  },

  async issueVirtualAccount(call, request) {
    return outcomeOf(await post(call, '/v1/virtual-accounts', virtualAccountBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== request.orderId || payment.status !== 'WAITING_FOR_DEPOSIT') return undefined;
      if (amountOf(payment.totalAmount) !== request.amountMinor) return undefined;
      return virtualAccountOf(payment);
    });
  },

  async revokeVirtualAccount(call, request) {
    let paymentKey = request.gatewayTid;
    if (paymentKey === null) {
      const found = await fetchPayment(call, request);
      if (found.kind !== 'found') return { kind: 'never_sent', why: 'the payment key could not be looked up' };
      paymentKey = found.payment.paymentKey;
    }
    return outcomeOf(await post(call, cancelPath(paymentKey), revocationBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.paymentKey !== paymentKey || payment.orderId !== request.orderId) return undefined;
      const entry = payment.cancels?.at(-1);
      const revokedAt = readTime(entry?.canceledAt ?? '');
      if (payment.status !== 'CANCELED' || !entry || !revokedAt) return undefined;
      return { gatewayTid: entry.transactionKey, revokedAt };
    });
  },

  async issueReceipt(call, request) {
    const result = await post(call, '/v1/cash-receipts', receiptBody(request));
    return receiptOutcomeOf(
      result,
      { orderId: request.receiptOrderId, transactionType: 'CONFIRM', amountMinor: request.amountMinor },
      receiptOf,
    );
  },

  async revokeReceipt(call, request) {
    const path = `/v1/cash-receipts/${encodeURIComponent(request.receiptTid)}/cancel`;
    const result = await post(call, path, receiptRevocationBody(request));
    return receiptOutcomeOf(
      result,
      { orderId: request.receiptOrderId, transactionType: 'CANCEL', amountMinor: request.amountMinor },
      (receipt) => {
        const revokedAt = readTime(receipt.requestedAt);
        return revokedAt && { gatewayTid: receipt.receiptKey, revokedAt };
      },
    );
  },

  async cancel(call, request) {
    const result = await post(call, cancelPath(request.gatewayTid), cancelBody(request));
    if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
    const payment = readPayment(result.text);
    if (payment?.paymentKey !== request.gatewayTid || payment.orderId !== request.orderId) return unreadable;
    const entry = findCancel(payment, request);
    const cancelled = entry && cancelledOf(payment, entry);
    if (!entry || !cancelled) return unreadable;
    // Domestic methods end at once (DONE). Others may be taken first and end later.
    if ((entry.cancelStatus ?? 'DONE') === 'DONE') return { kind: 'confirmed', result: cancelled };
    return entry.cancelStatus === 'IN_PROGRESS' ? { kind: 'accepted', result: cancelled } : unreadable;
  },

  inquire: inquireToss,
  listTransactions: listTossTransactions,

  async lookUp(call, reference): Promise<Lookup> {
    const found = await fetchPayment(call, reference);
    if (found.kind !== 'found') return found;
    const payment = gatewayPaymentOf(found.payment);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: 'the payment is in a state that is not known' };
  },
} as const satisfies Gateway;

const unreadable = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;

function post(call: GatewayCall, path: string, body: Readonly<Record<string, unknown>>): Promise<GatewayHttpResult> {
  return send(call, 'POST', path, body);
}

/** A success only when `read` finds in it exactly what was asked for; anything else that looks like one is a doubt. */
function outcomeOf<T>(result: GatewayHttpResult, read: (text: string) => T | undefined): Outcome<T> {
  if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
  const value = read(result.text);
  return value === undefined ? unreadable : { kind: 'confirmed', result: value };
}

function notConfirmed(result: GatewayHttpResult): Outcome<never> {
  return result.kind === 'never_sent' ? result : failureOf(result);
}

function receiptOutcomeOf<T>(
  result: GatewayHttpResult,
  expected: { orderId: string; transactionType: 'CONFIRM' | 'CANCEL'; amountMinor: bigint },
  read: (receipt: NonNullable<ReturnType<typeof readReceipt>>) => T | undefined,
): Outcome<T> {
  if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
  const receipt = readReceipt(result.text);
  if (receipt?.orderId !== expected.orderId || receipt.transactionType !== expected.transactionType) return unreadable;
  if (amountOf(receipt.amount) !== expected.amountMinor) return unreadable;
  if (receipt.issueStatus === 'FAILED') {
    const { code, message } = receipt.failure ?? { code: 'FAILED', message: '' };
    return { kind: 'refused', code, message, category: 'other' };
  }
  // IN_PROGRESS is Toss's word until the National Tax Service has it, a day or two later; Toss has taken it for good.
  const value = read(receipt);
  return value === undefined ? unreadable : { kind: 'confirmed', result: value };
}
