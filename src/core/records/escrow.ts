import type { EscrowStatus } from '../../port/escrow.ts';

/** A row of `escrows`: the goods of an escrow payment, from when they were sent. */
export interface EscrowRow {
  readonly merchant_id: bigint;
  readonly payment_id: bigint;
  readonly company: string;
  readonly invoice: string;
  readonly sent_at: Date;
  readonly applied_at: Date;
  readonly status: EscrowStatus;
  readonly changed_at: Date;
  readonly denied_reason: string | null;
}

/** As i'mport's webhook numbers them. */
export const escrowStatusNumbers = {
  shipped: '2',
  confirmed: '3',
  auto_confirmed: '31',
  forced: '32',
  refused: '4',
  cancelled: '8',
  refusal_acknowledged: '10',
} as const satisfies Readonly<Record<EscrowStatus, string>>;
