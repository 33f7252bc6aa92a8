import type { PayMethod } from '../../../port/payment.ts';
import type { WalletMeans } from '../../../port/wallet.ts';
import type { ControlContext, SimulatorRefusal } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import type { CancelMessage, SecretOf } from '../wire/protocol.ts';

/** What a gateway's simulator says of its own about the operations that go over the stand-in. */
export interface SimulatorStandIn {
  readonly secretOf: SecretOf;
  /** A rule of the gateway that speaks against it, in the gateway's own code and text. */
  refuse?(operation: FaultOperation, payment: BookPayment, context: ControlContext): SimulatorRefusal | undefined;
  /** Wallets that the gateway keeps: with what can be paid, and which pay method that is. */
  readonly wallets?: Readonly<Partial<Record<WalletMeans['kind'], PayMethod>>>;
  /** Does it show sub-merchants on the slip? */
  readonly slipParts?: true;
  /** What else the gateway's book notes with a cancel of this id. What it refuses (`SimulatorRefusal`) is not done at all. */
  alongCancel?(message: CancelMessage, payment: BookPayment, cancelId: string, context: ControlContext): void;
  /** Are refunds paid out later, and told of by a notice? Milliseconds until then; absent: at once. */
  readonly refundsAfterMs?: number;
}
