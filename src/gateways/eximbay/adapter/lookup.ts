import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { succeeded } from '../wire/codes.ts';
import type { Fields } from '../wire/fgkey.ts';
import { readAnswer, send } from './requests.ts';

export type Queried =
  | { readonly kind: 'found'; readonly amountMinor: bigint; readonly balanceMinor: bigint; readonly answer: Fields }
  | { readonly kind: 'not_found' | 'unknown'; readonly why: string };

/** QUERY by the transaction: a declined payment is answered with `0000` as well, so that the status counts. */
export async function queryBalance(call: GatewayCall, reference: PaymentReference): Promise<Queried> {
  const { gatewayTid, currency } = reference;
  if (gatewayTid === null) return unknown('Eximbay looks payments up by their transaction');
  const result = await send(call, 'QUERY', { ...reference, gatewayTid }, { keyfield: 'TRANSID' });
  const read = readAnswer(call, reference, result);
  if ('outcome' in read) return unknown(read.outcome.why);
  const { answer } = read;
  if (answer.rescode !== succeeded) return unknown(`Eximbay answered ${answer.rescode}`);
  if (answer.status === 'NONE') return { kind: 'not_found', why: 'Eximbay does not know the payment' };
  const [amount, balance] = [answer.amt, answer.balance].map((text) =>
    isKnownCurrency(currency) && text !== undefined ? readAmount(text, currency) : undefined,
  );
  const isReadable = answer.status === 'SALE' && (answer.cur ?? currency) === currency && amount?.ok && balance?.ok;
  if (!isReadable) return unknown(`the payment is ${(answer.status ?? '').slice(0, 40)}`);
  if (amount.minor !== reference.paymentAmountMinor || balance.minor > amount.minor) {
    return unknown('Eximbay has the payment with another amount');
  }
  return { kind: 'found', amountMinor: amount.minor, balanceMinor: balance.minor, answer };
}

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const queried = await queryBalance(call, reference);
  if (queried.kind !== 'found') {
    return queried.kind === 'not_found' ? { kind: 'not_found' } : { kind: 'unknown', why: queried.why };
  }
  const { amountMinor, balanceMinor, answer } = queried;
  const gatewayTid = reference.gatewayTid ?? '';
  const paidAt = readSeoulDigits(answer.resdt ?? '') ?? null;
  const { cardno1, cardno4 } = answer;
  return {
    kind: 'found',
    payment: {
      status: balanceMinor === amountMinor ? 'paid' : balanceMinor === 0n ? 'cancelled' : 'partially_cancelled',
      payMethod: reference.payMethod,
      amountMinor,
      balanceMinor,
      gatewayTid,
      paidAt,
      approval: paidAt && {
        gatewayTid,
        approvalNumber: answer.authcode || null,
        approvedAt: paidAt,
        receiptUrl: null,
        card:
          cardno1 && cardno4
            ? {
                maskedNumber: `${cardno1}********${cardno4}`,
                code: null,
                name: null,
                issuerCode: null,
                issuerName: null,
                installmentMonths: 0,
                type: null,
              }
            : null,
        bank: null,
      },
      virtualAccount: null,
      barcode: null,
      depositorName: null,
      cancels: null,
    },
  };
}

function unknown(why: string): Queried {
  return { kind: 'unknown', why };
}
