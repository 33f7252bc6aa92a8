import type { OperationAt } from '../../../port/operations.ts';
import type { PayMethod } from '../../../port/payment.ts';
import type { StandIn } from './stand-in.ts';

/** Cancels over the stand-in for the pay methods given, and the gateway's own way (`own`) for all others. */
export function cancelByPayMethod(
  standIn: StandIn,
  overStandIn: readonly PayMethod[],
  own: OperationAt<'cancel'>,
): OperationAt<'cancel'> {
  const wayOf = ({ payMethod }: { readonly payMethod: PayMethod }) =>
    overStandIn.includes(payMethod) ? standIn.operations.cancel : own;
  return {
    send: (call, request) => wayOf(request).send(call, request),
    inquire: (call, request, sentAt) => wayOf(request).inquire(call, request, sentAt),
  };
}
