import { randomBytes } from 'node:crypto';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCardOfWallet } from '../../../simulators/chosen-card.ts';
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
import { type KakaoErrorCode, kakaoErrors } from '../wire/errors.ts';
import { vatWithin } from '../wire/vat.ts';
import { type KakaoBody, KakaoRefusal } from './protocol.ts';
import { cancelView, vatLeftOf } from './view.ts';

/** `T`, `A` or `S`, and 19 hexadecimal digits. */
export const newId = (kind: 'T' | 'A' | 'S') => kind + randomBytes(10).toString('hex').slice(0, 19);

const payloadLengthMax = 200;
const cardRules: CardChoiceRules = { refusal: () => windowRefusal('-722') };

/** What the window does not take. */
export function refuseUnfit(payment: WindowPayment): void {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    (payMethod === 'card' || payMethod === 'point') &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    payment.orderId.length <= 100;
  if (!isFit) throw windowRefusal('-722');
  chosenCardOfWallet(payment, cardRules);
}

/** The buyer has paid with a card of the wallet, or with its money; with a `sid`, and has registered it. */
export function payInWindow(
  payment: WindowPayment,
  { book, mid, now }: ControlContext,
  { tid = newId('T'), ...named }: { readonly tid?: string; readonly sid?: string; readonly userId?: string } = {},
): BookPayment {
  refuseUnfit(payment);
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid,
    orderName: payment.orderName.slice(0, 100),
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor: vatMinor > 0n ? vatMinor : vatWithin(amountMinor - taxFreeMinor),
    status: 'paid',
    requestedAt: now,
    card: chosenCardOfWallet(payment, cardRules),
    approvalNumber: payment.card && payMethod === 'card' ? newApprovalNumber() : null,
    detail: { aid: newId('A'), ...named },
  });
  if (!made) throw windowRefusal('-785');
  return made;
}

/**
 * POST /online/v1/payment/cancel. That a balance which is another than `cancel_available_amount` says is refused, and with
 * which code, is inferred.
 */
export function cancelPayment({ book, caller, now }: SimulatorContext, body: KakaoBody): unknown {
  const payment = existing(book, caller.mid, body);
  if (payment.status === 'cancelled') throw new KakaoRefusal('-784');
  const amountMinor = body.amount('cancel_amount');
  const taxFreeMinor = body.amount('cancel_tax_free_amount');
  const statedVatMinor = body.amount('cancel_vat_amount');
  const availableMinor = body.amount('cancel_available_amount');
  const payload = body.text('payload', payloadLengthMax);
  if (!amountMinor || taxFreeMinor === null || taxFreeMinor > amountMinor) throw new KakaoRefusal('-722');
  const vatMinor = statedVatMinor ?? vatWithin(amountMinor - taxFreeMinor);
  if (vatMinor > amountMinor - taxFreeMinor) throw new KakaoRefusal('-722');
  if (amountMinor > payment.balanceMinor) throw new KakaoRefusal('-710');
  if (availableMinor !== null && availableMinor !== payment.balanceMinor) throw new KakaoRefusal('-722');

  // Each part is refused that is larger than what is left of it, the VAT too.
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  const isTooMuch =
    taxFreeMinor > payment.taxFreeBalanceMinor ||
    amountMinor - taxFreeMinor > taxedLeft ||
    vatMinor > vatLeftOf(book, payment);
  if (isTooMuch) throw new KakaoRefusal('-710');
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: newId('A'),
    amountMinor,
    taxFreeMinor,
    reason: '',
    now,
    detail: { vat: Number(vatMinor), payload },
  });
  const cancel = changed && cancelsOf(book, changed.tid).at(-1);
  if (!cancel) throw new KakaoRefusal('-784');
  return cancelView(book, changed, cancel);
}

export function existing(book: SimulatorContext['book'], mid: string, body: KakaoBody): BookPayment {
  const payment = paymentByTid(book, mid, body.text('tid', 20) ?? '');
  if (!payment) throw new KakaoRefusal('-721');
  return payment;
}

function windowRefusal(code: KakaoErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, kakaoErrors[code].message);
}
