import type { GatewayCall } from '../../port/call.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { PaymentReference } from '../../port/payment.ts';
import type { Channel } from '../merchants/channels.ts';
import { askUntilClear } from '../operations/ask-until-clear.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';

/** Tells a gateway something about an order that was paid, under one key, until it is clear what came of it. */
export function tellGateway(
  parts: QuestionParts & { readonly clock: { now(): Date } },
  payment: Payment,
  channel: Channel,
  deadline: Deadline,
  send: (call: GatewayCall, payment: PaymentReference) => Promise<Outcome<null>>,
): Promise<Outcome<null>> {
  const key = newOperationId(parts.clock.now());
  return askUntilClear<Outcome<null>>(deadline, {
    send: (isRepeat) => send(callOutside(parts, channel, { key, deadline, isRepeat }), referenceTo(payment)),
  });
}
