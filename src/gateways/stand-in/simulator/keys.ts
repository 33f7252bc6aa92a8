import { randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import type { ChargeKeyMessage, IssueKeyMessage, RevokeKeyMessage } from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { newStandInId, refuseByRule } from './payments.ts';
import { StandInRefusal } from './refusal.ts';
import type { Carried } from './view.ts';

/** The card is looked at, masked and forgotten. */
export function issueKey(message: Static<typeof IssueKeyMessage>, { book, caller, now }: SimulatorContext): Carried {
  if (message.expiry < seoulDigits(now).slice(2, 6)) throw new StandInRefusal('S402');
  const problem = problemOfData(message.cardNumber);
  if (problem) throw new StandInRefusal(problem === 'no_such_card' ? 'S403' : 'S402');
  const key = insertBillingKey(book, {
    key: `standink-${randomBytes(18).toString('base64url')}`,
    mid: caller.mid,
    orderId: message.orderId,
    boundTo: '',
    card: creditCard(maskCardNumber(message.cardNumber), '366'),
    issuedAt: now,
  });
  return { billingKey: key, entryId: null };
}

export function chargeKey(
  message: Static<typeof ChargeKeyMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { book, caller, now } = context;
  const key = liveKey(message, context);
  if (message.taxFree + message.vat > message.amount) throw new StandInRefusal('S400');
  if (problemOfCard(key.card.maskedNumber)) throw new StandInRefusal('S405');
  if (paymentByOrderId(book, caller.mid, message.orderId)) throw new StandInRefusal('S101');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId: message.orderId,
    tid: newStandInId('p'),
    orderName: message.orderName,
    payMethod: 'card',
    currency: message.currency,
    amountMinor: BigInt(message.amount),
    taxFreeMinor: BigInt(message.taxFree),
    vatMinor: BigInt(message.vat),
    status: 'paid',
    requestedAt: now,
    ...chargedCard(key, message.installmentMonths),
  });
  if (!payment) throw new StandInRefusal('S101');
  refuseByRule('charge_key', payment, context, standIn);
  return { payment, entryId: null };
}

export function revokeKey(message: Static<typeof RevokeKeyMessage>, context: SimulatorContext): Carried {
  const { book, now } = context;
  const key = liveKey(message, context);
  removeBillingKey(book, key.key, now);
  return { billingKey: { ...key, removedAt: now }, entryId: null };
}

function liveKey(
  { billingKey }: { readonly billingKey: string },
  { book, caller }: Pick<SimulatorContext, 'book' | 'caller'>,
): BookBillingKey {
  const key = billingKeyOf(book, billingKey);
  if (key?.mid !== caller.mid || key.removedAt) throw new StandInRefusal('S404');
  return key;
}
