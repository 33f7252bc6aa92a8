import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { wireReason } from '../../../port/texts.ts';
import { taxOfCancel } from '../wire/tax.ts';
import { memoRule } from '../wire/text.ts';
import type { PaycoOrder } from '../wire/transaction-id.ts';

export function send(
  call: GatewayCall,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  const { sellerKey = '' } = call.channel.credentials;
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
    body: JSON.stringify({ sellerKey, ...fields }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** `totalCancelPossibleAmt` is what could be cancelled before; PAYCO refuses when it is another. */
export function cancelFields(call: GatewayCall, request: Cancel, order: PaycoOrder): Record<string, unknown> {
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  const tax = taxOfCancel(request);
  return {
    ...checkFields(call, request, order),
    ...(tax && {
      totalCancelTaxfreeAmt: amount(tax.taxFreeMinor),
      totalCancelTaxableAmt: amount(tax.taxableMinor),
      totalCancelVatAmt: amount(tax.vatMinor),
    }),
    requestMemo: wireReason(request.reason, memoRule),
    totalCancelPossibleAmt: amount(request.balanceBeforeMinor),
  };
}

/**
 * Without products PAYCO cancels the whole order, so that a part names them: the one product that an order of ours has,
 * under the order's own id.
 */
export function checkFields(call: GatewayCall, request: Cancel, order: PaycoOrder): Record<string, unknown> {
  const amount = amountNumber(request.amountMinor, request.currency);
  return {
    orderNo: order.orderNo,
    orderCertifyKey: order.orderCertifyKey,
    sellerOrderReferenceKey: request.orderId,
    cancelTotalAmt: amount,
    ...(request.amountMinor !== request.paymentAmountMinor && {
      orderProducts: [
        {
          sellerOrderProductReferenceKey: request.orderId,
          cpId: call.channel.mid,
          productId: call.channel.credentials.productId ?? '',
          productAmt: amount,
          cancelDetailContent: wireReason(request.reason, memoRule),
        },
      ],
    }),
  };
}
