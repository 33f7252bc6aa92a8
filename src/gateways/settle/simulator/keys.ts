import { randomBytes } from 'node:crypto';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type {
  ControlContext,
  SimulatorContext,
  WindowKeyIssue,
  WindowKeyResult,
} from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { type CardProblem, problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import {
  approveByNumber,
  approved,
  cardAnswer,
  cardFields,
  cardOfWindow,
  payInWindow,
  readCard,
  readOrder,
} from './payments.ts';
import { type HectoContext, type HectoSuccess, newTradeNumber, takeNumber } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';

/** Which of Hecto's codes stands for what is wrong with a test card is inferred from their texts. */
const codes: Readonly<Record<CardProblem, string>> = {
  no_such_card: 'CA58',
  wrong_expiry: 'CA20',
  wrong_owner: 'CA30',
  wrong_password: 'CA27',
  declined: 'CA82',
  over_limit: 'CA31',
  lost: 'CA51',
  stopped: 'CA50',
};

/** APICardActionPay.do: a key, in the clear, in place of all that is said of a card. */
export function operationOfPayment({ request }: SimulatorContext): FaultOperation {
  return /"billKey"\s*:\s*"[^"]/.test(request.body.toString('utf8')) ? 'charge_key' : 'approve';
}

export function payByCard(context: HectoContext): HectoSuccess {
  if (operationOfPayment(context) === 'approve') return approveByNumber(context);
  const order = readOrder(context);
  const key = liveKey(context);
  refuse(problemOfCard(key.card.maskedNumber));
  const { card } = chargedCard(key, order.installmentMonths);
  return approved(context, order, { card });
}

/** APICardAuth.do: the card's number, password and owner are looked at and forgotten. */
export function issueKey(context: HectoContext): HectoSuccess {
  const { book, caller, body, now } = context;
  const orderId = takeNumber(context);
  body.optionalText('mchtCustNm', 30);
  body.optionalText('mchtCustId', 50);
  body.text('keyRegYn', 1, /^Y$/);
  const { number, isExpired } = readCard(context);
  refuse(problemOfData(number));
  if (isExpired) throw new HectoRefusal('CA20');
  const key = keep(context, caller.mid, orderId, cardFields(number, 0).card);
  return {
    trdNo: newTradeNumber(book, 'CA', caller.mid, now),
    hashedAmount: '0',
    data: { billKey: key.key, ...cardAnswer(key.card) },
  };
}

/** APICardActionDelkey.do */
export function deleteKey(context: HectoContext): HectoSuccess {
  const { book, caller, now } = context;
  takeNumber(context);
  const { key } = liveKey(context);
  removeBillingKey(book, key, now);
  return { trdNo: newTradeNumber(book, 'CA', caller.mid, now), hashedAmount: '0', data: { billKey: key } };
}

/** The ordinary window of a merchant who is set up for keys: the buyer pays, and the result has a key as well. */
export function issueKeyInWindow(window: WindowKeyIssue, context: ControlContext): WindowKeyResult {
  const payment = payInWindow(window, context);
  const { key, card } = keep(context, context.mid, window.orderId, cardOfWindow(window));
  return {
    issued: { billingKey: { key, boundTo: {} }, gatewayTid: payment.tid, issuedAt: context.now, card },
    payment,
  };
}

function keep(
  { book, now }: Pick<ControlContext, 'book' | 'now'>,
  mid: string,
  orderId: string,
  card: BookBillingKey['card'],
): BookBillingKey {
  return insertBillingKey(book, {
    // Forty characters, as in the document.
    key: `SBILL_${randomBytes(17).toString('hex')}`,
    mid,
    orderId,
    boundTo: '',
    card,
    issuedAt: now,
  });
}

/** A key belongs to the MID that it was issued for. Hecto's code for one that is unknown or gone is not public: `ST06`. */
function liveKey({ book, caller, body }: HectoContext): BookBillingKey {
  const key = billingKeyOf(book, body.text('billKey', 50));
  if (!key || key.mid !== caller.mid || key.removedAt) throw new HectoRefusal('ST06');
  return key;
}

function refuse(problem: CardProblem | undefined): void {
  if (problem) throw new HectoRefusal(codes[problem]);
}
