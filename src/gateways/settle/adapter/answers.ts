import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, KeyInApproval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Revoked } from '../../../port/revocation.ts';
import type { VirtualAccount, VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { hectoCodes } from '../wire/codes.ts';
import { decryptField, isSameHash, packetHash } from '../wire/crypto.ts';
import { hectoErrors, mayFollowFirstRequest } from '../wire/errors.ts';
import { answerOf, type HectoAnswer, readAmountText } from '../wire/wire.ts';
import type { HectoRequest } from './requests.ts';

/**
 * What an answer says. A success is one only when it is the answer to this very request: our number, our hash (echoed, or
 * made anew over the answer, as the document has it in different places), and what `read` checks besides. Hecto's failures
 * (`0031`) are a clear no, but for the codes that tell of a time-out or a breakdown behind it.
 */
export function outcomeOf<T>(
  call: GatewayCall,
  request: HectoRequest,
  result: GatewayHttpResult,
  read: (answer: HectoAnswer) => T | undefined,
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  const answer = answerOf(result);
  if ('why' in answer) return { kind: 'unclear', why: answer.why };
  const { code, message } = answer;
  const ours = request.params.mchtTrdNo;
  if (answer.status === '0031' && (answer.param('mchtTrdNo') || ours) === ours) {
    return refusalOf(call, request, code, message);
  }
  const isSuccess = answer.status === '0021' && code === '0000';
  if (!isSuccess || !isAnswerTo(call, request, answer)) {
    return {
      kind: 'unclear',
      why: `the answer is not the one to this request (${answer.status} ${code})`,
      code,
      message,
    };
  }
  const value = read(answer);
  if (value === undefined) return { kind: 'unclear', why: 'the answer does not say what was asked for', code, message };
  return { kind: 'confirmed', result: value };
}

/** "Paid before", "the same once more": of an order that is being made, it tells that an earlier request has arrived. */
const madeBefore: readonly string[] = ['ST03', 'CA86'];

function refusalOf(call: GatewayCall, request: HectoRequest, code: string, message: string): Outcome<never> {
  const meaning = hectoErrors[code]?.meaning ?? 'other';
  const text = message || (hectoErrors[code]?.message ?? code);
  const makesOrder = ['A0', 'B0'].includes(request.params.bizType ?? '');
  // Numbers of ours are used once.
  if (code === 'ST50' || (makesOrder && madeBefore.includes(code))) {
    return { kind: 'unclear', why: 'the number of the request was used before', code, message: text };
  }
  if (meaning === 'unclear') {
    return { kind: 'unclear', why: `Hecto gave no clear answer (${code})`, code, message: text };
  }
  if (call.isRepeat && mayFollowFirstRequest(code)) {
    return { kind: 'unclear', why: `the first request may itself have led to this (${code})`, code, message: text };
  }
  return outcomeOfRefusal(call, { code, message: text, category: meaning });
}

export function isAnswerTo({ channel }: GatewayCall, request: HectoRequest, answer: HectoAnswer): boolean {
  const { mchtTrdNo = '', mchtId = '' } = request.params;
  if (answer.param('mchtTrdNo') !== mchtTrdNo || answer.param('mchtId') !== mchtId) return false;
  const hash = answer.field('pktHash');
  if (isSameHash(hash, request.data.pktHash ?? '')) return true;
  const { aesKey = '', licenseKey = '' } = channel.credentials;
  const encrypted = answer.field('trdAmt') || answer.field('cnclAmt');
  const amount = encrypted === '' ? '0' : (decryptField(aesKey, encrypted) ?? '');
  const times = [answer.param('trdDt'), answer.param('trdTm')];
  return isSameHash(hash, packetHash(licenseKey, [answer.status, ...times, mchtId, mchtTrdNo, amount]));
}

export function cancelledOf(call: GatewayCall, request: Cancel, answer: HectoAnswer): Cancelled | undefined {
  const gatewayTid = answer.param('trdNo');
  if (gatewayTid === '' || answer.field('orgTrdNo') !== request.gatewayTid) return undefined;
  if (amountIn(call, answer, 'cnclAmt') !== request.amountMinor) return undefined;
  return { gatewayTid, amountMinor: request.amountMinor, cancelledAt: timeOf(call, answer), receiptUrl: null };
}

export function virtualAccountOf(
  call: GatewayCall,
  request: VirtualAccountIssue,
  answer: HectoAnswer,
): VirtualAccount | undefined {
  const gatewayTid = answer.param('trdNo');
  const bankCode = hectoCodes.kftcBankCode(answer.field('bankCd'));
  const accountNumber = decryptField(call.channel.credentials.aesKey ?? '', answer.field('vAcntNo'));
  const dueAt = readSeoulDigits(answer.field('expireDate'));
  if (gatewayTid === '' || bankCode !== request.bankCode || !/^\d{5,16}$/.test(accountNumber ?? '')) return undefined;
  if (accountNumber === undefined || !dueAt || amountIn(call, answer, 'trdAmt') !== request.amountMinor)
    return undefined;
  return {
    gatewayTid,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber,
    holder: request.holder,
    dueAt,
    issuedAt: timeOf(call, answer),
    noticeSecret: null,
  };
}

/** Which of the requests for one revocation it was that did it, a repeat can't tell. */
export function revokedOf(call: GatewayCall, accountNumber: string, answer: HectoAnswer): Revoked | undefined {
  const revoked = decryptField(call.channel.credentials.aesKey ?? '', answer.field('vAcntNo'));
  if (revoked !== accountNumber) return undefined;
  return { gatewayTid: call.isRepeat ? null : answer.param('trdNo') || null, revokedAt: timeOf(call, answer) };
}

/** `cardNumber`: as it was typed, or as Hecto masks it to merchants who have asked for that. */
export function approvalOf(
  call: GatewayCall,
  request: KeyInApproval | KeyCharge,
  answer: HectoAnswer,
  cardNumber: string,
): Approval | undefined {
  const gatewayTid = answer.param('trdNo');
  if (gatewayTid === '' || amountIn(call, answer, 'trdAmt') !== request.amountMinor) return undefined;
  const code = hectoCodes.standardCardCode(answer.field('issrId')) ?? null;
  const name = code === null ? null : (cardName(code) ?? null);
  return {
    gatewayTid,
    approvalNumber: answer.field('apprNo') || null,
    approvedAt: timeOf(call, answer),
    receiptUrl: null,
    card: {
      maskedNumber: maskCardNumber(cardNumber),
      // Hecto names the issuer only.
      code,
      name,
      issuerCode: code,
      issuerName: name,
      installmentMonths: request.installmentMonths,
      type: cardTypeOf(answer),
    },
    bank: null,
  };
}

export function cardTypeOf(answer: HectoAnswer): 0 | 1 | null {
  const kind = answer.field('cardKind');
  if (kind.includes('체크')) return 1;
  return kind.includes('신용') ? 0 : null;
}

export function amountIn({ channel }: GatewayCall, answer: HectoAnswer, name: string): bigint | undefined {
  return readAmountText(decryptField(channel.credentials.aesKey ?? '', answer.field(name)));
}

/** Hecto repeats the time of our request; it has no other. */
export function timeOf(call: GatewayCall, answer: HectoAnswer): Date {
  return readSeoulDigits(answer.param('trdDt') + answer.param('trdTm')) ?? call.startedAt;
}
