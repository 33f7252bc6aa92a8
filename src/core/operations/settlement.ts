import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Payment } from '../records/payment.ts';
import type { Ending } from './ending.ts';
import type { Leases } from './leases.ts';

/** What a settlement has to know besides the ending itself. */
export interface SettlementParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly leases: Leases;
}

/**
 * Writes down what became of an operation: its state, our book, the history, the webhook and the audit in one statement
 * and so in one transaction. Answers the payment as it is then, or `undefined` if somebody else has ended the operation
 * before (the statement is conditional on the operation being open, so a repeat changes nothing).
 */
export type Settle = (ending: Ending) => Promise<Payment | undefined>;
