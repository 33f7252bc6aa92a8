import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { cancelMethodOf, refundMethod } from '../wire/codes.ts';
import { kiwoomReason } from '../wire/text.ts';

/** The body of a cancel; it goes out in both steps. */
export type CancelBody = Readonly<
  Record<'CPID' | 'PAYMETHOD' | 'AMOUNT' | 'CANCELREQ' | 'TRXID' | 'CANCELREASON', string>
> & { readonly TAXFREEAMT?: string; readonly BANKCODE?: string; readonly ACCOUNTNO?: string };

/** A text: why Kiwoom Pay can't be asked for such a cancel. */
export function cancelBody({ channel }: GatewayCall, request: Cancel): CancelBody | string {
  const method = cancelMethodOf(request.payMethod, channel.credentials);
  if (method === undefined) return `Kiwoom Pay has no pay method ${request.payMethod}`;
  const { refundAccount, taxFreeMinor, paymentTaxFreeMinor, paymentAmountMinor } = request;
  const isRefund = method === refundMethod;
  if (isRefund && !refundAccount) return 'Kiwoom Pay refunds transfers and deposited accounts to an account only';
  const isMixed = paymentTaxFreeMinor > 0n && paymentTaxFreeMinor < paymentAmountMinor;
  // Refunds have the tax-free part behind the reason instead of in a field, and the other methods but cards have none.
  const suffix = isRefund && isMixed ? `^[${taxFreeMinor}]` : '';
  return {
    CPID: channel.mid,
    PAYMETHOD: method,
    AMOUNT: String(request.amountMinor),
    CANCELREQ: 'Y',
    TRXID: request.gatewayTid,
    CANCELREASON: kiwoomReason(request.reason) + suffix,
    ...(request.payMethod === 'card' && { TAXFREEAMT: String(taxFreeMinor) }),
    // KFTC's three digits here, whereas notices have Kiwoom Pay's two.
    ...(isRefund && refundAccount && { BANKCODE: refundAccount.bankCode, ACCOUNTNO: refundAccount.accountNumber }),
  };
}

export function revocationBody(
  { channel }: GatewayCall,
  request: PaymentReference & { readonly gatewayTid: string; readonly reason: string },
  method: string,
): CancelBody {
  return {
    CPID: channel.mid,
    PAYMETHOD: method,
    AMOUNT: String(request.paymentAmountMinor),
    CANCELREQ: 'Y',
    TRXID: request.gatewayTid,
    CANCELREASON: kiwoomReason(request.reason),
  };
}
