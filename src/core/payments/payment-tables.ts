import type { Payment } from '../records/payment.ts';

/** What the lists need to know of the database; money never moves through this. */
export interface PaymentTables {
  readonly payments: Payment;
}
