import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { methodCodeOf } from '../wire/codes.ts';
import { answerOf, type HectoAnswer, readAmountText } from '../wire/wire.ts';
import { isAnswerTo } from './answers.ts';
import { inquiryPacket, send } from './requests.ts';

/** What Hecto's book says of a payment. It tells the sum of all cancellations, and no ids. */
type Fetched =
  | {
      readonly kind: 'found';
      readonly state: 'waiting' | 'paid' | 'cancelled' | 'failed';
      readonly gatewayTid: string;
      readonly message: string;
      readonly amountMinor: bigint;
      readonly cancelledMinor: bigint;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

export async function lookUpAtHecto(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const found = await fetchPayment(call, reference);
  if (found.kind !== 'found') {
    // Nothing says that an account which waits is a transaction yet: one whose number is known was not made up.
    const isAccount = reference.payMethod === 'vbank' && reference.gatewayTid !== null;
    if (found.kind === 'not_found' && isAccount)
      return { kind: 'unknown', why: 'Hecto shows no deposit of the account' };
    return found;
  }
  return {
    kind: 'found',
    payment: {
      status: statusOf(found),
      payMethod: reference.payMethod,
      amountMinor: found.amountMinor,
      balanceMinor: found.state === 'failed' ? 0n : found.amountMinor - found.cancelledMinor,
      gatewayTid: found.gatewayTid,
      // The answer has no times and no card.
      paidAt: null,
      approval: null,
      virtualAccount: null,
      barcode: null,
      depositorName: null,
      cancels: null,
    },
  };
}

function statusOf(found: Extract<Fetched, { kind: 'found' }>): GatewayPayment['status'] {
  if (found.state === 'waiting') return 'waiting_for_deposit';
  if (found.state === 'failed') return 'failed';
  if (found.cancelledMinor === 0n) return 'paid';
  return found.cancelledMinor === found.amountMinor ? 'cancelled' : 'partially_cancelled';
}

export async function fetchPayment(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  const method = methodCodeOf(reference.payMethod);
  if (!method) return { kind: 'unknown', why: `Hecto has no pay method ${reference.payMethod}` };
  const packet = inquiryPacket(call, reference, method);
  const result = await send(call, packet);
  if (result.kind === 'never_sent') return { kind: 'unknown', why: result.why };
  const answer = answerOf(result);
  if ('why' in answer) return { kind: 'unknown', why: answer.why };
  if (!isAnswerTo(call, packet, answer)) return { kind: 'unknown', why: 'the answer is not the one to this inquiry' };
  if (answer.status === '0031' && answer.code === 'ST06') return { kind: 'not_found' };
  return readFound(answer, reference, method);
}

function readFound(answer: HectoAnswer, reference: PaymentReference, method: string): Fetched {
  const state = stateOf(answer);
  if (!state) return { kind: 'unknown', why: `Hecto answers ${answer.status} ${answer.code}` };
  const gatewayTid = answer.param('trdNo');
  const amountMinor = readAmountText(answer.field('trdAmt'));
  const cancelledMinor = readAmountText(answer.field('cnclAmt') || '0');
  const isOurs = answer.field('method') === method && (reference.gatewayTid ?? gatewayTid) === gatewayTid;
  if (!isOurs || gatewayTid === '' || amountMinor !== reference.paymentAmountMinor) {
    return { kind: 'unknown', why: 'the answer is about another payment' };
  }
  const isSound = cancelledMinor !== undefined && cancelledMinor <= amountMinor;
  if (!isSound || (state === 'cancelled' && cancelledMinor === 0n)) {
    return { kind: 'unknown', why: 'the amounts in the answer contradict each other' };
  }
  return { kind: 'found', state, gatewayTid, message: answer.message, amountMinor, cancelledMinor };
}

/** `0000`, `0001` and `0009` as chapter 38.7 has them; that an account which waits is told as `0051` is inferred. */
function stateOf({ status, code }: HectoAnswer): Extract<Fetched, { kind: 'found' }>['state'] | undefined {
  if (code === '0001') return 'cancelled';
  if (code === '0009') return 'failed';
  if (status === '0051') return 'waiting';
  return status === '0021' && code === '0000' ? 'paid' : undefined;
}
