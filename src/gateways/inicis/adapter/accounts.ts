import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import type { VirtualAccount, VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { inicisCodes } from '../wire/codes.ts';
import { inicisErrors } from '../wire/errors.ts';
import { textBytesMax, wireMessage, wireText } from '../wire/texts.ts';
import { answered, failureOf, type IniapiAnswer, mismatch } from './answers.ts';
import { accountOf, fetchAccountState, fetchByOrder } from './lookup.ts';
import { sendV1, shopUrlOf } from './requests.ts';

const minuteMs = 60_000;

/**
 * Issue and revocation of virtual accounts, in v1 for both modules: v2 has neither. The INIAPI key comes with each call; the
 * channel's own is not used, so that a caller without the key is refused by INICIS itself.
 */
export const accountIssue: OperationAt<'issue_vbank'> = { send: issue, inquire: inquireIssue };
export const accountRevocation: OperationAt<'revoke_vbank'> = { send: revoke, inquire: inquireRevocation };

async function issue(call: GatewayCall, request: VirtualAccountIssue): Promise<Outcome<VirtualAccount>> {
  const bankCode = inicisCodes.bankCode(request.bankCode);
  if (bankCode === undefined) return { kind: 'never_sent', why: 'INICIS has no such bank' };
  const result = answered(
    await sendV1(call, 'formpay', {
      type: 'Pay',
      paymethod: 'Vacct',
      iniapiKey: request.apiKey ?? '',
      fields: {
        moid: request.orderId,
        url: shopUrlOf(call),
        goodName: wireText(request.orderName, textBytesMax.goodName),
        price: String(request.amountMinor),
        tax: String(request.vatMinor),
        taxFree: String(request.taxFreeMinor),
        currency: 'WON',
        ...buyerFields(request),
        bankCode,
        ...dueFields(request.dueAt),
        nmInput: wireText(request.buyer.name ?? request.holder, textBytesMax.personName),
      },
    }),
  );
  if (result.kind !== 'answer') return result;
  if (result.answer.resultCode !== '00') return failureOf(result.answer);
  const account = issuedAccount(result.answer, request, bankCode);
  return account ? { kind: 'confirmed', result: account } : mismatch;
}

/**
 * By order number. An account that INICIS shows was issued; that it shows none proves nothing, because without the contract
 * for unique order numbers it answers no such question.
 */
async function inquireIssue(call: GatewayCall, payment: PaymentReference): Promise<Inquiry<VirtualAccount>> {
  const found = await fetchByOrder(call, payment);
  if (found.kind === 'unknown') return found;
  const account = found.kind === 'found' ? accountOf(found.answer) : null;
  return account
    ? { kind: 'done', result: account }
    : { kind: 'unknown', why: 'INICIS shows no account for this order number, or not the whole of its number' };
}

async function revoke(call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>> {
  let tid = request.gatewayTid;
  if (tid === null) {
    const found = await fetchByOrder(call, request);
    if (found.kind !== 'found') return { kind: 'never_sent', why: 'the transaction id could not be looked up' };
    tid = found.answer.text('tid');
  }
  const result = answered(
    await sendV1(call, 'refund', {
      type: 'Refund',
      paymethod: 'GVacct',
      iniapiKey: request.apiKey ?? '',
      fields: { tid, msg: wireMessage(request.reason) },
    }),
  );
  if (result.kind !== 'answer') return result;
  if (result.answer.resultCode !== '00') {
    const failure = failureOf(result.answer);
    // "Already cancelled" is no proof: it may have been deposited and refunded meanwhile. The inquiry tells.
    return failure.kind === 'refused' ? outcomeOfRefusal(call, failure) : failure;
  }
  const revokedAt = result.answer.time('cancelDate', 'cancelTime');
  return revokedAt ? { kind: 'confirmed', result: { gatewayTid: null, revokedAt } } : mismatch;
}

/** v1 says N until the deposit, Y after it, and C when the account was revoked before any. */
async function inquireRevocation(call: GatewayCall, request: Revocation, sentAt: Date): Promise<Inquiry<Revoked>> {
  const state = await fetchAccountState(call, request);
  switch (state) {
    case 'waiting':
      // An account can't be revoked twice; a repeat without the key that came with the call is of no use.
      return { kind: 'not_done', repeatIsSafe: request.apiKey !== null };
    case 'revoked':
      // INICIS does not say when.
      return { kind: 'done', result: { gatewayTid: null, revokedAt: sentAt } };
    case 'deposited': {
      const { message, category } = inicisErrors['500628'];
      return { kind: 'refused', code: '500628', message, category };
    }
    case 'cancelled':
      return { kind: 'unknown', why: 'INICIS says only that it is cancelled' };
  }
  return state.kind === 'not_found' ? { kind: 'unknown', why: 'INICIS does not know the account' } : state;
}

/** INICIS wants a name and an address; i'mport does not ask for either. */
export function buyerFields({ buyer }: { readonly buyer: VirtualAccountIssue['buyer'] }): Record<string, string> {
  return {
    buyerName: wireText(buyer.name ?? '', textBytesMax.personName) || '구매자',
    buyerEmail: buyer.email && /^[\w.+-]+@[\w.-]+$/.test(buyer.email) ? buyer.email : 'noreply@example.com',
    buyerTel: (buyer.tel ?? '').replace(/[^\d-]/g, ''),
  };
}

/**
 * `dtInput` and `tmInput`, to the minute. In INICIS's payment window 0000 means the end of that day, not its beginning, so a
 * deadline within that minute is moved before midnight.
 */
export function dueFields(dueAt: Date): { readonly dtInput: string; readonly tmInput: string } {
  const digits = seoulDigits(dueAt);
  const [day, minute] = [digits.slice(0, 8), digits.slice(8, 12)];
  if (minute !== '0000') return { dtInput: day, tmInput: minute };
  return { dtInput: seoulDigits(new Date(dueAt.getTime() - minuteMs)).slice(0, 8), tmInput: '2359' };
}

function issuedAccount(
  answer: IniapiAnswer,
  request: VirtualAccountIssue,
  bankCode: string,
): VirtualAccount | undefined {
  const tid = answer.text('tid');
  const accountNumber = answer.text('vacct');
  const dueAt = answer.time('validDate', 'validTime');
  const issuedAt = answer.time('authDate', 'authTime');
  const isOurs = answer.amount('price') === request.amountMinor && answer.text('vacctBankCode') === bankCode;
  if (!isOurs || tid === '' || !/^\d{6,20}$/.test(accountNumber) || !dueAt || !issuedAt) return undefined;
  return {
    gatewayTid: tid,
    bankCode: request.bankCode,
    bankName: bankName(request.bankCode) ?? request.bankCode,
    accountNumber,
    holder: answer.text('vacctName') || null,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}
