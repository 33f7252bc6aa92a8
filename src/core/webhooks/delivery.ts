import { columnsOf } from '../records/columns.ts';
/** What the payment server tells a merchant of. `confirm` and `test` come from no settlement. */
export const webhookEvents = [
  'paid',
  'ready',
  'failed',
  'cancelled',
  'cancellation_failed',
  'deposit_reversed',
  'escrow_changed',
  'order_changed',
  'confirm',
  'test',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type WebhookFormat = 'json' | 'form';

export type AttemptKind = 'first' | 'repeat' | 'resend' | 'test' | 'confirm';

/** A row of `webhook_deliveries`: one event for one URL. */
export interface Delivery {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly payment_id: bigint | null;
  readonly event: WebhookEvent;
  readonly body: WebhookBody;
  readonly url: string;
  /** Scheme, host and port of the URL. */
  readonly endpoint: string;
  readonly format: WebhookFormat;
  readonly state: DeliveryState;
  /** False for what was sent again by hand. */
  readonly in_order: boolean;
  readonly attempts: number;
  readonly attempts_max: number;
  /** The name by which the process that sends it has taken it. */
  readonly lease_of: string | null;
  /** By the merchant's clock; null unless the last attempt has failed and another one is to come. */
  readonly repeat_at: Date | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** Those that the code reads, for statements with a name. */
export const deliveryColumns = columnsOf<Delivery>({
  id: true,
  merchant_id: true,
  payment_id: true,
  event: true,
  body: true,
  url: true,
  endpoint: true,
  format: true,
  state: true,
  in_order: true,
  attempts: true,
  attempts_max: true,
  lease_of: true,
  repeat_at: true,
  created_at: true,
  ended_at: true,
});

/** i'mport's names, since this is what goes out. `cancellation_id` is there for cancellations only. */
export interface WebhookBody {
  readonly event?: string;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  /** Of what a shop is asked before a payment. */
  readonly amount?: number;
  readonly status?: string;
  readonly cancellation_id?: string | null;
  readonly extra?: Readonly<Record<string, string | number | null>>;
}

/** A row of `webhook_attempts`. */
export interface Attempt {
  readonly kind: AttemptKind;
  /** By the merchant's clock. */
  readonly at: Date;
  readonly content_type: string;
  readonly request_body: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly answer: Buffer;
}
