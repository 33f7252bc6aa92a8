import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorAnswer, SimulatorContext } from '../../../simulators/definition.ts';
import { jsonAnswer } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import {
  type BookPayment,
  listPayments,
  paymentByTid,
  recordDeposit,
  recordRevocation,
} from '../../../simulators/payments.ts';
import { issueWantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { virtualAccountBanks } from '../wire/codes.ts';
import { depositNotice, issueNotice } from './notices.ts';
import { accountFields, defaultDue, insert, isDue, receiptNumbers } from './payments.ts';
import { type HectoContext, type HectoSuccess, newTradeNumber, takeNumber } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';
import { readTax } from './tax.ts';

/** APIVBank.do issues an account (`A0`), changes one (`A1`) and revokes one (`A2`). */
export function serveAccount(context: HectoContext): HectoSuccess {
  switch (context.header.text('bizType', 2)) {
    case 'A0':
      return issue(context);
    case 'A1':
      return change(context);
    default:
      return revoke(context);
  }
}

export function operationOfAccount({ request }: SimulatorContext): FaultOperation | null {
  const bizType = /"bizType"\s*:\s*"(A\d)"/.exec(request.body.toString('utf8'))?.[1];
  return bizType === 'A0' ? 'issue_vbank' : bizType === 'A2' ? 'revoke_vbank' : null;
}

function issue(context: HectoContext): HectoSuccess {
  const { caller, body, now, encrypt, notify } = context;
  const orderId = takeNumber(context);
  const bankCode = body.text('bankCd', 3, /^\d{3}$/);
  const accountType = body.text('acntType', 1, /^[123]$/);
  const fixedNumber = body.optionalSecret('vAcntNo', 16, /^\d{5,16}$/);
  const orderName = body.text('prdtNm', 128);
  const seller = body.text('sellerNm', 128);
  body.optionalText('ordNm', 30);
  const holder = body.optionalText('dpstrNm', 50) || seller;
  const amountMinor = body.amount('trdAmt');
  const tax = readTax(context, amountMinor);
  const wantedIdentifier = readExtras(context);
  const dueAt = readDue(context, 'optional') ?? defaultDue(now);
  // An account without an end and without an amount is not one payment; it is not offered here.
  if (accountType === '3') throw new HectoRefusal('ST69');
  if (accountType === '2' && fixedNumber === '') throw new HectoRefusal('ST09');
  if (amountMinor === 0n) throw new HectoRefusal('1109');
  if (!virtualAccountBanks.includes(bankCode)) throw new HectoRefusal('ST44');
  if (fixedNumber !== '' && waitingAt(context, fixedNumber)) throw new HectoRefusal('ST44');
  const payment = insert(context, caller.mid, 'VA', {
    orderId,
    orderName,
    payMethod: 'vbank',
    amountMinor,
    taxFreeMinor: tax.taxFreeMinor,
    vatMinor: tax.vatMinor,
    status: 'waiting_for_deposit',
    ...accountFields(bankCode, holder, dueAt, accountType === '2' ? fixedNumber : null),
    wantedIdentifier,
  });
  if (!payment) throw new HectoRefusal('ST50');
  notify(orderId, issueNotice(payment, { ...context, mid: caller.mid }));
  return {
    trdNo: payment.tid,
    hashedAmount: String(amountMinor),
    data: {
      bankCd: bankCode,
      vAcntNo: encrypt(payment.accountNumber ?? ''),
      expireDate: seoulDigits(dueAt),
      trdAmt: encrypt(String(amountMinor)),
      acntType: accountType,
    },
  };
}

/** Escrow and the cash receipt that comes with the deposit. Answers whom the receipt is for. */
function readExtras({ body }: HectoContext): string | null {
  if (body.text('escrAgrYn', 1, /^[YN]$/) === 'Y') {
    body.secret('escrPwd', 64);
    body.secret('rfdDpstrNm', 50);
    body.text('email', 60);
  }
  body.optionalText('email', 60);
  body.optionalText('notiUrl', 250);
  if (body.text('csrcIssReqYn', 1, /^[YN]$/) === 'N') return null;
  body.text('cashRcptPrposDivCd', 1, /^[01]$/);
  body.text('csrcRegNoDivCd', 1, /^[1-4]$/);
  return body.secret('csrcRegNo', 18, /^\d+$/);
}

/** A new end, and a new amount, of an account that waits (chapter 16). It is named by its number alone. */
function change(context: HectoContext): HectoSuccess {
  const { book, caller, body, now, encrypt } = context;
  takeNumber(context);
  const bankCode = body.text('bankCd', 3, /^\d{3}$/);
  const accountNumber = body.secret('vAcntNo', 16, /^\d{5,16}$/);
  const amountMinor = body.amount('trdAmt');
  const accountType = body.text('acntType', 1, /^[123]$/);
  const dueAt = readDue(context, 'required');
  const payment = waitingAt(context, accountNumber);
  if (!payment || payment.bankCode !== bankCode || !dueAt) throw new HectoRefusal('ST06');
  if (amountMinor === 0n) throw new HectoRefusal('1109');
  if (payment.detail.accountType !== accountType) throw new HectoRefusal('ST09');
  book.run(
    `update payments set due_at = ?1, amount = ?2, balance = ?2, tax_free = min(tax_free, ?2),
       tax_free_balance = min(tax_free, ?2) where tid = ?3 and status = 'waiting_for_deposit'`,
    dueAt.getTime(),
    amountMinor,
    payment.tid,
  );
  return {
    trdNo: newTradeNumber(book, 'VA', caller.mid, now),
    data: {
      bankCd: bankCode,
      vAcntNo: encrypt(accountNumber),
      expireDate: seoulDigits(dueAt),
      trdAmt: encrypt(String(amountMinor)),
      acntType: accountType,
    },
  };
}

function revoke(context: HectoContext): HectoSuccess {
  const { book, caller, body, now, encrypt } = context;
  takeNumber(context);
  const payment = paymentByTid(book, caller.mid, body.text('orgTrdNo', 40));
  const accountNumber = body.secret('vAcntNo', 16, /^\d{5,16}$/);
  if (payment?.accountNumber !== accountNumber) throw new HectoRefusal('ST06');
  if (payment.status === 'revoked') throw new HectoRefusal('ST25');
  if (payment.status === 'expired') throw new HectoRefusal('ST46');
  const revocationTid = newTradeNumber(book, 'VA', caller.mid, now);
  const revoked = recordRevocation(book, { tid: payment.tid, revocationTid, reason: '', now });
  if (!revoked) throw new HectoRefusal('ST03');
  return { trdNo: revocationTid, data: { orgTrdNo: payment.tid, vAcntNo: encrypt(accountNumber) } };
}

/**
 * APIVBankTest.do: Hecto's own call for a deposit in its test environment. What it answers to one that it does not like is
 * inferred.
 */
export function depositForTest(context: SimulatorContext): SimulatorAnswer {
  const { request, caller, book, now } = context;
  const { method, bizType, vAcntNo = '', trdAmt = '' } = Object.fromEntries(request.query);
  const answer = (outRsltCd: string, outRsltMsg: string) =>
    jsonAnswer(200, { method: 'VA', bizType: 'F1', outRsltCd, outRsltMsg });
  if (method !== 'VA' || bizType !== 'F1' || !/^\d{1,12}$/.test(trdAmt))
    return answer('ST09', '유효하지 않은 요청전문');
  const waiting = waitingAt(context, vAcntNo);
  if (!waiting || waiting.amountMinor !== BigInt(trdAmt)) return answer('ST06', '거래정보 없음');
  const paid = recordDeposit(book, {
    mid: caller.mid,
    orderId: waiting.orderId,
    amountMinor: waiting.amountMinor,
    depositorName: waiting.accountHolder,
    now,
  });
  if (!paid) return answer('ST06', '거래정보 없음');
  const control = { ...context, mid: caller.mid };
  issueWantedReceipt(paid, control, receiptNumbers);
  context.notify(paid.orderId, depositNotice(paid, control));
  return answer('0000', '정상 처리 되었습니다.');
}

function waitingAt({ book, caller }: SimulatorContext, accountNumber: string): BookPayment | undefined {
  return listPayments(book, caller.mid, null).find(
    (payment) => payment.accountNumber === accountNumber && payment.status === 'waiting_for_deposit',
  );
}

function readDue({ body, now }: HectoContext, presence: 'required' | 'optional'): Date | undefined {
  const digits =
    presence === 'required' ? body.text('expireDate', 14, /^\d{14}$/) : body.optionalText('expireDate', 14, /^\d{14}$/);
  if (digits === '') return undefined;
  const dueAt = readSeoulDigits(digits);
  if (!dueAt || !isDue(dueAt, now)) throw new HectoRefusal('ST09');
  return dueAt;
}
