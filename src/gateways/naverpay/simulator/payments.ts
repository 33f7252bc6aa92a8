import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import {
  type BookPayment,
  cancelsOf,
  insertPayment,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import {
  authenticationOf,
  isAuthentication,
  keepAuthentication,
  useAuthentication,
} from '../../../simulators/window-authentications.ts';
import { naverCodes } from '../wire/cards.ts';
import { naverResults } from '../wire/codes.ts';
import { readJson } from '../wire/wire.ts';
import { amountIn, fieldIn, formOf, NaverRefusal } from './protocol.ts';
import { noteTerms } from './services.ts';
import { cancelView, entryView, historyView } from './view.ts';

const lengthMax = { paymentId: 50, reasonBytes: 256, transactionKeyBytes: 128 } as const;

/** `20240306NP` and ten digits: the form of Naver Pay's numbers is inferred from examples. */
export function newNumber(now: Date): string {
  return `${seoulDigits(now).slice(0, 8)}NP${String(randomInt(0, 10 ** 10)).padStart(10, '0')}`;
}

/** A card in the wallet: which company it is of is not told in a way that is public. */
export const cardOfWallet = {
  maskedNumber: '941000******1234',
  code: null,
  name: null,
  issuerCode: null,
  issuerName: null,
  type: null,
} as const;

const cardRules: CardChoiceRules = {
  codes: naverCodes,
  refusal: () => new SimulatorRefusal('Fail', naverResults.Fail.message),
};

/** The buyer has agreed in the window, which gives out the number of the payment to be. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  if (!isFit(payment)) throw new SimulatorRefusal('Fail', naverResults.Fail.message);
  cardOf(payment);
  return keepAuthentication(payment, context, newNumber(context.now));
}

/** POST …/v2.2/apply/payment. That the number is of no use half an hour later is inferred, and so is `TimeExpired` for that. */
export function applyPayment(context: SimulatorContext): unknown {
  const { book, caller, request, now } = context;
  const paymentId = fieldIn(formOf(request), 'paymentId');
  const found = authenticationOf(book, caller.mid, paymentId, now);
  if (paymentByTid(book, caller.mid, paymentId)) throw new NaverRefusal('AlreadyComplete');
  if (!found)
    throw new NaverRefusal(isAuthentication(book, caller.mid, paymentId) ? 'TimeExpired' : 'InvalidPaymentId');
  const made = payInWindow(found.agreed, { ...context, mid: caller.mid }, paymentId);
  useAuthentication(book, paymentId, now);
  return { paymentId, detail: entryView(made, made) };
}

function isFit({ payMethod, currency, amountMinor, taxFreeMinor }: WindowPayment): boolean {
  const isKnown = payMethod === 'card' || payMethod === 'point';
  return isKnown && currency === 'KRW' && amountMinor > 0n && taxFreeMinor <= amountMinor;
}

function cardOf(payment: WindowPayment): ApprovedCard | null {
  if (payment.payMethod !== 'card') return null;
  return chosenCard(payment, { ...cardOfWallet, installmentMonths: 0 }, cardRules);
}

/** The buyer has paid with a card of the wallet, or with its points. */
export function payInWindow(
  payment: WindowPayment,
  { book, mid, now }: ControlContext,
  paymentId = newNumber(now),
): BookPayment {
  const { payMethod, amountMinor } = payment;
  const made = isFit(payment)
    ? insertPayment(book, {
        mid,
        orderId: payment.orderId,
        tid: paymentId,
        orderName: payment.orderName,
        payMethod,
        amountMinor,
        taxFreeMinor: payment.taxFreeMinor,
        vatMinor: 0n,
        status: 'paid',
        requestedAt: now,
        approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
        card: cardOf(payment),
        detail: { payHistId: newNumber(now) },
      })
    : undefined;
  if (!made || !noteTerms(book, made, payment.terms)) throw new SimulatorRefusal('Fail', naverResults.Fail.message);
  return made;
}

/** POST …/v2.2/list/history/{paymentId}. That an unknown payment has an empty history is inferred. */
export function readHistory({ book, caller, request }: SimulatorContext): unknown {
  const asked = readJson(request.body.toString('utf8')) as { pageNumber?: unknown; rowsPerPage?: unknown } | undefined;
  const pageNumber = asked?.pageNumber ?? 1;
  const rowsPerPage = asked?.rowsPerPage ?? 20;
  if (!isCount(pageNumber, 1_000_000) || !isCount(rowsPerPage, 100)) throw new NaverRefusal('InvalidParameter');
  const payment = paymentByTid(book, caller.mid, request.params.paymentId ?? '');
  return historyView(payment ? [payment, ...cancelsOf(book, payment.tid)] : [], payment, { pageNumber, rowsPerPage });
}

export function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}

/** POST …/v1/cancel */
export function cancelPayment({ book, caller, request, now }: SimulatorContext): unknown {
  const form = formOf(request);
  const paymentId = fieldIn(form, 'paymentId');
  const reason = fieldIn(form, 'cancelReason');
  const transactionKey = form.get('merchantPayTransactionKey');
  const amountMinor = amountIn(form, 'cancelAmount');
  const taxedMinor = amountIn(form, 'taxScopeAmount');
  const taxFreeMinor = amountIn(form, 'taxExScopeAmount');
  const isFit =
    amountMinor > 0n &&
    ['1', '2'].includes(fieldIn(form, 'cancelRequester')) &&
    paymentId.length <= lengthMax.paymentId &&
    Buffer.byteLength(reason) <= lengthMax.reasonBytes &&
    Buffer.byteLength(transactionKey ?? '') <= lengthMax.transactionKeyBytes;
  if (!isFit) throw new NaverRefusal('InvalidParameter');
  const payment = paymentByTid(book, caller.mid, paymentId);
  if (!payment) throw new NaverRefusal('InvalidPaymentId');
  if (payment.status === 'cancelled') throw new NaverRefusal('AlreadyCanceled');
  if (amountMinor > payment.balanceMinor) throw new NaverRefusal('OverRemainAmount');
  if (taxedMinor + taxFreeMinor !== amountMinor) throw new NaverRefusal('TaxScopeAmountError');
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  if (taxFreeMinor > payment.taxFreeBalanceMinor || taxedMinor > taxedLeft) {
    throw new NaverRefusal('TaxScopeAmtGreaterThanRemainError');
  }
  if (form.get('doCompareRest') === '1') {
    if (amountIn(form, 'expectedRestAmount') !== payment.balanceMinor - amountMinor) {
      throw new NaverRefusal('RestAmountDiff');
    }
  }
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: newNumber(now),
    amountMinor,
    taxFreeMinor,
    reason,
    now,
    detail: { merchantPayTransactionKey: transactionKey },
  });
  const cancel = changed && cancelsOf(book, changed.tid).at(-1);
  if (!cancel) throw new NaverRefusal('AlreadyCanceled');
  return cancelView(changed, cancel);
}
