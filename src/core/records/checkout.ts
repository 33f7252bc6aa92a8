import type { CustomerColumns } from './billing-key.ts';
import { columnsOf } from './columns.ts';

/** How the shop's page shows a window, and is told of its end: in itself, in a window beside it, or by being left and come back to. */
export const checkoutWays = ['iframe', 'popup', 'redirect'] as const;
export type CheckoutWay = (typeof checkoutWays)[number];

/** A row of `checkouts`: a window that a shop's page has opened. Its `imp_uid` is that of its payment, or of its certification. */
export interface CheckoutRow {
  readonly merchant_id: bigint;
  readonly id: bigint;
  readonly kind: 'payment' | 'certification';
  readonly imp_uid: string;
  readonly channel_id: bigint;
  readonly way: CheckoutWay;
  readonly request: CheckoutRequest;
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly busy_until: Date | null;
  readonly end_code: string | null;
}

/** Those that the code reads, for statements with a name. */
export const checkoutColumns = columnsOf<CheckoutRow>({
  merchant_id: true,
  id: true,
  kind: true,
  imp_uid: true,
  channel_id: true,
  way: true,
  request: true,
  opened_at: true,
  expires_at: true,
  busy_until: true,
  end_code: true,
});

/** What the shop's page asked for, besides what stands in the payment. */
export interface CheckoutRequest {
  readonly merchant_uid: string;
  readonly language: 'ko' | 'en';
  /** Where the page wants the browser to go when it has ended. */
  readonly redirect_url: string | null;
  /** The name that the buyer is shown, where it is not the merchant's. */
  readonly company: string | null;
  readonly origin: string | null;
  readonly payment?: PaymentWindow;
  readonly certification?: CertificationWindow;
}

export interface PaymentWindow {
  /** A key is issued under this name. */
  readonly key: { readonly customer_uid: string; readonly customer_id: string | null } | null;
  readonly customer: CustomerColumns;
  /** Months that are offered; `null`: those of the gateway. */
  readonly quotas: readonly number[] | null;
  /** Straight to one card company, by i'mport's code. */
  readonly direct: { readonly code: string; readonly quota: number } | null;
  /** Card companies that are shown or not, by i'mport's code or `*`. */
  readonly issuers: readonly { readonly code: string; readonly enabled: boolean; readonly max_month: number | null }[];
  readonly use_point: boolean;
  /** Seconds since 1970. */
  readonly vbank_due: number | null;
  readonly period: Readonly<Record<string, string>> | null;
  /** `custom_data` was given as a text; else the payment has the JSON of what was given. */
  readonly custom_data_is_text: boolean;
  /** What only this gateway's window asks for. */
  readonly terms: Readonly<Record<string, unknown>> | null;
}

export interface CertificationWindow {
  readonly name: string | null;
  readonly phone: string | null;
  readonly carrier: string | null;
  readonly min_age: number | null;
}
