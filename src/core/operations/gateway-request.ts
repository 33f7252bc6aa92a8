import type { GatewayCall } from '../../port/call.ts';
import { operationAt } from '../../port/gateway.ts';
import type { GatewayOperation, Inquiry, ResultOf } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { OperationContext } from './context.ts';
import type { OperationKinds } from './kind.ts';

/** Sends the operation to its gateway, once. */
export function sendOperation<K extends GatewayOperation>(
  kinds: OperationKinds,
  name: K,
  context: OperationContext,
  call: GatewayCall,
): Promise<Outcome<ResultOf<K>>> {
  return operationAt(context.channel.gateway, name).send(call, kinds[name].requestOf(context));
}

/** Asks the gateway what became of the operation, once. */
export function inquireOperation<K extends GatewayOperation>(
  kinds: OperationKinds,
  name: K,
  context: OperationContext,
  call: GatewayCall,
  sentAt: Date,
): Promise<Inquiry<ResultOf<K>>> {
  return operationAt(context.channel.gateway, name).inquire(call, kinds[name].askedOf(context), sentAt);
}
