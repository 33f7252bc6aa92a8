import { randomBytes } from 'node:crypto';
import { encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
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
import type { FaultOperation } from '../../../simulators/faults.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { batch, chargeMinor, txTypes, won } from '../wire/batch.ts';
import { danalCodes } from '../wire/codes.ts';
import { cardService } from '../wire/services.ts';
import { type DanalFields, forbiddenCharacters } from '../wire/wire.ts';
import { cardOfWindow, payInWindow } from './payments.ts';
import { newTid, requestFields, sealedAnswer } from './protocol.ts';

/** The simulator's own: which codes Danal has for these is not public. */
export const keyRefusals = {
  SM01: '요청 값이 올바르지 않습니다.',
  SM02: '존재하지 않는 빌링키입니다.',
  SM03: '결제 금액이 올바르지 않습니다.',
} as const;
type KeyRefusal = keyof typeof keyRefusals;

/** One path serves all that is done to cards; `TXTYPE` tells what it is. */
export function operationOfCards({ request, caller }: SimulatorContext): FaultOperation {
  switch (requestFields(request, cardService, caller.credentials).TXTYPE) {
    case txTypes.charge:
      return 'charge_key';
    case txTypes.deleteKey:
      return 'revoke_key';
    default:
      return 'cancel';
  }
}

/** TXTYPE `OTBILL` */
export function chargeKey(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now } = context;
  const fields = fieldsOf(context);
  const { ORDERID: orderId = '', ITEMNAME: orderName = '', AMOUNT = '' } = fields;
  const isWellFormed =
    isSound(fields, ['ORDERID', 'ITEMNAME', 'USERID', 'BILLINFO']) &&
    fields.CURRENCY === won &&
    fields.USERAGENT === 'ONLINE' &&
    fields.ISREBILL === 'Y';
  if (!isWellFormed) return refusal(context, 'SM01');
  if (!/^[1-9]\d{0,8}$/.test(AMOUNT) || BigInt(AMOUNT) < chargeMinor) return refusal(context, 'SM03');
  const key = liveKey(context, fields.BILLINFO ?? '');
  if (!key) return refusal(context, 'SM02');
  if (paymentByOrderId(book, caller.mid, orderId)) {
    // Danal may well charge it a second time: it is not known to look at order numbers. This book can't hold two of one order.
    return {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: '',
      why: 'the simulator has one payment per ORDERID',
    };
  }
  const tid = newTid(now);
  const amountMinor = BigInt(AMOUNT);
  const { card, approvalNumber } = chargedCard(key, 0);
  insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid,
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  const at = seoulDigits(now);
  return answered(context, {
    TID: tid,
    ORDERID: orderId,
    AMOUNT,
    TRANDATE: at.slice(0, 8),
    TRANTIME: at.slice(8),
    CARDCODE: danalCodes.cardCode(card.code ?? '') ?? '',
    CARDNAME: card.name ?? '',
    CARDNO: card.maskedNumber,
    QUOTA: '00',
    CARDAUTHNO: approvalNumber,
    USERNAME: fields.USERNAME ?? '',
    USERID: fields.USERID ?? '',
  });
}

/** TXTYPE `DELBILLKEY` */
export function deleteKey(context: SimulatorContext): SimulatorAnswer {
  const fields = fieldsOf(context);
  if (!isSound(fields, ['BILLKEY'])) return refusal(context, 'SM01');
  const key = liveKey(context, fields.BILLKEY ?? '');
  if (!key) return refusal(context, 'SM02');
  removeBillingKey(context.book, key.key, context.now);
  return answered(context, { TID: newTid(context.now) });
}

/**
 * With an amount the window makes the first payment (`ISBILL` is `Y`), of 100 won or more. Without one it approves 100 won and
 * takes them back by itself, which leaves nothing for the merchant but the key.
 */
export function issueKeyInWindow(window: WindowKeyIssue, context: ControlContext): WindowKeyResult {
  const { amountMinor, customerId, orderId } = window;
  if (window.payMethod !== 'card') {
    throw new SimulatorRefusal('UNSUPPORTED_PAY_METHOD', '지원하지 않는 결제수단입니다.');
  }
  if (amountMinor !== 0n && amountMinor < 100n) {
    throw new SimulatorRefusal('INVALID_AMOUNT', '결제 금액이 올바르지 않습니다.');
  }
  const payment = amountMinor === 0n ? null : payInWindow(window, context);
  const { key, card } = insertBillingKey(context.book, {
    key: randomBytes(48).toString('base64url'),
    mid: context.mid,
    orderId,
    boundTo: customerId,
    card: cardOfWindow(window),
    issuedAt: context.now,
  });
  return {
    issued: {
      billingKey: { key, boundTo: { userId: customerId } },
      gatewayTid: payment?.tid ?? null,
      issuedAt: context.now,
      card,
    },
    payment,
  };
}

function fieldsOf({ request, caller }: SimulatorContext): DanalFields {
  return requestFields(request, cardService, caller.credentials);
}

/** All that is required is there, and nothing is longer than Danal's longest field or has a character that it forbids. */
function isSound(fields: DanalFields, required: readonly string[]): boolean {
  return (
    fields.SERVICETYPE === batch &&
    required.every((name) => fields[name]) &&
    Object.values(fields).every(
      (value) =>
        encodeEucKr(value).length <= 255 &&
        !value.includes('\ufffd') &&
        value === value.replace(forbiddenCharacters, ''),
    )
  );
}

/** A key that was deleted is as unknown as one of another merchant (inferred). */
function liveKey({ book, caller }: SimulatorContext, given: string): BookBillingKey | undefined {
  const key = billingKeyOf(book, given);
  return key?.mid === caller.mid && key.removedAt === null ? key : undefined;
}

function answered({ caller }: SimulatorContext, fields: DanalFields): SimulatorAnswer {
  return sealedAnswer({ RETURNCODE: '0000', RETURNMSG: '성공', ...fields }, cardService, caller.credentials);
}

function refusal({ caller }: SimulatorContext, code: KeyRefusal): SimulatorAnswer {
  return sealedAnswer({ RETURNCODE: code, RETURNMSG: keyRefusals[code] }, cardService, caller.credentials);
}
