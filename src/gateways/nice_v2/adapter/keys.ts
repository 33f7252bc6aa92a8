import { readSeoulDigits, readTime } from '../../../platform/clock/seoul-time.ts';
import type { IssuedBillingKey } from '../../../port/billing-key.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { encryptCardData } from '../../nice/wire/card-data.ts';
import { cardCompanyOf } from '../../nice/wire/codes.ts';
import { amountOf, readPayment, readResult } from '../wire/wire.ts';
import { gatewayPaymentOf, outcomeOf } from './answers.ts';
import { isRepeatable, unknown } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { chargeBody, keyBody, keyIssueBody, paths, post, secretKeyOf } from './requests.ts';

/** A key is named in the answer only; NICE can't be asked for it. Registering again is harmless: both keys are valid. */
export const issueKey: OperationAt<'issue_key'> = {
  async send(call, request) {
    const { card, orderId } = request;
    const encData = encryptCardData(
      {
        cardNo: card.number,
        expYear: card.expiryYear,
        expMonth: card.expiryMonth,
        ...(card.birthOrBusinessNumber !== null && { idNo: card.birthOrBusinessNumber }),
        ...(card.passwordFirstTwo !== null && { cardPw: card.passwordFirstTwo }),
      },
      secretKeyOf(call),
    );
    const result = await post(call, paths.registerKey, [orderId], keyIssueBody(request, encData));
    return outcomeOf(call, inOneCase(result), (text) => issuedKeyOf(text, orderId, call.now));
  },
  inquire: async () => ({ kind: 'unknown', why: 'NICE tells of no keys', isFinal: true }),
};

/** NICE takes an order id once (U112), so that a repeat charges nothing twice; the book of orders tells what became of it. */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    const { billingKey, orderId } = request;
    const result = await post(call, paths.charge(billingKey.key), [orderId, billingKey.key], chargeBody(request));
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      if (payment?.orderId !== orderId || payment.status !== 'paid') return undefined;
      if (amountOf(payment.amount) !== request.amountMinor) return undefined;
      return gatewayPaymentOf(payment)?.approval ?? undefined;
    });
  },

  async inquire(call, { orderId, paymentAmountMinor, madeAt }, sentAt) {
    const found = await fetchPayment(call, { orderId, gatewayTid: null, madeAt });
    if (found.kind === 'unknown') return found;
    if (found.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
    const { payment } = found;
    if (amountOf(payment.amount) !== paymentAmountMinor) return unknown('NICE has this order with another amount');
    if (payment.status === 'failed') {
      const { resultCode: code, resultMsg } = payment;
      return { kind: 'refused', code, message: resultMsg || '결제 승인에 실패했습니다.', category: 'other' };
    }
    const approval = gatewayPaymentOf(payment)?.approval;
    return approval ? { kind: 'done', result: approval } : unknown(`the payment is ${payment.status}`);
  },
};

/** A126: deleted before, or never there. */
const gone = 'A126';

export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, request) {
    const { billingKey, orderId } = request;
    const result = await post(call, paths.expireKey(billingKey.key), [orderId, billingKey.key], keyBody(request));
    const revoked = { gatewayTid: null, revokedAt: call.now };
    if (result.kind === 'answered' && result.status === 200 && readResult(result.text)?.resultCode === gone) {
      return { kind: 'confirmed', result: revoked };
    }
    return outcomeOf(call, inOneCase(result), (text) => {
      const { bid, tid } = JSON.parse(text) as Readonly<Record<string, unknown>>;
      if (bid !== billingKey.key) return undefined;
      return { ...revoked, gatewayTid: typeof tid === 'string' ? tid : null };
    });
  },
  inquire: async () => ({ kind: 'ask_by_repeating' }),
};

const names = [
  'resultCode',
  'resultMsg',
  'tid',
  'orderId',
  'bid',
  'authDate',
  'cardCode',
  'cardName',
  'cardCl',
] as const;
const canonical = new Map(names.map((name) => [name.toLowerCase(), name as string]));

/** The manual's table has these names with a small first letter, its sample with a capital one. */
function inOneCase(result: GatewayHttpResult): GatewayHttpResult {
  if (result.kind !== 'answered') return result;
  try {
    const value: unknown = JSON.parse(result.text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return result;
    const renamed = Object.entries(value).map(([name, field]) => [canonical.get(name.toLowerCase()) ?? name, field]);
    return { ...result, text: JSON.stringify(Object.fromEntries(renamed)) };
  } catch {
    return result;
  }
}

function issuedKeyOf(text: string, orderId: string, now: Date): IssuedBillingKey | undefined {
  const answer = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const field = (name: (typeof names)[number]) => (typeof answer[name] === 'string' ? (answer[name] as string) : '');
  const key = field('bid');
  if (key === '' || (field('orderId') || orderId) !== orderId) return undefined;
  const company = cardCompanyOf(field('cardCode'));
  const name = company.name ?? (field('cardName') || null);
  const authDate = field('authDate');
  return {
    billingKey: { key, boundTo: {} },
    gatewayTid: field('tid') || null,
    issuedAt: readTime(authDate) ?? readSeoulDigits(authDate.padEnd(14, '0')) ?? now,
    card: { maskedNumber: null, code: company.code, name, issuerCode: company.code, issuerName: name, type: null },
  };
}
