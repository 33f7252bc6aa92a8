import { randomBytes } from 'node:crypto';
import { seoulTime } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { IssuedBillingKey } from '../../../port/billing-key.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  type ControlContext,
  type SimulatorAnswer,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import { tossCardName } from '../wire/codes.ts';
import type { TossErrorCode } from '../wire/errors.ts';
import {
  cardDetail,
  cardFields,
  cardOfWindow,
  checkInstallments,
  insert,
  orderOf,
  refusalOfCard,
  view,
} from './payments.ts';
import { bodyOf, TossRefusal, tossOperation } from './protocol.ts';
import { sandboxCards } from './sandbox-cards.ts';

const customerKeyPattern = /^[A-Za-z0-9_=.@,-]{2,300}$/;

/** What is looked at when a card is registered: its data, and not what it is good for. */
const ofTheData: ReadonlySet<TossErrorCode> = new Set<TossErrorCode>([
  'INVALID_CARD_NUMBER',
  'INVALID_CARD_EXPIRATION',
  'INVALID_BIRTH_OR_BUSINESS_NUMBER',
  'INVALID_PASSWORD',
]);

/** POST /v1/billing/authorizations/card */
export function registerCard(context: SimulatorContext): unknown {
  const body = bodyOf(context);
  const customerKey = body.text('customerKey', 300, customerKeyPattern);
  const number = body.text('cardNumber', 20);
  body.text('customerIdentityNumber', 10, /^(\d{6}|\d{10})$/);
  body.optionalText('cardPassword', 2, /^\d{2}$/);
  const refused = refusalOfCard(body, number, context.now);
  if (refused && ofTheData.has(refused)) throw new TossRefusal(refused);
  const card = cardFields(number, 0, false);
  return billingView(keep(context.book, context.caller.mid, customerKey, card, context.now));
}

/** POST /v1/billing/{billingKey} */
export function chargeKey(context: SimulatorContext): unknown {
  const { book, caller, request } = context;
  const body = bodyOf(context);
  const order = orderOf(body);
  const customerKey = body.text('customerKey', 300, customerKeyPattern);
  const months = body.optionalInteger('cardInstallmentPlan', 0, 12) ?? 0;
  const key = liveKey(book, caller.mid, request.params.billingKey ?? '', 'INVALID_BILL_KEY_REQUEST');
  if (detailOf(key).customerKey !== customerKey) throw new TossRefusal('NOT_MATCHES_CUSTOMER_KEY');
  checkInstallments(order.amountMinor, months);
  const { maskedNumber } = key.card;
  const declined = sandboxCards.find(({ number }) => maskCardNumber(number) === maskedNumber);
  if (declined) throw new TossRefusal(declined.code);
  return view(
    context,
    insert(context, caller.mid, {
      ...order,
      payMethod: 'card',
      status: 'paid',
      ...chargedCard(key, months),
      tossDetail: { card: cardDetail(maskedNumber, detailOf(key).issuerCode, false), isBilling: true },
    }),
  );
}

/** DELETE /v1/billing/{billingKey}: an empty answer. */
export function deleteKey(context: SimulatorContext): SimulatorAnswer {
  const answer = tossOperation(({ book, caller, request, now }) => {
    const { key } = liveKey(book, caller.mid, request.params.billingKey ?? '', 'NOT_FOUND_BILLING');
    removeBillingKey(book, key, now);
    return {};
  })(context);
  return answer.status === 200 ? { status: 200, headers: {}, body: '' } : answer;
}

/** The window only registers the card; the shop has exchanged its one-time key for the billing key. */
export function issueKeyInWindow(window: WindowKeyIssue, context: ControlContext): WindowKeyResult {
  const { orderId, customerId } = window;
  if (orderId.length < 6) throw new SimulatorRefusal('INVALID_ORDER_ID', '주문번호가 올바르지 않습니다.');
  const key = keep(context.book, context.mid, customerId, cardOfWindow(window), context.now, orderId);
  const issued: IssuedBillingKey = {
    billingKey: { key: key.key, boundTo: { customerKey: customerId } },
    gatewayTid: null,
    issuedAt: context.now,
    card: key.card,
  };
  return { issued, payment: null };
}

/** Toss knows no order of a registration: the customer stands in its place. */
function keep(
  book: Book,
  mid: string,
  customerKey: string,
  { card, tossDetail }: ReturnType<typeof cardFields>,
  now: Date,
  orderId = customerKey,
): BookBillingKey {
  return insertBillingKey(book, {
    // Longer than the specification's own limit, as its example is.
    key: `${randomBytes(32).toString('base64url')}=`,
    mid,
    orderId,
    boundTo: JSON.stringify({ customerKey, issuerCode: tossDetail.card.issuerCode }),
    card,
    issuedAt: now,
  });
}

function detailOf({ boundTo }: BookBillingKey): { readonly customerKey: string; readonly issuerCode: string } {
  return JSON.parse(boundTo) as { customerKey: string; issuerCode: string };
}

function liveKey(book: Book, mid: string, given: string, otherwise: TossErrorCode): BookBillingKey {
  const key = billingKeyOf(book, given);
  if (!key || key.mid !== mid || key.removedAt) throw new TossRefusal(otherwise);
  return key;
}

function billingView(key: BookBillingKey): Record<string, unknown> {
  const { customerKey, issuerCode } = detailOf(key);
  const number = key.card.maskedNumber;
  return {
    mId: key.mid,
    customerKey,
    authenticatedAt: seoulTime(key.issuedAt),
    method: '카드',
    billingKey: key.key,
    card: { issuerCode, acquirerCode: issuerCode, number, cardType: '신용', ownerType: '개인' },
    cardCompany: tossCardName(issuerCode),
    cardNumber: number,
  };
}
