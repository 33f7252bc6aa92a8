import { readAmount } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { readBeijingTime } from '../wire/beijing-time.ts';
import { services } from '../wire/protocol.ts';
import type { Fields } from '../wire/sign.ts';
import { ask } from './requests.ts';

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const asked = await ask(call, services.tradeQuery, { out_trade_no: reference.orderId });
  if ('outcome' in asked) return unknown(asked.outcome.why);
  const { isTaken, error, told } = asked.answer;
  if (!isTaken) return error === 'TRADE_NOT_EXIST' ? { kind: 'not_found' } : unknown(`Alipay answered ${error}`);
  const { trade_no: gatewayTid = '', out_trade_no } = told;
  if (out_trade_no !== reference.orderId || gatewayTid === '' || gatewayTid !== (reference.gatewayTid ?? gatewayTid)) {
    return unknown('Alipay answered about another payment');
  }
  const status = statusOf(told);
  if (!status) return unknown(`the trade is ${(told.trade_status ?? '').slice(0, 40)}, or given back in part`);
  return { kind: 'found', payment: gatewayPaymentOf(reference, gatewayTid, status, told) };
}

/**
 * A trade stays `TRADE_FINISHED` when it is refunded, and is `TRADE_CLOSED` when nobody has paid it in time. Amounts are yuan, at a
 * rate that is not told: that nothing or all was given back can be seen in them, but not how much of a part that is in the
 * payment's currency. Source: Alipay's page of `single_trade_query`, as a public client has it. `undefined`: none of these.
 */
function statusOf({ trade_status, total_fee, to_buyer_fee }: Fields): 'paid' | 'cancelled' | 'failed' | undefined {
  const [total, refunded] = [total_fee, to_buyer_fee].map((text) => readAmount(text, 'CNY'));
  if (!total?.ok || !refunded?.ok || total.minor === 0n) return undefined;
  const isUntouched = refunded.minor === 0n;
  switch (trade_status) {
    case 'TRADE_FINISHED':
    case 'TRADE_SUCCESS':
      if (isUntouched) return 'paid';
      return refunded.minor === total.minor ? 'cancelled' : undefined;
    case 'TRADE_CLOSED':
      return isUntouched ? 'failed' : undefined;
    default:
      return undefined;
  }
}

/** The amount is ours: in the payment's currency Alipay tells none. */
function gatewayPaymentOf(
  { payMethod, paymentAmountMinor: amountMinor }: PaymentReference,
  gatewayTid: string,
  status: 'paid' | 'cancelled' | 'failed',
  told: Fields,
): GatewayPayment {
  const paidAt = status === 'failed' ? null : (readBeijingTime(told.gmt_payment ?? '') ?? null);
  return {
    status,
    payMethod,
    amountMinor,
    balanceMinor: status === 'cancelled' ? 0n : amountMinor,
    gatewayTid,
    paidAt,
    approval: paidAt && {
      gatewayTid,
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: null,
  };
}

function unknown(why: string): Lookup {
  return { kind: 'unknown', why };
}
