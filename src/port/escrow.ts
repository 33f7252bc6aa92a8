import type { PaymentReference } from './payment.ts';

/** Who sends, or receives, what was paid for. Personal data: encrypted at rest, never logged. `null`: not given. */
export interface ShippingParty {
  readonly name: string | null;
  readonly tel: string | null;
  readonly address: string | null;
  readonly addressLine1: string | null;
  readonly addressLine2: string | null;
  readonly postcode: string | null;
  /** How the receiver knows the sender. */
  readonly relationship: string | null;
}

export interface ShippedProduct {
  readonly id: string;
  readonly name: string;
  readonly amountMinor: bigint;
  readonly code: string | null;
  readonly currency: string;
  readonly quantity: number;
  readonly tag: string | null;
}

/** What the merchant tells the gateway of an escrow payment's goods, so that the buyer can be asked whether they came. */
export interface ShippingRegistration {
  readonly payment: PaymentReference & { readonly gatewayTid: string };
  /** Takes the place of what was registered before. */
  readonly isChange: boolean;
  /** i'mport's code of the courier. */
  readonly company: string;
  readonly invoice: string;
  readonly sentAt: Date;
  /** `YYYYMMDD`. */
  readonly receivingDay: string | null;
  readonly deliveryAddress: string | null;
  readonly sender: ShippingParty;
  readonly receiver: ShippingParty;
  readonly products: readonly ShippedProduct[];
  /** Is the buyer written to after the confirmation? */
  readonly sendsEmail: boolean;
}

export interface ShippingRegistered {
  readonly registeredAt: Date;
}

/**
 * What has become of an escrow since its goods were sent: nothing yet; the buyer has taken them, by word, by time, or by
 * the gateway's; the buyer has refused them, and the merchant has taken note of that; the payment was cancelled.
 */
export const escrowStatuses = [
  'shipped',
  'confirmed',
  'auto_confirmed',
  'forced',
  'refused',
  'refusal_acknowledged',
  'cancelled',
] as const;
export type EscrowStatus = (typeof escrowStatuses)[number];

/** What counts when an escrow payment is to be cancelled. */
export type EscrowPhase = 'unshipped' | 'shipped' | 'confirmed' | 'refused';

export function escrowPhaseOf(status: EscrowStatus | null): EscrowPhase {
  switch (status) {
    case null:
      return 'unshipped';
    case 'shipped':
      return 'shipped';
    case 'refused':
    case 'refusal_acknowledged':
      return 'refused';
    default:
      return 'confirmed';
  }
}

/** Parts of a registration that i'mport's documents demand for one gateway and not for another. */
export type ShippingField =
  | 'sent_at'
  | 'party_name'
  | 'party_tel'
  | 'party_addr'
  | 'party_postcode'
  | 'party_formed_address'
  | 'relationship'
  | 'receiving_at'
  | 'delivery_address'
  | 'products';

/** How a gateway that offers escrow goes about it. */
export interface EscrowCapabilities {
  readonly register: readonly ShippingField[];
  /** `null`: what is registered can't be changed. */
  readonly change: readonly ShippingField[] | null;
  /** In which phases the merchant may cancel, always as a whole. */
  readonly cancel: Readonly<Record<EscrowPhase, boolean>>;
  /** The name of the webhook by which i'mport tells of a change, where it does. */
  readonly event?: 'Inicis.Escrow.Changed';
}
