import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { cancelMethodOf } from '../wire/codes.ts';
import { reasonBytesMax, wireReason } from '../wire/text.ts';

/** The body of a cancel; it goes out in both steps. */
export type CancelBody = Readonly<
  Record<'CPID' | 'PAYMETHOD' | 'AMOUNT' | 'CANCELREQ' | 'TRXID' | 'CANCELREASON', string>
> & { readonly TAXFREEAMT?: string };

/** `undefined`: Kiwoom Pay has no such pay method. */
export function cancelBody({ channel }: GatewayCall, request: Cancel): CancelBody | undefined {
  const method = cancelMethodOf(request.payMethod, channel.credentials);
  if (method === undefined) return undefined;
  const { taxFreeMinor, paymentTaxFreeMinor, paymentAmountMinor } = request;
  const isMixed = paymentTaxFreeMinor > 0n && paymentTaxFreeMinor < paymentAmountMinor;
  // Transfers have the tax-free part behind the reason instead of in a field, and the other methods have none.
  const suffix = request.payMethod === 'trans' && isMixed ? `^[${taxFreeMinor}]` : '';
  return {
    CPID: channel.mid,
    PAYMETHOD: method,
    AMOUNT: String(request.amountMinor),
    CANCELREQ: 'Y',
    TRXID: request.gatewayTid,
    CANCELREASON: wireReason(request.reason, reasonBytesMax - suffix.length) + suffix,
    ...(request.payMethod === 'card' && { TAXFREEAMT: String(taxFreeMinor) }),
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
    CANCELREASON: wireReason(request.reason),
  };
}
