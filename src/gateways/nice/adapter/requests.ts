import { cutToEucKrBytes, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { niceCodes } from '../wire/codes.ts';
import { nicePaths } from '../wire/paths.ts';
import { niceSignature } from '../wire/signature.ts';
import { merchantTid } from '../wire/transaction-id.ts';

/** NICE's limits, in bytes of EUC-KR. What is longer is cut on the wire only. */
export const bytesMax = { reason: 100, goodsName: 40, holder: 30, refundHolder: 10, buyerName: 30, email: 60, tel: 20 };

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

/** `Moid` is this cancel's own number: NICE asks for one per partial cancel, so that none is carried out twice. */
export function cancelRequest(call: GatewayCall, request: Cancel): NiceRequest {
  const { refundAccount } = request;
  return cancelOf(request.gatewayTid, call.idempotencyKey, request.reason, {
    amountMinor: request.amountMinor,
    isWhole: request.amountMinor === request.paymentAmountMinor,
    ...(request.paymentTaxFreeMinor > 0n && { split: request }),
    ...(refundAccount && {
      account: {
        RefundAcctNo: refundAccount.accountNumber,
        RefundBankCd: niceCodes.bankCode(refundAccount.bankCode) ?? refundAccount.bankCode,
        RefundAcctNm: cutToEucKrBytes(refundAccount.holder, bytesMax.refundHolder),
      },
    }),
  });
}

/** Without an account to refund to: should the deposit have come first, NICE refuses. */
export function revocationRequest(call: GatewayCall, request: Revocation, tid: string): NiceRequest {
  const { reason, paymentAmountMinor: amountMinor } = request;
  return cancelOf(tid, call.idempotencyKey, reason, { amountMinor, isWhole: true });
}

export function receiptRevocationRequest(call: GatewayCall, request: ReceiptRevocation): NiceRequest {
  const { amountMinor, balanceBeforeMinor, earlierTids } = request;
  return cancelOf(request.receiptTid, call.idempotencyKey, request.reason, {
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
      CancelMsg: cutToEucKrBytes(reason, bytesMax.reason),
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
      GoodsName: cutToEucKrBytes(request.orderName, bytesMax.goodsName),
      CashReceiptType: '0',
      BankCode: niceCodes.bankCode(request.bankCode) ?? request.bankCode,
      VbankExpDate: seoulDigits(request.dueAt).slice(0, 12),
      VbankAccountName: cutToEucKrBytes(request.holder, bytesMax.holder),
      ...(buyer.name && { BuyerName: cutToEucKrBytes(buyer.name, bytesMax.buyerName) }),
      ...(buyer.email && { BuyerEmail: cutToEucKrBytes(buyer.email, bytesMax.email) }),
      ...(buyer.tel && { BuyerTel: cutToEucKrBytes(buyer.tel, bytesMax.tel) }),
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
      GoodsName: cutToEucKrBytes(request.orderName, bytesMax.goodsName),
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
