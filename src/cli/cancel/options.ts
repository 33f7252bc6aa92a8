import type { ConnectionOptions } from '../connection.ts';

/** The options of `hwanbul cancel`. Amounts are as they were given: only the payment's currency says what they mean. */
export interface CancelOptions extends ConnectionOptions {
  readonly yes?: boolean;
  readonly merchantUid?: string;
  readonly amount?: string;
  readonly reason?: string;
  readonly checksum?: string;
  readonly taxFree?: string;
  readonly vat?: string;
  readonly refundHolder?: string;
  readonly refundBank?: string;
  readonly refundAccount?: string;
  readonly refundTel?: string;
  readonly idempotencyKey?: string;
  readonly wait: number;
  readonly retryFor: number;
  readonly file?: string;
  readonly results?: string;
  readonly concurrency: number;
  readonly dryRun?: boolean;
  readonly allowSameAmount?: boolean;
  readonly serverMoved?: boolean;
}
