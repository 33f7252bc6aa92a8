import { amountText } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { postForm } from '../../../port/post.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { type Fields, fgkeyOf, isSigned, readQuery } from '../wire/fgkey.ts';
import { paths, version } from '../wire/paths.ts';

/** What every request says of the payment that it is about; `amt` is what was paid. */
export function send(
  call: GatewayCall,
  txntype: 'REFUND' | 'QUERY',
  { orderId, gatewayTid, currency, paymentAmountMinor }: PaymentReference & { readonly gatewayTid: string },
  more: Fields,
) {
  const { mid, credentials } = call.channel;
  const fields = {
    ver: version,
    txntype,
    charset: 'UTF-8',
    lang: 'KR',
    mid,
    ref: orderId,
    cur: currency,
    amt: amountText(paymentAmountMinor, currency),
    transid: gatewayTid,
    ...more,
  };
  return postForm(call, paths.direct, { ...fields, fgkey: fgkeyOf(credentials.secretKey ?? '', fields) });
}

/**
 * An answer that Eximbay has signed, about the payment that was asked about. One that refuses need not be signed: whoever does
 * not know the merchant can't sign for it.
 */
export function readAnswer(
  call: GatewayCall,
  reference: Pick<PaymentReference, 'orderId' | 'gatewayTid'>,
  result: Parameters<typeof readDecided>[0],
): { readonly answer: Fields } | { readonly outcome: Extract<Outcome<never>, { kind: 'never_sent' | 'unclear' }> } {
  const decided = readDecided(result, (text) => {
    const fields = readQuery(text);
    return fields.rescode ? fields : undefined;
  });
  if ('outcome' in decided) return decided;
  const { answer } = decided;
  const { mid = call.channel.mid, ref = reference.orderId, transid = reference.gatewayTid } = answer;
  const isOurs = mid === call.channel.mid && ref === reference.orderId && transid === reference.gatewayTid;
  const isGenuine =
    answer.fgkey === undefined ? answer.rescode !== '0000' : isSigned(call.channel.credentials.secretKey ?? '', answer);
  return isOurs && isGenuine ? decided : { outcome: notOurs };
}
