import { randomBytes } from 'node:crypto';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import {
  type ControlContext,
  type SimulatorAnswer,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { kiccDay } from '../wire/day.ts';
import { lengthMax } from '../wire/text.ts';
import { cardOfWindow } from './payments.ts';
import { bodyOf, fieldsOf, KiccRefusal } from './protocol.ts';
import { type KiccFields, kiccOperation, requestAnswer } from './requests.ts';
import { signedApproval } from './status.ts';
import { newPgCno } from './transaction-number.ts';

const orderNumber = /^[A-Za-z0-9_-]{1,40}$/;

/** The window registers the card, for an amount of 0; the shop has exchanged its authorization for the key. */
export function issueKeyInWindow(window: WindowKeyIssue, { book, mid, now }: ControlContext): WindowKeyResult {
  const { orderId } = window;
  if (!orderNumber.test(orderId)) {
    throw new SimulatorRefusal('INVALID_ORDER_ID', '주문번호는 영문, 숫자, -, _로 이루어진 40자 이하여야 합니다.');
  }
  const { key, card } = insertBillingKey(book, {
    key: randomBytes(16).toString('hex'),
    mid,
    orderId,
    boundTo: '',
    card: cardOfWindow(window),
    issuedAt: now,
  });
  return {
    issued: { billingKey: { key, boundTo: {} }, gatewayTid: newPgCno(now), issuedAt: now, card },
    payment: null,
  };
}

/**
 * POST /api/trades/approval/batch. An order number may come twice at KICC, which only looks at the request's id; this book can't hold
 * two payments of one order.
 */
export function charge(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now, request } = context;
  const { shopOrderNo, shopTransactionId } = fieldsOf(request);
  const isTaken = typeof shopOrderNo === 'string' && paymentByOrderId(book, caller.mid, shopOrderNo);
  if (isTaken && !requestAnswer(context, String(shopTransactionId), kiccDay(now))) {
    return {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: 'Internal Server Error',
      why: 'the simulator has one payment per shopOrderNo',
    };
  }
  return kiccOperation('approvalReqDate', chargeKey)(context);
}

function chargeKey(context: SimulatorContext): KiccFields {
  const { book, caller, now } = context;
  const body = bodyOf(context);
  const orderId = body.text('shopOrderNo', lengthMax.shopOrderNo, orderNumber);
  const amountMinor = body.amount('amount');
  body.text('currency', 2, /^00$/);
  const orderName = body.object('orderInfo')?.text('goodsName', lengthMax.goodsName) ?? '';
  const methods = body.object('payMethodInfo');
  const given = methods?.object('billKeyMethodInfo')?.text('batchKey', lengthMax.batchKey) ?? '';
  const months = methods?.object('cardMethodInfo')?.text('installmentMonth', 2, /^\d{2}$/);
  if (given === '' || months === undefined || amountMinor === 0n) throw new KiccRefusal('Z104');
  const taxInfo = body.object('taxInfo');
  const taxFreeMinor = taxInfo?.amount('freeAmount') ?? 0n;
  const vatMinor = taxInfo?.amount('vatAmount') ?? 0n;
  if (taxInfo && taxInfo.amount('taxAmount') + taxFreeMinor + vatMinor !== amountMinor) throw new KiccRefusal('Z104');
  const { card, approvalNumber } = chargedCard(liveKey(context, given), Number(months));
  const payment = insertPayment(book, {
    mid: caller.mid,
    tid: newPgCno(now),
    orderId,
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  if (!payment) throw new Error('an order number that was free could not be used');
  return signedApproval(payment, caller.credentials.secretKey ?? '');
}

/** POST /api/trades/removeBatchKey */
export function removeKey(context: SimulatorContext): KiccFields {
  const { key } = liveKey(context, bodyOf(context).text('batchKey', lengthMax.removedBatchKey));
  removeBillingKey(context.book, key, context.now);
  return { resMsg: '정상' };
}

/** A key that was deleted is unknown (inferred), as is another merchant's. */
function liveKey({ book, caller }: SimulatorContext, given: string): BookBillingKey {
  const key = billingKeyOf(book, given);
  if (!key || key.mid !== caller.mid || key.removedAt) throw new KiccRefusal('Z401');
  return key;
}
