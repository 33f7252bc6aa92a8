import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { meaningOfRefusal, outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { batch, txTypes, won } from '../wire/batch.ts';
import { danalCodes } from '../wire/codes.ts';
import { danalError } from '../wire/errors.ts';
import { cardService } from '../wire/services.ts';
import { cleanText, type DanalAnswer, type DanalFields } from '../wire/wire.ts';
import { amountOf, exchange, timeOf } from './exchange.ts';

/**
 * Danal has no inquiry and no key for requests, and does not say that an order is charged once: a lost charge is never sent a
 * second time, and a person finds out what became of it.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    // To charge at once what was to be paid in instalments would be another payment than the one asked for.
    if (request.installmentMonths > 1) {
      return { kind: 'never_sent', why: 'Danal has no field for the instalments of a payment by key' };
    }
    if (request.currency !== 'KRW') return { kind: 'never_sent', why: 'Danal charges keys in won only' };
    const made = await exchange(call, cardService, chargeFields(request));
    if ('outcome' in made) return made.outcome;
    const { fields } = made.answer;
    if (fields.RETURNCODE !== '0000') return refusalOf(call, fields);
    const approval = approvalOf(made.answer, request);
    return approval ? { kind: 'confirmed', result: approval } : notOurs;
  },
  inquire: inquireNothing,
};

/** What Danal answers to a second deletion is not public, so that a repeat's refusal would prove nothing. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const made = await exchange(call, cardService, {
      BILLKEY: billingKey.key,
      TXTYPE: txTypes.deleteKey,
      SERVICETYPE: batch,
    });
    if ('outcome' in made) return made.outcome;
    const { fields, isSealed } = made.answer;
    if (fields.RETURNCODE !== '0000') return refusalOf(call, fields);
    if (!isSealed) return notOurs;
    return { kind: 'confirmed', result: { gatewayTid: fields.TID || null, revokedAt: call.now } };
  },
  inquire: inquireNothing,
};

/** Lengths are not published for these; what is longer than Danal's longest text fields is cut. */
const textBytesMax = 255;

/** There are no tax fields: what part of it is free of tax is not told. */
function chargeFields(request: KeyCharge): DanalFields {
  const { billingKey, buyer, orderId } = request;
  const text = (value: string | null | undefined) => cleanText(value ?? '', textBytesMax);
  const name = text(buyer.name);
  const email = text(buyer.email);
  return {
    ORDERID: orderId,
    ITEMNAME: text(request.orderName) || orderId,
    AMOUNT: request.amountMinor.toString(),
    CURRENCY: won,
    USERID: text(billingKey.boundTo.userId) || orderId,
    ...(name && { USERNAME: name }),
    ...(email && { USEREMAIL: email }),
    USERAGENT: 'ONLINE',
    ISREBILL: 'Y',
    BILLINFO: billingKey.key,
    TXTYPE: txTypes.charge,
    SERVICETYPE: batch,
  };
}

/** Only a sealed answer about this order and amount. */
function approvalOf({ fields, isSealed }: DanalAnswer, request: KeyCharge): Approval | undefined {
  const { TID: tid, CARDCODE = '', CARDNAME, CARDNO = '', CARDAUTHNO } = fields;
  const approvedAt = timeOf(fields);
  const isOurs = isSealed && fields.ORDERID === request.orderId && amountOf(fields.AMOUNT) === request.amountMinor;
  if (!isOurs || !tid || !approvedAt) return undefined;
  const code = danalCodes.standardCardCode(CARDCODE) ?? null;
  const name = (code === null ? undefined : cardName(code)) ?? (CARDNAME || null);
  return {
    gatewayTid: tid,
    approvalNumber: CARDAUTHNO || null,
    approvedAt,
    receiptUrl: null,
    card: {
      maskedNumber: maskCardNumber(CARDNO),
      code,
      name,
      issuerCode: code,
      issuerName: name,
      installmentMonths: 0,
      type: null,
    },
    bank: null,
  };
}

function refusalOf(call: GatewayCall, { RETURNCODE: code = '', RETURNMSG: message = '' }: DanalFields): Outcome<never> {
  const known = danalError(cardService, code);
  if (known) return { kind: 'refused', code, message, category: known.category };
  // Our order ids are used once: one that was used before was used by an earlier request of ours.
  if (meaningOfRefusal(message) === 'duplicate_order') {
    return { kind: 'unclear', why: `the order is known already (${code})`, code, message };
  }
  return outcomeOfRefusalText<never>(call, { code, message }, null);
}
