import { randomBytes } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type BookBillingKey, billingKeyOf, chargedCard, insertBillingKey } from '../../../simulators/billing-keys.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type CardProblem, problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import { approved, cardFields, companyData, readOrder, refuse, refuseBrokenCard, refuseMonths } from './payments.ts';
import { KsnetFailure, type KsnetFields, newTid } from './protocol.ts';

/** Which of KSNET's codes stands for what is wrong with a test card is inferred from their texts. */
const codes: Readonly<Record<Exclude<CardProblem, 'wrong_owner'>, string>> = {
  no_such_card: '8037',
  wrong_expiry: 'P10J',
  wrong_password: '6003',
  declined: '8373',
  over_limit: '8326',
  lost: '8350',
  stopped: '8324',
};

/** POST /api/v1/billing/regist. The card's number, password and owner are looked at and forgotten. */
export function issueKey(fields: KsnetFields, { book, caller, now }: SimulatorContext): Record<string, string> {
  const number = fields.required('cardNumb', 20, /^\d+$/);
  const expiry = fields.required('expiryDate', 4, /^\d{4}$/);
  fields.optional('password2', 2, /^\d{2}$/);
  fields.optional('userInfo', 10, /^(\d{6}|\d{10})$/);
  refuseBrokenCard(number, expiry, now);
  refuseProblem(problemOfData(number));
  const { key, card } = insertBillingKey(book, {
    // Its form is not public.
    key: randomBytes(24).toString('hex').toUpperCase(),
    mid: caller.mid,
    // KSNET knows no order of a registration: what the merchant sent along stands in its place.
    orderId: fields.optional('payload', null),
    boundTo: '',
    card: cardFields(number, 0),
    issuedAt: now,
  });
  return {
    tid: newTid('card'),
    tradeDateTime: seoulDigits(now),
    respCode: '0000',
    respMessage: '정상처리',
    ...companyData(card),
    cardType: 'CREDIT',
    cardNumb: card.maskedNumber,
    billingToken: key,
  };
}

/** POST /api/v1/billing/pay */
export function chargeKey(fields: KsnetFields, context: SimulatorContext): Record<string, string> {
  const order = readOrder(fields);
  fields.optional('interestType', 10);
  const key = liveKey(fields, context);
  refuseMonths(order.months);
  refuseProblem(problemOfCard(key.card.maskedNumber));
  const { card } = chargedCard(key, order.months);
  const vatMinor = (order.amountMinor - order.taxFreeMinor) / 11n;
  return approved({ ...order, vatMinor }, card, context);
}

/** What KSNET says of a token that it does not know, or that is another shop's, is not public. */
function liveKey(fields: KsnetFields, { book, caller }: SimulatorContext): BookBillingKey {
  const key = billingKeyOf(book, fields.required('billingToken', 255));
  if (key?.mid !== caller.mid || key.removedAt) throw new KsnetFailure('P106', '카드정보없음');
  return key;
}

function refuseProblem(problem: CardProblem | undefined): void {
  // The same code has another meaning, too.
  if (problem === 'wrong_owner') throw new KsnetFailure('P10I', '사업자번호 오류');
  if (problem) refuse(codes[problem]);
}
