import { randomInt } from 'node:crypto';
import { cutToEucKrBytes } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { CardChoiceProblem } from '../../../simulators/chosen-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment, type NewBookPayment } from '../../../simulators/payments.ts';
import { wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { niceCodes, virtualAccountBanks } from '../wire/codes.ts';
import { type NiceErrorCode, niceErrors } from '../wire/errors.ts';
import { isMerchantTid } from '../wire/transaction-id.ts';
import { paddedAmount } from '../wire/wire.ts';
import { cardOfWindow, isNumberUsed, newTid } from './book.ts';
import { type NiceForm, NiceRefusal } from './protocol.ts';

const accountDays = 7;

/** POST /webapi/get_vacount.jsp. The merchant makes the TID. */
export function issueAccount(form: NiceForm, context: SimulatorContext): Record<string, string> {
  const { book, caller, now } = context;
  const tid = form.required('TID', 30);
  const orderId = form.required('Moid', 64);
  const amountMinor = form.amount('Amt');
  const orderName = form.required('GoodsName', 40);
  const wantedIdentifier = readWantedIdentifier(form);
  const bank = form.required('BankCode', 3);
  const dueAt = readDueTime(form.required('VbankExpDate', 12));
  const accountHolder = form.optional('VbankAccountName', 30) || '나이스페이먼츠';
  for (const [name, bytes] of [
    ['BuyerEmail', 60],
    ['BuyerTel', 20],
    ['BuyerName', 30],
  ] as const)
    form.optional(name, bytes);
  if (!isMerchantTid(tid, caller.mid, 'vbank')) throw new NiceRefusal('A115');
  if (amountMinor === 0n) throw new NiceRefusal('A116');
  if (!virtualAccountBanks.includes(niceCodes.kftcBankCode(bank) ?? '')) throw new NiceRefusal('4104');
  if (dueAt <= now) throw new NiceRefusal('A107');
  if (isNumberUsed(book, caller.mid, orderId)) throw new NiceRefusal('A127');
  if (isIdUsed(book, tid)) throw new NiceRefusal('A225');
  const payment = insert(context, caller.mid, {
    tid,
    orderId,
    orderName,
    amountMinor,
    taxFreeMinor: 0n,
    payMethod: 'vbank',
    status: 'waiting_for_deposit',
    detail: wantedReceipt(wantedIdentifier),
    ...accountFields(bank, accountHolder, dueAt),
  });
  if (!payment) throw new NiceRefusal('A127');
  return {
    ResultCode: '4100',
    ResultMsg: '가상계좌 발급 성공',
    TID: tid,
    Moid: orderId,
    Amt: paddedAmount(amountMinor),
    AuthDate: seoulDigits(now).slice(2),
    VbankBankCode: bank,
    VbankBankName: cutToEucKrBytes(bankName(payment.bankCode ?? '') ?? '', 20),
    VbankNum: payment.accountNumber ?? '',
    VbankExpDate: seoulDigits(dueAt).slice(0, 8),
    VbankExpTime: seoulDigits(dueAt).slice(8),
  };
}

/** Type 0 wants none; 1 and 2 want a number. */
function readWantedIdentifier(form: NiceForm): string | null {
  const type = form.required('CashReceiptType', 1);
  if (type === '0') return null;
  if (type !== '1' && type !== '2') throw new NiceRefusal('7002');
  const number = form.required('ReceiptTypeNo', 11);
  if (!/^\d{10,11}$/.test(number)) throw new NiceRefusal('7012');
  return number;
}

/** `YYYYMMDD` (until the day ends) or `YYYYMMDDHHMI`. */
function readDueTime(text: string): Date {
  const digits = text.length === 8 ? `${text}235959` : `${text}00`;
  const dueAt = /^\d{8}(\d{4})?$/.test(text) ? readSeoulDigits(digits) : undefined;
  if (!dueAt) throw new NiceRefusal('A106');
  return dueAt;
}

const windowMethods: readonly PayMethod[] = ['card', 'trans', 'vbank', 'phone'];

/** The buyer has just paid in NICE's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor, taxFreeMinor } = payment;
  const service = windowMethods.includes(payMethod) ? (payMethod as 'card' | 'trans' | 'vbank' | 'phone') : undefined;
  if (!service) throw windowRefusal('A242');
  if (Buffer.byteLength(orderId) > 64) throw windowRefusal('A147');
  if (payment.currency !== 'KRW' || amountMinor === 0n || taxFreeMinor + payment.vatMinor > amountMinor) {
    throw windowRefusal('A116');
  }
  const bank = payment.bankCode ?? '088';
  if (niceCodes.bankCode(bank) === undefined) throw windowRefusal('4104');
  if (payMethod === 'vbank' && !virtualAccountBanks.includes(bank)) throw windowRefusal('4104');
  const dueAt = payment.dueAt ?? new Date(context.now.getTime() + accountDays * 24 * 3600_000);
  if (payMethod === 'vbank' && dueAt <= context.now) throw windowRefusal('A107');
  if (isNumberUsed(context.book, context.mid, orderId)) throw windowRefusal('A127');
  const made = insert(context, context.mid, {
    tid: newTid(context.book, context.mid, service, context.now),
    orderId,
    orderName: cutToEucKrBytes(payment.orderName, 40),
    amountMinor,
    taxFreeMinor,
    payMethod,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    detail: wantedReceipt(payment.cashReceiptIdentifier),
    ...(payMethod === 'card' ? { card: cardOfWindow(payment, cardRefusal), approvalNumber: newApprovalNumber() } : {}),
    ...(payMethod === 'trans' ? { bankCode: bank } : {}),
    ...(payMethod === 'vbank' ? accountFields(bank, '나이스페이먼츠', dueAt) : {}),
  });
  if (!made) throw windowRefusal('A127');
  return made;
}

function insert(
  { book, now }: Pick<SimulatorContext, 'book' | 'now'>,
  mid: string,
  fields: Omit<NewBookPayment, 'mid' | 'vatMinor' | 'requestedAt'>,
): BookPayment | undefined {
  return insertPayment(book, {
    mid,
    vatMinor: 0n,
    requestedAt: now,
    ...fields,
  });
}

function accountFields(bankCode: string, accountHolder: string, dueAt: Date) {
  return { bankCode, accountNumber: `7${randomInt(10 ** 12, 10 ** 13)}`, accountHolder, dueAt };
}

function cardRefusal(problem: CardChoiceProblem): SimulatorRefusal {
  return windowRefusal(problem === 'company' ? 'A242' : 'A212');
}

function windowRefusal(code: NiceErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, niceErrors[code].message);
}
