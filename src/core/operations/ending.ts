import type { GatewayOperation, ResultOf } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { Subject } from '../records/subject.ts';

/** Something that may be written down as what became of an operation: everything but a doubt. */
export type EndingOutcome<K extends GatewayOperation = GatewayOperation> = Exclude<
  Outcome<ResultOf<K>>,
  { kind: 'unclear' }
>;

/** What became of one operation, who says so, and why. Writing it down is `settle`. */
export interface Ending<K extends GatewayOperation = GatewayOperation> {
  readonly merchantId: bigint;
  readonly operationId: string;
  /** The row whose turn the operation has, a payment or a billing key: endings of one row come one after the other. */
  readonly turnRowId: bigint;
  /** Set where the kind has to tell apart what it may be about. */
  readonly about?: Subject['type'];
  readonly kind: K;
  readonly outcome: EndingOutcome<K>;
  /** When the request was handed to the gateway; `null` only for what was never sent. */
  readonly sentAt: Date | null;
  /** When it is written down, by the merchant's clock. */
  readonly endedAt: Date;
  readonly by: string;
  readonly why: string;
  /** The id for what follows: the revocation of a cash receipt after a cancellation, the cancellation after a key's check. */
  readonly followUpId: string | null;
  /** Written down only while the operation is at this lease (`Operation.inquiries`). Without it, whoever has it. */
  readonly lease?: number;
  /**
   * A cancellation that a person ended is announced by a webhook always, as one in the real server's console is; any other
   * only when it was asked for with `enable_webhook`.
   */
  readonly announcedAlways?: boolean;
  /** Of what the gateway has only accepted: does our book have it from now on, and not only when it has ended? */
  readonly isShownAtOnce?: boolean;
}

/** The result of a success; what was refused, not sent, or only taken has none that counts yet. */
export function confirmedResult<K extends GatewayOperation>({ outcome }: Ending<K>): ResultOf<K> | undefined {
  return outcome.kind === 'confirmed' ? outcome.result : undefined;
}

export const endingStates = {
  confirmed: 'confirmed',
  accepted: 'accepted',
  refused: 'refused',
  never_sent: 'unsent',
} as const satisfies Record<EndingOutcome['kind'], string>;
