import type { GatewayCall } from '../../../port/call.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { type Charge, chargedMinor } from '../wire/charge.ts';
import { brickErrorOf } from '../wire/errors.ts';
import { sendInquiry } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly charge: Charge; readonly amountMinor: bigint }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Brick knows a charge by its own id only. An answer about another charge, or in another currency, is none. */
export async function fetchCharge(call: GatewayCall, { gatewayTid, currency }: PaymentReference): Promise<Fetched> {
  if (gatewayTid === null) return { kind: 'unknown', why: 'Paymentwall looks payments up by their charge' };
  const read = await sendInquiry(call, gatewayTid);
  if ('outcome' in read) return { kind: 'unknown', why: read.outcome.why };
  if ('error' in read) {
    const { code } = read.error;
    return brickErrorOf(code)?.category === 'unknown_transaction'
      ? { kind: 'not_found' }
      : { kind: 'unknown', why: `Paymentwall answered ${code}` };
  }
  const { charge } = read;
  const amountMinor = charge.id === gatewayTid ? chargedMinor(charge, currency) : undefined;
  return amountMinor === undefined
    ? { kind: 'unknown', why: 'the answer is about another charge, or has no amount that can be read' }
    : { kind: 'found', charge, amountMinor };
}

/**
 * `undefined`: it is not finished. What the risk department still looks at (`pending`) is not paid, nor is what is only
 * authorised. What was refunded stays so, whatever else is said.
 */
export function statusOf({ captured, refunded, risk }: Charge): 'paid' | 'cancelled' | 'failed' | undefined {
  if (refunded) return 'cancelled';
  if (risk === 'declined') return 'failed';
  return risk === 'approved' && captured ? 'paid' : undefined;
}

export async function lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const fetched = await fetchCharge(call, reference);
  if (fetched.kind !== 'found') return fetched;
  const { charge, amountMinor } = fetched;
  const status = statusOf(charge);
  if (!status) return { kind: 'unknown', why: whyUnfinished(charge) };
  const paidAt = charge.created === undefined ? null : new Date(charge.created * 1000);
  const last4 = charge.card?.last4;
  return {
    kind: 'found',
    payment: {
      status,
      payMethod: reference.payMethod,
      amountMinor,
      balanceMinor: status === 'paid' ? amountMinor : 0n,
      gatewayTid: charge.id,
      paidAt,
      approval: paidAt && {
        gatewayTid: charge.id,
        approvalNumber: null,
        approvedAt: paidAt,
        receiptUrl: null,
        card:
          last4 === undefined
            ? null
            : {
                maskedNumber: last4.padStart(16, '*'),
                code: null,
                name: null,
                issuerCode: null,
                issuerName: null,
                installmentMonths: 0,
                type: null,
              },
        bank: null,
      },
      virtualAccount: null,
      barcode: null,
      depositorName: null,
      // That it was refunded is told, and not when.
      cancels: null,
    },
  };
}

export function whyUnfinished({ captured, risk }: Charge): string {
  return captured ? `the risk of the charge is ${risk}` : 'the charge is not captured';
}
