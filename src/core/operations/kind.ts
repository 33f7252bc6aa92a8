import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import type { AskedOf, GatewayOperation, RequestOf, ResultOf } from '../../port/operations.ts';
import type { TurnRow } from '../records/subject.ts';
import type { OperationContext } from './context.ts';
import type { Ending } from './ending.ts';
import type { Leases } from './leases.ts';

/**
 * Everything that one kind of operation has of its own. The life that all kinds share (run, settle, doubt, recover) knows a
 * kind only in this form; `core/kinds.ts` lists them.
 */
export interface OperationKind<K extends GatewayOperation> {
  readonly name: K;
  /** May the request be made again from what is written down? Card data never is. */
  readonly isRepeatable: boolean;
  /** Only while the card is there: until the request that brought it ends. */
  readonly repeatsWithCardOnly?: true;
  /**
   * It moves no money, and may be asked for anew whatever became of it. When all has been asked and nothing can tell, it ends as
   * refused instead of staying in doubt, so that it can be asked for anew.
   */
  readonly endsUnanswered?: true;
  /** What the caller is told when the gateway says no, and when it is not known what became of it. */
  readonly refusal: ErrorCode;
  readonly doubt: 'cancellation_in_doubt' | 'outcome_in_doubt';
  /**
   * The request, made from what is written down, so that a repeat is the same to the letter: gateways compare the body of
   * a repeated key.
   */
  requestOf(context: OperationContext): RequestOf<K>;
  /** What an inquiry is told of the request. */
  askedOf(context: OperationContext): AskedOf<K>;
  /** What the gateway would have answered, as far as a person knows who ends a doubt. Asks for what can't be done without. */
  resultByPerson(context: OperationContext, found: FoundAtGateway, now: Date): ResultOf<K>;
  /** Does another operation begin with a success: the revocation of a cash receipt that we have to send, the cancellation of a check? */
  hasFollowUp?(context: OperationContext): boolean;
  /** Does our book have it as soon as the gateway has accepted it? Without this, only when it has ended. */
  isShownWhenAccepted?(context: OperationContext): boolean;
  /** Must it be done although nobody waits for it, who would ask again? What could not be sent then stays open, and is tried again. */
  isOwed?(context: OperationContext): boolean;
  createSettle(parts: SettlementParts): Settle<K>;
}

export type OperationKinds = { readonly [K in GatewayOperation]: OperationKind<K> };

/** What a settlement has to know besides the ending itself. */
export interface SettlementParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly leases: Leases;
}

/**
 * Writes down what became of an operation: its state, our book, the history, the webhook and the audit in one statement
 * and so in one transaction. Answers the row whose turn the operation had, as it is then, or `undefined` if somebody else has ended the operation
 * before (the statement is conditional on the operation being open, so a repeat changes nothing).
 */
export type Settle<K extends GatewayOperation = GatewayOperation> = (ending: Ending<K>) => Promise<TurnRow | undefined>;

/** What a person has found in the gateway's own books. Empty where there was nothing of the kind. */
export interface FoundAtGateway {
  /** The gateway's id: of the cancellation, of the payment that was made, or of the receipt. */
  readonly gatewayTid?: string | undefined;
  /** Of the card company, or of the National Tax Service. */
  readonly approvalNumber?: string | undefined;
  readonly accountNumber?: string | undefined;
  readonly barcode?: string | undefined;
}

/** What the book must have if the operation was reserved: without it there is a defect, and nothing is sent. */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the ${what} is missing`);
  return value;
}
