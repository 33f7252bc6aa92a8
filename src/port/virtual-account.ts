import type { Buyer } from './payment.ts';

export interface VirtualAccountIssue {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  /** KFTC's three-digit code. */
  readonly bankCode: string;
  readonly dueAt: Date;
  readonly holder: string;
  /** For a fixed account (the gateway's key of it, `vbank_key`, or its number, `vbank_num`), else `null`. */
  readonly fixedKey: string | null;
  readonly buyer: Buyer;
  /** KG INICIS's key per call (`pg_api_key`). */
  readonly apiKey: string | null;
}

export interface VirtualAccount {
  readonly gatewayTid: string;
  /** KFTC's three-digit code and the bank's name. */
  readonly bankCode: string;
  readonly bankName: string;
  readonly accountNumber: string;
  readonly holder: string | null;
  readonly dueAt: Date;
  readonly issuedAt: Date;
  /** What the gateway will show us when it reports the deposit (Toss: `secret`); encrypted at rest. */
  readonly noticeSecret: string | null;
}
