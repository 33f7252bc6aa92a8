import { randomBytes } from 'node:crypto';
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
import {
  type ControlContext,
  type SimulatorAnswer,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { type CardProblem, problemOfCard } from '../../../simulators/test-cards.ts';
import { kcpCodes } from '../wire/codes.ts';
import type { KcpErrorCode } from '../wire/errors.ts';
import { cardTxTypes, keyDeletion } from '../wire/paths.ts';
import { cardOfWindow, newNumber } from './payments.ts';
import { bodyOf, type KcpBody, KcpRefusal, kcpOperation } from './protocol.ts';

/** POST /gw/hub/v1/payment: three uses, told apart by what they say they are. */
export function operationOfPayment(context: SimulatorContext): FaultOperation | null {
  const body = bodyOf(context);
  if (body.is('pay_method', keyDeletion.payMethod)) return 'revoke_key';
  if (body.is('card_tx_type', cardTxTypes.key)) return 'charge_key';
  return body.is('card_tx_type', cardTxTypes.keyIn) ? 'approve' : null;
}

export function payment(context: SimulatorContext): SimulatorAnswer {
  const operation = operationOfPayment(context);
  const body = bodyOf(context);
  const isPayment = operation === 'approve' || operation === 'charge_key';
  const order = isPayment ? body.orderOrNull() : null;
  if (order !== null && paymentByOrderId(context.book, context.caller.mid, order)) {
    // KCP may well charge it a second time: it is not known to look at order numbers. This book can't hold two of one order.
    return {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: 'Internal Server Error',
      why: 'the simulator has one payment per ordr_idxx',
    };
  }
  switch (operation) {
    case 'approve':
      return kcpOperation((at) => approveByNumber(body, at))(context);
    case 'charge_key':
      return kcpOperation((at) => chargeKey(body, at))(context);
    case 'revoke_key':
      return kcpOperation((at) => deleteKey(body, at))(context);
    default:
      return kcpOperation(() => {
        throw new KcpRefusal('SM01');
      })(context);
  }
}

/** Codes of the simulator's own choice: KCP's list of refused approvals is not public. */
const codes: Readonly<Record<CardProblem, KcpErrorCode>> = {
  no_such_card: 'SM03',
  wrong_expiry: 'SM02',
  wrong_owner: 'SM02',
  wrong_password: 'SM02',
  declined: 'SM05',
  over_limit: 'SM04',
  lost: 'SM05',
  stopped: 'SM05',
};

function approveByNumber(body: KcpBody, context: SimulatorContext): Readonly<Record<string, string>> {
  const number = body.text('card_no', /^\d{15,16}$/);
  const expiry = body.text('card_expiry', /^\d{2}(0[1-9]|1[0-2])$/);
  body.optionalText('card_taxno', (text) => /^(\d{6}|\d{10})?$/.test(text));
  body.optionalText('card_pwd', (text) => /^(\d{2})?$/.test(text));
  if (expiry < seoulDigits(context.now).slice(2, 6)) throw new KcpRefusal('SM02');
  refuse(problemOfCard(number));
  return approved(body, context, { card: registeredCard(number) });
}

function chargeKey(body: KcpBody, context: SimulatorContext): Readonly<Record<string, string>> {
  const key = liveKey(body, context, 'bt_batch_key', 'bt_group_id');
  refuse(problemOfCard(key.card.maskedNumber));
  return approved(body, context, key);
}

function deleteKey(body: KcpBody, context: SimulatorContext): Readonly<Record<string, string>> {
  body.text('tx_type', new RegExp(`^${keyDeletion.txType}$`));
  removeBillingKey(context.book, liveKey(body, context, 'batch_key', 'group_id').key, context.now);
  return {};
}

/** A key that was deleted is unknown (inferred), as is one of another group. */
function liveKey(
  body: KcpBody,
  { book, caller }: SimulatorContext,
  keyField: string,
  groupField: string,
): BookBillingKey {
  const key = billingKeyOf(book, body.text(keyField, /^.{1,100}$/));
  const group = body.text(groupField, /^[A-Z0-9]{12}$/);
  const isKnown = key?.mid === caller.mid && key.removedAt === null && group === caller.credentials.batchGroupId;
  if (!key || !isKnown) throw new KcpRefusal('SM06');
  return key;
}

function approved(
  body: KcpBody,
  { book, caller, now }: SimulatorContext,
  key: Pick<BookBillingKey, 'card'>,
): Readonly<Record<string, string>> {
  const amountMinor = body.amount('amount', 'SM01');
  if (amountMinor === 0n || body.amount('card_mny', 'SM01') !== amountMinor) throw new KcpRefusal('SM01');
  body.text('currency', /^410$/);
  const months = Number(body.text('quota', /^\d{2}$/));
  const orderId = body.order();
  const { card, approvalNumber } = chargedCard(key, months);
  const made = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: newNumber(book, now),
    orderName: body.optionalText('good_name', () => true) || orderId,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  if (!made) throw new Error('an order was used meanwhile');
  return {
    tno: made.tid,
    amount: String(amountMinor),
    order_no: orderId,
    card_cd: kcpCodes.cardCode(card.code ?? '') ?? '',
    card_name: card.name ?? '',
    card_no: card.maskedNumber,
    app_no: approvalNumber,
    app_time: seoulDigits(now),
    quota: String(months).padStart(2, '0'),
    noinf: 'N',
  };
}

function refuse(problem: CardProblem | undefined): void {
  if (problem) throw new KcpRefusal(codes[problem]);
}

function registeredCard(number: string) {
  return creditCard(maskCardNumber(number), '366');
}

/** The window registers the card and pays nothing, whatever amount it shows. */
export function issueKeyInWindow(window: WindowKeyIssue, { book, mid, now }: ControlContext): WindowKeyResult {
  const { orderId } = window;
  const group = merchantByMid(book, mid)?.credentials.batchGroupId;
  if (!group) throw new SimulatorRefusal('NO_BATCH_GROUP', '배치키 그룹이 없는 상점입니다.');
  const { key, card } = insertBillingKey(book, {
    key: `${seoulDigits(now).slice(2, 8)}${randomBytes(5).toString('hex').toUpperCase()}`,
    mid,
    orderId,
    boundTo: group,
    card: cardOfWindow(window),
    issuedAt: now,
  });
  return {
    issued: { billingKey: { key, boundTo: { group } }, gatewayTid: null, issuedAt: now, card },
    payment: null,
  };
}
