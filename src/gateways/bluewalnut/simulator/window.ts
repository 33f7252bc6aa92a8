import { randomInt } from 'node:crypto';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { newStandInId } from '../../stand-in/simulator/payments.ts';
import { type StandInCode, standInCodes } from '../../stand-in/wire/codes.ts';
import { bluewalnutCapabilities } from '../capabilities.ts';
import { bluewalnutCodes } from '../wire/codes.ts';

/** An account waits so long where nothing is said. */
const accountWaitsMs = 7 * 24 * 3600_000;
const windowCard = creditCard('433012******1234', '366');

/** The buyer has just paid in the window, or been given an account there. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    bluewalnutCapabilities.payMethods[payMethod] !== undefined &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor;
  if (!isFit) throw refusal('S400');
  const isAccount = payMethod === 'vbank';
  const bankCode = isAccount || payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
  if (bankCode !== null && bluewalnutCodes.bankCode(bankCode) === undefined) throw refusal('S104');
  const dueAt = isAccount ? (payment.dueAt ?? new Date(now.getTime() + accountWaitsMs)) : null;
  if (dueAt && dueAt <= now) throw refusal('S103');
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid: newStandInId('p'),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: isAccount ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
    dueAt,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: payMethod === 'card' ? chosenCard(payment, windowCard, { refusal: () => refusal('S400') }) : null,
    bankCode,
    accountNumber: isAccount ? `9${randomInt(10 ** 12, 10 ** 13)}` : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
    detail: { isPartialCancelable: bluewalnutCapabilities.payMethods[payMethod]?.partialCancel },
  });
  if (!made) throw refusal('S101');
  return made;
}

/** What a window of Blue Walnut's says is not public: the stand-in's words. */
function refusal(code: StandInCode): SimulatorRefusal {
  return new SimulatorRefusal(code, standInCodes[code].message);
}
