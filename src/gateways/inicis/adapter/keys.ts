import { cardName } from '../../../platform/codes/cards.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Buyer } from '../../../port/payment.ts';
import { inicisCodes, payMethodOf } from '../wire/codes.ts';
import { encryptField } from '../wire/encryption.ts';
import { textBytesMax, wireText } from '../wire/texts.ts';
import { answered, failureOf, type IniapiAnswer, mismatch } from './answers.ts';
import type { IniapiVersion } from './cancels.ts';
import { fetchByOrder } from './lookup.ts';
import { type Fields, keysOf, sendV1, sendV2, shopUrlOf } from './requests.ts';

/**
 * A card is registered over v1 by both modules: v2 is not known to have it. One public client shows how, with a price of 0, which pays
 * nothing. Only the answer names the key, and no call is known that tells of it again: what was lost is registered anew.
 */
export const keyIssue: OperationAt<'issue_key'> = {
  async send(call, { orderId, customer, card }) {
    const encrypted = (text: string) => encryptField(text, keysOf(call));
    const fields = {
      moid: orderId,
      url: shopUrlOf(call),
      goodName: '빌링키 발급',
      price: '0',
      ...buyerFields(customer),
      cardNumber: encrypted(card.number),
      cardExpire: encrypted(card.expiryYear + card.expiryMonth),
      // A contract without the owner's number or the password has neither.
      ...(card.birthOrBusinessNumber !== null && { regNo: encrypted(card.birthOrBusinessNumber) }),
      ...(card.passwordFirstTwo !== null && { cardPw: encrypted(card.passwordFirstTwo) }),
    };
    const result = answered(await sendV1(call, 'billing', { type: 'Auth', paymethod: 'Card', fields }));
    if (result.kind !== 'answer') return result;
    const { answer } = result;
    if (answer.resultCode !== '00') return failureOf(answer);
    const key = answer.text('billKey');
    if (key === '') return mismatch;
    return {
      kind: 'confirmed',
      result: { billingKey: { key, boundTo: {} }, gatewayTid: null, issuedAt: call.now, card: null },
    };
  },
  inquire: async () => ({ kind: 'unknown', why: 'INICIS tells of no keys', isFinal: true }),
};

/**
 * INICIS has no idempotency key, and does not document that an order is charged once: nothing is sent a second time. Its inquiry by
 * order number shows a charge that was made. That it shows none proves nothing, because without the contract for unique order numbers
 * it answers no such question.
 */
export function keyCharge(version: IniapiVersion): OperationAt<'charge_key'> {
  return {
    async send(call, request) {
      const fields = chargeFields(request, shopUrlOf(call));
      const result = answered(
        version === 'v1'
          ? await sendV1(call, 'billing', {
              type: 'Billing',
              paymethod: 'Card',
              fields: { ...fields, currency: 'WON' },
            })
          : await sendV2(call, 'billing', { type: 'billing', paymethod: 'Card', data: fields }),
      );
      if (result.kind !== 'answer') return result;
      if (result.answer.resultCode !== '00') return failureOf(result.answer);
      const approval = approvalOf(result.answer, request);
      return approval ? { kind: 'confirmed', result: approval } : mismatch;
    },

    async inquire(call, asked) {
      const found = await fetchByOrder(call, asked);
      if (found.kind === 'unknown') return found;
      if (found.kind === 'not_found') {
        return { kind: 'unknown', why: 'INICIS shows no payment for this order number, which proves nothing' };
      }
      const { answer } = found;
      const status = answer.text('transactionStatus');
      const approvedAt = answer.time('approvedDate', 'approvedTime');
      if (status !== 'APPROVAL' || payMethodOf(answer.text('paymethod')) !== 'card' || !approvedAt) {
        return { kind: 'unknown', why: `the payment of this order number is ${status}` };
      }
      // The approval number and the card are in the answer to the charge only.
      const gatewayTid = answer.text('tid');
      return {
        kind: 'done',
        result: { gatewayTid, approvalNumber: null, approvedAt, receiptUrl: null, card: null, bank: null },
      };
    },
  };
}

function chargeFields(request: KeyCharge, url: string): Fields {
  return {
    url,
    moid: request.orderId,
    goodName: wireText(request.orderName, textBytesMax.goodName),
    ...buyerFields(request.buyer),
    price: String(request.amountMinor),
    billKey: request.billingKey.key,
    // 99 is for contracts under which nobody is asked for birth date and password.
    authentification: '00',
    cardQuota: String(request.installmentMonths).padStart(2, '0'),
    quotaInterest: '0',
    tax: String(request.vatMinor),
    taxFree: String(request.taxFreeMinor),
  };
}

/** All three are required, and i'mport asks for none of them: an empty one would be refused (ER0102). */
function buyerFields({ name, email, tel }: Buyer): Record<'buyerName' | 'buyerEmail' | 'buyerTel', string> {
  const isAddress = email !== null && email.length <= textBytesMax.buyerEmail && /^[\w.+-]+@[\w.-]+$/.test(email);
  return {
    buyerName: wireText(name ?? '', textBytesMax.personName) || '구매자',
    buyerEmail: isAddress ? email : 'noreply@example.com',
    buyerTel: (tel ?? '').replace(/[^\d-]/g, '').slice(0, textBytesMax.buyerTel) || '010-0000-0000',
  };
}

/** The answer has no order number: the amount is what can be compared, and a number that it has all the same. */
function approvalOf(answer: IniapiAnswer, request: KeyCharge): Approval | undefined {
  const gatewayTid = answer.text('tid');
  const approvedAt = answer.time('payDate', 'payTime');
  const orderId = answer.text('moid') || request.orderId;
  const isOurs = answer.amount('price') === request.amountMinor && orderId === request.orderId;
  if (!isOurs || gatewayTid === '' || !approvedAt) return undefined;
  return {
    gatewayTid,
    approvalNumber: answer.text('payAuthCode') || null,
    approvedAt,
    receiptUrl: null,
    card: cardOf(answer, request.installmentMonths),
    bank: null,
  };
}

/** Its company alone. Of the number the server has a mask of its own. */
function cardOf(answer: IniapiAnswer, installmentMonths: number): ApprovedCard | null {
  const code = inicisCodes.standardCardCode(answer.text('cardCode'));
  if (code === undefined) return null;
  const name = cardName(code) ?? null;
  return { maskedNumber: '', code, name, issuerCode: code, issuerName: name, installmentMonths, type: null };
}
