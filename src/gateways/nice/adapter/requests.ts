import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, BillingKeyRevocation, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Buyer } from '../../../port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { wireReason } from '../../../port/texts.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { encryptCardData } from '../wire/card-data.ts';
import { niceCodes } from '../wire/codes.ts';
import { hasMoidContract } from '../wire/moid.ts';
import { nicePaths } from '../wire/paths.ts';
import { niceSignature } from '../wire/signature.ts';
import { niceText, reasonRule } from '../wire/text.ts';
import { merchantTid } from '../wire/transaction-id.ts';

/** NICE's limits, in bytes of EUC-KR. What is longer is cut on the wire only. */
export const bytesMax = { goodsName: 40, holder: 30, refundHolder: 10, buyerName: 30, email: 60, tel: 20 };

/** A request before it is dated and signed: its fields, and those of them that the signature covers, in its order. */
export interface NiceRequest {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly signed: (mid: string, ediDate: string) => readonly string[];
}

export function send(call: GatewayCall, request: NiceRequest): Promise<GatewayHttpResult> {
  const { mid, baseUrl, credentials } = call.channel;
  const ediDate = seoulDigits(call.now);
  const fields = {
    ...request.fields,
    MID: mid,
    EdiDate: ediDate,
    SignData: niceSignature(...request.signed(mid, ediDate), credentials.merchantKey ?? ''),
    CharSet: 'utf-8',
    EdiType: 'JSON',
  };
  return call.http.send({
    method: 'POST',
    url: baseUrl + request.path,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
    body: encodeEucKrForm(fields),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** The order's own, or under the contract that asks for it one of this cancel's. */
export function moidOf({ channel, idempotencyKey }: GatewayCall, orderId: string): string {
  return hasMoidContract(channel.credentials) ? idempotencyKey : orderId;
}

export function cancelRequest(call: GatewayCall, request: Cancel): NiceRequest {
  const { refundAccount } = request;
  return cancelOf(request.gatewayTid, moidOf(call, request.orderId), request.reason, {
    amountMinor: request.amountMinor,
    isWhole: request.amountMinor === request.paymentAmountMinor,
    ...(request.paymentTaxFreeMinor > 0n && { split: request }),
    ...(refundAccount && {
      account: {
        RefundAcctNo: refundAccount.accountNumber,
        RefundBankCd: niceCodes.bankCode(refundAccount.bankCode) ?? refundAccount.bankCode,
        RefundAcctNm: niceText(refundAccount.holder, bytesMax.refundHolder),
      },
    }),
  });
}

/** Without an account to refund to: should the deposit have come first, NICE refuses. */
export function revocationRequest(call: GatewayCall, request: Revocation, tid: string): NiceRequest {
  const { orderId, reason, paymentAmountMinor: amountMinor } = request;
  return cancelOf(tid, moidOf(call, orderId), reason, { amountMinor, isWhole: true });
}

export function receiptRevocationRequest(call: GatewayCall, request: ReceiptRevocation): NiceRequest {
  const { amountMinor, balanceBeforeMinor, earlierTids } = request;
  return cancelOf(request.receiptTid, moidOf(call, request.receiptOrderId), request.reason, {
    amountMinor,
    isWhole: amountMinor === balanceBeforeMinor && earlierTids.length === 0,
  });
}

function cancelOf(
  tid: string,
  moid: string,
  reason: string,
  what: {
    readonly amountMinor: bigint;
    readonly isWhole: boolean;
    readonly split?: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint; readonly vatMinor: bigint };
    readonly account?: Readonly<Record<string, string>>;
  },
): NiceRequest {
  const CancelAmt = String(what.amountMinor);
  return {
    path: nicePaths.cancel,
    fields: {
      TID: tid,
      Moid: moid,
      CancelAmt,
      CancelMsg: wireReason(reason, reasonRule),
      PartialCancelCode: what.isWhole ? '0' : '1',
      ...(what.split && taxFields(what.split, { supply: 'SupplyAmt', vat: 'GoodsVat' })),
      ...what.account,
    },
    signed: (mid, ediDate) => [mid, CancelAmt, ediDate],
  };
}

/** The four parts of an amount; NICE refuses them when they don't add up to it. */
function taxFields(
  of: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint; readonly vatMinor: bigint },
  names: { readonly supply: string; readonly vat: string; readonly prefix?: string },
): Record<string, string> {
  const { prefix = '' } = names;
  return {
    [names.supply]: String(of.amountMinor - of.taxFreeMinor - of.vatMinor),
    [names.vat]: String(of.vatMinor),
    [`${prefix}ServiceAmt`]: '0',
    [`${prefix}TaxFreeAmt`]: String(of.taxFreeMinor),
  };
}

/** There are no fields for the parts of the amount in this call. */
export function accountRequest(call: GatewayCall, request: VirtualAccountIssue): NiceRequest {
  const { orderId: Moid, buyer } = request;
  const Amt = String(request.amountMinor);
  return {
    path: nicePaths.issueAccount,
    fields: {
      TID: merchantTid(call.channel.mid, 'vbank', call),
      Moid,
      Amt,
      GoodsName: niceText(request.orderName, bytesMax.goodsName),
      CashReceiptType: '0',
      BankCode: niceCodes.bankCode(request.bankCode) ?? request.bankCode,
      VbankExpDate: seoulDigits(request.dueAt).slice(0, 12),
      VbankAccountName: niceText(request.holder, bytesMax.holder),
      ...buyerFields(buyer),
    },
    signed: (mid, ediDate) => [mid, Amt, ediDate, Moid],
  };
}

export function receiptRequest(call: GatewayCall, request: ReceiptIssue): NiceRequest {
  const { receiptOrderId: Moid } = request;
  const ReceiptAmt = String(request.amountMinor);
  return {
    path: nicePaths.issueReceipt,
    fields: {
      TID: merchantTid(call.channel.mid, 'receipt', call),
      Moid,
      GoodsName: niceText(request.orderName, bytesMax.goodsName),
      ReceiptAmt,
      ReceiptType: request.type === 'company' ? '2' : '1',
      ReceiptTypeNo: request.identifier,
      ...taxFields(request, { supply: 'ReceiptSupplyAmt', vat: 'ReceiptVAT', prefix: 'Receipt' }),
    },
    signed: (mid, ediDate) => [mid, ReceiptAmt, ediDate, Moid],
  };
}

export function statusRequest(tid: string): NiceRequest {
  return { path: nicePaths.status, fields: { TID: tid }, signed: (mid, ediDate) => [tid, mid, ediDate] };
}

function buyerFields(buyer: Buyer): Record<string, string> {
  return {
    ...(buyer.name && { BuyerName: niceText(buyer.name, bytesMax.buyerName) }),
    ...(buyer.email && { BuyerEmail: niceText(buyer.email, bytesMax.email) }),
    ...(buyer.tel && { BuyerTel: niceText(buyer.tel, bytesMax.tel) }),
  };
}

/** What an order by card says of itself; the parts of the amount only where a part is free of tax. */
function cardOrderFields(request: KeyInApproval | KeyCharge): Record<string, string> {
  return {
    Moid: request.orderId,
    Amt: String(request.amountMinor),
    GoodsName: niceText(request.orderName, bytesMax.goodsName),
    CardInterest: request.interestFreeByMerchant ? '1' : '0',
    CardQuota: String(request.installmentMonths).padStart(2, '0'),
    CardPoint: request.useCardPoint ? '1' : '0',
    ...(request.taxFreeMinor > 0n && taxFields(request, { supply: 'SupplyAmt', vat: 'GoodsVat' })),
    ...buyerFields(request.buyer),
  };
}

/** What a contract leaves out is left out: an owner, a password. */
export function keyInRequest(call: GatewayCall, request: KeyInApproval): NiceRequest {
  const { card, orderId } = request;
  const order = cardOrderFields(request);
  const EncData = encryptCardData(
    {
      CardNo: card.number,
      CardExpire: card.expiryYear + card.expiryMonth,
      ...(card.birthOrBusinessNumber !== null && { BuyerAuthNum: card.birthOrBusinessNumber }),
      ...(card.passwordFirstTwo !== null && { CardPwd: card.passwordFirstTwo }),
    },
    call.channel.credentials.merchantKey ?? '',
  );
  return {
    path: nicePaths.keyIn,
    fields: { TID: merchantTid(call.channel.mid, 'card', call), ...order, EncData },
    signed: (mid, ediDate) => [mid, String(request.amountMinor), ediDate, orderId],
  };
}

export function keyIssueRequest(call: GatewayCall, request: BillingKeyIssue): NiceRequest {
  const { card, orderId: Moid, customer } = request;
  const EncData = encryptCardData(
    {
      CardNo: card.number,
      ExpYear: card.expiryYear,
      ExpMonth: card.expiryMonth,
      ...(card.birthOrBusinessNumber !== null && { IDNo: card.birthOrBusinessNumber }),
      ...(card.passwordFirstTwo !== null && { CardPw: card.passwordFirstTwo }),
    },
    call.channel.credentials.merchantKey ?? '',
  );
  return {
    path: nicePaths.issueKey,
    fields: { Moid, EncData, ...buyerFields(customer) },
    signed: (mid, ediDate) => [mid, ediDate, Moid],
  };
}

export function chargeRequest(call: GatewayCall, request: KeyCharge): NiceRequest {
  const { key: BID } = request.billingKey;
  return {
    path: nicePaths.chargeKey,
    fields: { BID, TID: merchantTid(call.channel.mid, 'card', call, 'key'), ...cardOrderFields(request) },
    signed: (mid, ediDate) => [mid, ediDate, request.orderId, String(request.amountMinor), BID],
  };
}

export function keyRevocationRequest({ orderId: Moid, billingKey: { key: BID } }: BillingKeyRevocation): NiceRequest {
  return { path: nicePaths.revokeKey, fields: { BID, Moid }, signed: (mid, ediDate) => [mid, ediDate, Moid, BID] };
}
