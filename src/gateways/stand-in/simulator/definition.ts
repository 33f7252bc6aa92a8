import type { ControlContext, SimulatorRefusal } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import type { SecretOf } from '../wire/protocol.ts';

/** What a gateway's simulator says of its own about the operations that go over the stand-in. */
export interface SimulatorStandIn {
  readonly secretOf: SecretOf;
  /** A rule of the gateway that speaks against it, in the gateway's own code and text. */
  refuse?(operation: FaultOperation, payment: BookPayment, context: ControlContext): SimulatorRefusal | undefined;
  /** Are refunds paid out later, and told of by a notice? Milliseconds until then; absent: at once. */
  readonly refundsAfterMs?: number;
}
