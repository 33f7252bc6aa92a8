import type { GatewayCall } from './call.ts';
import type { PaymentReference } from './payment.ts';

export const deliveryTypes = ['physical', 'digital'] as const;
export const deliveryStatuses = ['order_placed', 'order_shipped', 'delivering', 'delivered'] as const;

/** Where goods go. Personal data: sent on, never kept, never logged. */
export interface DeliveryAddress {
  readonly country: string;
  readonly city: string;
  readonly zip: string;
  /** `N/A` outside the USA. */
  readonly state: string;
  readonly street: string;
  readonly phone: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly trackingId: string;
  readonly carrier: string;
}

/** What the merchant tells of the delivery of what was paid for. It moves no money, and the last one counts. */
export interface DeliveryConfirmation {
  readonly payment: PaymentReference & { readonly gatewayTid: string };
  /** The merchant's own number of the order. */
  readonly merchantUid: string;
  readonly type: (typeof deliveryTypes)[number];
  readonly status: (typeof deliveryStatuses)[number];
  readonly estimatedDeliveryAt: Date;
  readonly estimatedUpdateAt: Date;
  readonly refundable: boolean;
  readonly reason: string | null;
  readonly details: string | null;
  readonly email: string;
  /** Of physical goods. */
  readonly address: DeliveryAddress | null;
}

export type DeliveryOutcome =
  | { readonly kind: 'confirmed' }
  /** The gateway's own numbers and texts. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly notices: readonly string[] }
  | { readonly kind: 'never_sent'; readonly why: string }
  | { readonly kind: 'unclear'; readonly why: string };

/** For a gateway that wants to know of deliveries. */
export interface Deliveries {
  confirm(call: GatewayCall, confirmation: DeliveryConfirmation): Promise<DeliveryOutcome>;
}
