import { timingSafeEqual } from 'node:crypto';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { VirtualAccount } from '../../../port/virtual-account.ts';
import { issuingBankCode, kiccCodes, virtualAccountBanks } from '../wire/codes.ts';
import { approvalAuthentication } from '../wire/signature.ts';
import type { KiccAnswer } from '../wire/wire.ts';
import { requestId } from './requests.ts';

// What an approval tells: of a payment by a key, and of one in the window.

/** The merchant and KICC alone can have made it. */
export function isAuthentic(call: GatewayCall, { pgCno, amount, transactionDate, msgAuthValue }: KiccAnswer): boolean {
  if (!pgCno || amount == null || !transactionDate || !msgAuthValue) return false;
  const approved = { pgCno, amount: String(amount), transactionDate };
  const expected = Buffer.from(approvalAuthentication(call.channel.credentials.secretKey ?? '', approved));
  const given = Buffer.from(msgAuthValue.toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Approved (TS01), or captured as well: TS03 is what KICC documents of a payment by a key. */
const paidStates: readonly string[] = ['TS01', 'TS03', 'TS04'];

/** A payment only when it is of our order, with our amount, and nothing of it was cancelled. */
export function approvalOf(
  call: GatewayCall,
  orderId: string,
  amountMinor: bigint,
  answer: KiccAnswer,
): Approval | undefined {
  const approvedAt = readSeoulDigits(answer.transactionDate ?? '');
  const isPaid = isOurs(call, orderId, amountMinor, answer) && paidStates.includes(answer.statusCode ?? '');
  if (!isPaid || !approvedAt || !answer.pgCno) return undefined;
  return {
    gatewayTid: answer.pgCno,
    approvalNumber: answer.paymentInfo?.approvalNo || null,
    approvedAt,
    receiptUrl: null,
    card: cardOf(answer),
    bank: bankOf(answer),
  };
}

/** Waits for its money, or has it: a deposit may be quicker than whoever asks what became of the issue. */
const accountStates: readonly string[] = ['TS07', 'TS08'];

/** An account that was issued. Its deposit is told by a notice. */
export function accountOf(
  call: GatewayCall,
  orderId: string,
  amountMinor: bigint,
  answer: KiccAnswer,
): VirtualAccount | undefined {
  const account = answer.paymentInfo?.virtualAccountInfo;
  const bankCode = virtualAccountBanks.find((kftcCode) => issuingBankCode(kftcCode) === account?.bankCode);
  const dueAt = readSeoulDigits((account?.expiryDate ?? '').padEnd(14, '235959'));
  const issuedAt = readSeoulDigits(answer.transactionDate ?? '');
  const isIssued = isOurs(call, orderId, amountMinor, answer) && accountStates.includes(answer.statusCode ?? '');
  if (!isIssued || !account?.accountNo || !answer.pgCno || bankCode === undefined || !dueAt || !issuedAt)
    return undefined;
  return {
    gatewayTid: answer.pgCno,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber: account.accountNo,
    holder: account.depositName || null,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}

function isOurs(call: GatewayCall, orderId: string, amountMinor: bigint, answer: KiccAnswer): boolean {
  return (
    (answer.shopTransactionId ?? requestId(call)) === requestId(call) &&
    answer.shopOrderNo === orderId &&
    isOfMall(call, answer) &&
    answer.amount != null &&
    BigInt(answer.amount) === amountMinor
  );
}

export function isOfMall({ channel }: GatewayCall, { mallId }: KiccAnswer): boolean {
  return (mallId ?? channel.mid) === channel.mid;
}

/** `cardNo` is masked here; it is the key only in the answer to a registration. */
function cardOf({ paymentInfo }: KiccAnswer): ApprovedCard | null {
  const card = paymentInfo?.cardInfo;
  if (!card) return null;
  const [acquirer, issuer] = [card.acquirerCode, card.issuerCode].map(
    (code) => kiccCodes.standardCardCode(code ?? '') ?? null,
  );
  const nameOf = (code: string | null | undefined, own: string | null | undefined) =>
    (code == null ? undefined : cardName(code)) ?? (own || null);
  return {
    maskedNumber: card.cardNo ?? '',
    code: acquirer ?? issuer ?? null,
    name: nameOf(acquirer ?? issuer, card.acquirerName ?? card.issuerName),
    issuerCode: issuer ?? null,
    issuerName: nameOf(issuer, card.issuerName),
    installmentMonths: Number(card.installmentMonth ?? 0) || 0,
    type: card.cardGubun === 'N' ? 0 : card.cardGubun === 'Y' ? 1 : null,
  };
}

/** The account that was debited. */
function bankOf({ paymentInfo }: KiccAnswer): Approval['bank'] {
  const own = paymentInfo?.bankInfo;
  const code = kiccCodes.kftcBankCode(own?.bankCode ?? '');
  return own && code !== undefined ? { code, name: bankName(code) ?? own.bankName ?? code } : null;
}
