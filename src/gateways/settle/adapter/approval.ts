import type { Approval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { approvalOf, outcomeOf } from './answers.ts';
import { isCurrency, wrongCurrency } from './currency.ts';
import { fetchPayment } from './lookup.ts';
import { approvalPacket, send } from './requests.ts';

export const approve: OperationAt<'approve'> = {
  async send(call, request) {
    if (!isCurrency(request.currency, 'card')) return wrongCurrency;
    const packet = approvalPacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) =>
      approvalOf(call, request, answer, request.card.number),
    );
  },
  inquire: inquireApproval,
};

/** Of a payment by card, whether by its number or by a key. */
export async function inquireApproval(call: GatewayCall, payment: PaymentReference): Promise<Inquiry<Approval>> {
  const found = await fetchPayment(call, payment);
  if (found.kind === 'unknown') return found;
  // Card numbers are not kept; and that a second request with a key would be refused for its number is not documented.
  if (found.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: false };
  if (found.state === 'failed') return { kind: 'refused', code: '0009', message: found.message, category: 'other' };
  const approval: Approval = {
    gatewayTid: found.gatewayTid,
    approvalNumber: null,
    approvedAt: payment.madeAt,
    receiptUrl: null,
    card: null,
    bank: null,
  };
  return found.state === 'waiting' ? { kind: 'unknown', why: 'no card waits' } : { kind: 'done', result: approval };
}
