// if issue_vbank
/** INVENTED: the fields with which a virtual account is issued. */

import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import type { AccountAnswer } from '../wire/accounts.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax } from '../wire/fields.ts';
import { newAccountNumber } from './account-number.ts';
import { makePayment, orderOf } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

export function issueAccount({ book, caller, now }: SimulatorContext, fields: Fields): AccountAnswer {
  const bank = fields.text('bank', lengthMax.id);
  const bankCode = codes.kftcBankCode(bank);
  const holder = fields.text('holder', lengthMax.holder);
  const dueAt = fields.time('dueAt');
  if (bankCode === undefined || dueAt <= now) throw refusal('E102');
  const accountNumber = newAccountNumber();
  const payment = makePayment(book, {
    ...orderOf(fields),
    mid: caller.mid,
    payMethod: 'vbank',
    status: 'waiting_for_deposit',
    requestedAt: now,
    dueAt,
    bankCode,
    accountNumber,
    accountHolder: holder,
  });
  return {
    transactionId: payment.tid,
    orderId: payment.orderId,
    amount: Number(payment.amountMinor),
    bank,
    accountNumber,
    holder,
    dueAt: seoulLocal(dueAt),
    issuedAt: seoulLocal(now),
  };
}
// end
