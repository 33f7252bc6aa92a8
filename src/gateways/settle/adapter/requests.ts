import { randomBytes } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { CardData, KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, BillingKeyRevocation, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { emptyReason } from '../../../port/texts.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { hectoCodes, isGiftCertificate, type MethodCode } from '../wire/codes.ts';
import { encryptField, packetHash } from '../wire/crypto.ts';
import { paths } from '../wire/paths.ts';
import { reasonRule, wireText } from '../wire/text.ts';

/** One request as Hecto takes it, and what its answer must repeat. */
export interface HectoRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

/** Longest texts in bytes, by field. */
export const bytesMax = {
  prdtNm: 128,
  sellerNm: 128,
  ordNm: 30,
  dpstrNm: 50,
  refundDpstrNm: 50,
  pmtprdNm: 128,
  mchtCustNm: 30,
  mchtCustId: 50,
  email: 60,
  notiUrl: 250,
} as const;

export function send(call: GatewayCall, request: HectoRequest): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + request.path,
    headers: { 'content-type': 'application/json; charset=UTF-8', accept: 'application/json' },
    body: JSON.stringify({ params: request.params, data: request.data }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/**
 * Cancels by method; refunds to an account (a deposited virtual account, a phone payment after its month) go to a path of
 * their own. Everything but the reason is the same on a repeat, the time too, so that a repeat is the same request.
 */
export function cancelPacket(call: GatewayCall, request: Cancel, method: MethodCode): HectoRequest {
  const amount = String(request.amountMinor);
  const isRefund = isRefundToAccount(request, call.startedAt);
  return packet(call, {
    path: isRefund ? paths.refund : paths.cancel,
    method,
    bizType: isRefund && request.payMethod === 'phone' ? 'C1' : 'C0',
    mchtTrdNo: call.idempotencyKey,
    hashed: amount,
    data: {
      orgTrdNo: request.gatewayTid,
      crcCd: request.currency,
      // Gift certificates are cancelled once and as a whole.
      cnclOrd: isGiftCertificate(request.payMethod) ? '001' : String(request.ordinal).padStart(3, '0'),
      cnclAmt: encrypt(call, amount),
      ...taxOfCancel(call, request),
      ...(isRefund && request.refundAccount
        ? {
            refundBankCd: hectoCodes.bankCode(request.refundAccount.bankCode) ?? request.refundAccount.bankCode,
            refundAcntNo: encrypt(call, request.refundAccount.accountNumber),
            refundDpstrNm: wireText(request.refundAccount.holder, bytesMax.refundDpstrNm),
          }
        : {}),
      cnclRsn: wireText(request.reason, reasonRule.max) || emptyReason,
    },
  });
}

/** Phone payments are cancelled in their calendar month, and refunded to an account afterwards (chapters 23 and 24). */
export function isRefundToAccount(request: Cancel, startedAt: Date): boolean {
  if (request.payMethod === 'vbank') return true;
  const isLater = seoulDigits(request.madeAt).slice(0, 6) !== seoulDigits(startedAt).slice(0, 6);
  return request.payMethod === 'phone' && isLater && request.refundAccount !== null;
}

export function accountPacket(call: GatewayCall, request: VirtualAccountIssue): HectoRequest {
  const amount = String(request.amountMinor);
  return packet(call, {
    path: paths.account,
    method: 'VA',
    bizType: 'A0',
    mchtTrdNo: request.orderId,
    hashed: amount,
    data: {
      bankCd: hectoCodes.bankCode(request.bankCode) ?? request.bankCode,
      ...(request.fixedKey === null
        ? { acntType: '1' }
        : { acntType: '2', vAcntNo: encrypt(call, request.fixedKey.replaceAll('-', '')) }),
      expireDate: seoulDigits(request.dueAt),
      prdtNm: wireText(request.orderName, bytesMax.prdtNm) || request.orderId,
      sellerNm: wireText(request.holder, bytesMax.sellerNm) || request.orderId,
      ...optional('ordNm', wireText(request.buyer.name ?? '', bytesMax.ordNm)),
      trdAmt: encrypt(call, amount),
      dpstrNm: wireText(request.holder, bytesMax.dpstrNm) || request.orderId,
      ...taxOf(call, { ...request, wholeMinor: request.amountMinor, wholeTaxFreeMinor: request.taxFreeMinor }),
      escrAgrYn: 'N',
      csrcIssReqYn: 'N',
      ...optional('email', emailOf(request.buyer.email)),
      ...noticeUrl(call),
    },
  });
}

export function revocationPacket(
  call: GatewayCall,
  request: Revocation & { readonly gatewayTid: string; readonly accountNumber: string },
): HectoRequest {
  return packet(call, {
    path: paths.account,
    method: 'VA',
    bizType: 'A2',
    mchtTrdNo: numberOfMovingNothing(call),
    hashed: '0',
    data: { orgTrdNo: request.gatewayTid, vAcntNo: encrypt(call, request.accountNumber) },
  });
}

/**
 * Revoking or changing an account twice moves nothing, and Hecto takes a number of ours only once: a repeat has one of its
 * own, so that its answer is about the account and not about the number.
 */
export function numberOfMovingNothing({ isRepeat, idempotencyKey }: GatewayCall): string {
  return isRepeat ? `${idempotencyKey}-${randomBytes(6).toString('hex')}` : idempotencyKey;
}

export function approvalPacket(call: GatewayCall, request: KeyInApproval): HectoRequest {
  return orderPacket(call, request, cardFields(call, request.card));
}

/** The key stands where the card would, in the clear (chapter 9). */
export function chargePacket(call: GatewayCall, request: KeyCharge): HectoRequest {
  return orderPacket(call, request, { billKey: request.billingKey.key });
}

function orderPacket(
  call: GatewayCall,
  request: KeyInApproval | KeyCharge,
  means: Readonly<Record<string, string>>,
): HectoRequest {
  const amount = String(request.amountMinor);
  const { buyer } = request;
  return packet(call, {
    path: paths.approve,
    method: 'CA',
    bizType: 'B0',
    mchtTrdNo: request.orderId,
    hashed: amount,
    data: {
      pmtprdNm: wireText(request.orderName, bytesMax.pmtprdNm) || request.orderId,
      mchtCustNm: wireText(buyer.name ?? '', bytesMax.mchtCustNm) || request.orderId,
      mchtCustId: request.orderId,
      ...optional('email', emailOf(buyer.email)),
      ...means,
      instmtMon: String(request.installmentMonths).padStart(2, '0'),
      crcCd: request.currency,
      trdAmt: encrypt(call, amount),
      ...taxOf(call, { ...request, wholeMinor: request.amountMinor, wholeTaxFreeMinor: request.taxFreeMinor }),
    },
  });
}

/** Which of birth date and password are needed is a matter of the merchant's contract. */
function cardFields(call: GatewayCall, card: CardData): Record<string, string> {
  return {
    cardNo: encrypt(call, card.number),
    vldDtMon: encrypt(call, card.expiryMonth),
    vldDtYear: encrypt(call, card.expiryYear),
    ...(card.birthOrBusinessNumber !== null && { idntNo: encrypt(call, card.birthOrBusinessNumber) }),
    ...(card.passwordFirstTwo !== null && { cardPwd: encrypt(call, card.passwordFirstTwo) }),
  };
}

/** Registers a card and pays nothing. `keyRegYn`: without it the card would only be looked at. */
export function keyIssuePacket(call: GatewayCall, request: BillingKeyIssue): HectoRequest {
  return packet(call, {
    path: paths.issueKey,
    method: 'CA',
    bizType: 'A4',
    mchtTrdNo: request.orderId,
    hashed: '0',
    data: {
      ...cardFields(call, request.card),
      mchtCustNm: wireText(request.customer.name ?? '', bytesMax.mchtCustNm) || request.orderId,
      mchtCustId: wireText(request.customerId, bytesMax.mchtCustId) || request.orderId,
      keyRegYn: 'Y',
    },
  });
}

export function keyDeletionPacket(call: GatewayCall, { billingKey }: BillingKeyRevocation): HectoRequest {
  return packet(call, {
    path: paths.deleteKey,
    method: 'CA',
    bizType: 'A1',
    mchtTrdNo: numberOfMovingNothing(call),
    hashed: '0',
    data: { billKey: billingKey.key },
  });
}

/** The amount stands in the clear in this one. It carries a number of its own, like every request. */
export function inquiryPacket(call: GatewayCall, payment: PaymentReference, method: MethodCode): HectoRequest {
  const { mid, credentials } = call.channel;
  const at = seoulDigits(call.now);
  const [trdDt, trdTm] = [at.slice(0, 8), at.slice(8)];
  const mchtTrdNo = `${call.idempotencyKey}-q${call.now.getTime()}`;
  const trdAmt = String(payment.paymentAmountMinor);
  return {
    path: credentials.inquiryPath ?? paths.inquire,
    params: { mchtId: mid, ver: '0A1M', mchtTrdNo, trdDt, trdTm },
    data: {
      pktHash: packetHash(credentials.licenseKey ?? '', [trdDt, trdTm, mid, mchtTrdNo, trdAmt]),
      method,
      trdAmt,
      orgTrdDt: seoulDigits(payment.madeAt).slice(0, 8),
      orgMchtTrdNo: payment.orderId,
      ...(payment.gatewayTid !== null && { orgTrdNo: payment.gatewayTid }),
    },
  };
}

/** What every request but the inquiry has in common. `hashed`: the amount in the clear, or `0`. */
export function packet(
  call: GatewayCall,
  parts: {
    readonly path: string;
    readonly method: MethodCode;
    readonly bizType: string;
    readonly mchtTrdNo: string;
    readonly hashed: string;
    readonly data: Readonly<Record<string, string>>;
  },
): HectoRequest {
  const { mid, credentials } = call.channel;
  const { path, method, bizType, mchtTrdNo, hashed } = parts;
  const at = seoulDigits(call.startedAt);
  const [trdDt, trdTm] = [at.slice(0, 8), at.slice(8)];
  const pktHash = packetHash(credentials.licenseKey ?? '', [trdDt, trdTm, mid, mchtTrdNo, hashed]);
  return {
    path,
    params: { mchtId: mid, ver: '0A19', method, bizType, encCd: '23', mchtTrdNo, trdDt, trdTm },
    data: { pktHash, ...parts.data },
  };
}

export function encrypt({ channel }: GatewayCall, plain: string): string {
  return encryptField(channel.credentials.aesKey ?? '', plain);
}

/** Phone payments take the split only when it is mixed; certificates and points take none. */
function taxOfCancel(call: GatewayCall, request: Cancel): Record<string, string> {
  if (isGiftCertificate(request.payMethod) || request.payMethod === 'point') return {};
  const tax = taxOf(call, {
    ...request,
    wholeMinor: request.paymentAmountMinor,
    wholeTaxFreeMinor: request.paymentTaxFreeMinor,
  });
  return request.payMethod === 'phone' && tax.taxTypeCd !== 'G' ? { taxTypeCd: tax.taxTypeCd ?? '' } : tax;
}

/**
 * `N` taxed, `Y` free of tax, `G` mixed: what the payment as a whole is. A mixed one needs the split (supply, VAT,
 * tax-free) of the amount at hand. Of a taxed one it is sent when its VAT is known; otherwise Hecto computes it.
 */
function taxOf(
  call: GatewayCall,
  of: {
    readonly amountMinor: bigint;
    readonly taxFreeMinor: bigint;
    readonly vatMinor: bigint;
    readonly wholeMinor: bigint;
    readonly wholeTaxFreeMinor: bigint;
  },
): Record<string, string> {
  if (of.wholeTaxFreeMinor === of.wholeMinor) return { taxTypeCd: 'Y' };
  const isMixed = of.wholeTaxFreeMinor > 0n || of.taxFreeMinor > 0n;
  if (!isMixed && of.vatMinor === 0n) return { taxTypeCd: 'N' };
  return {
    taxTypeCd: isMixed ? 'G' : 'N',
    taxAmt: encrypt(call, String(of.amountMinor - of.taxFreeMinor - of.vatMinor)),
    vatAmt: encrypt(call, String(of.vatMinor)),
    taxFreeAmt: encrypt(call, String(of.taxFreeMinor)),
  };
}

function noticeUrl({ noticeUrl: url }: GatewayCall): Record<string, string> {
  return url !== null && Buffer.byteLength(url) <= bytesMax.notiUrl ? { notiUrl: url } : {};
}

/** A payment should not fail over the address of its mail. */
function emailOf(email: string | null): string {
  return email && email.length <= bytesMax.email && /^[\w.+-]+@[A-Za-z0-9.-]+$/.test(email) ? email : '';
}

function optional(name: string, value: string): Record<string, string> {
  return value === '' ? {} : { [name]: value };
}
