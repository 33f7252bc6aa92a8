import type { PaymentReference } from './payment.ts';

/** Of a virtual account before its deposit, or of a barcode before it is paid. */
export interface Revocation extends PaymentReference {
  readonly reason: string;
  /** KG INICIS's key per call (`pg_api_key`). */
  readonly apiKey: string | null;
}

export interface Revoked {
  /** The gateway's id of this revocation, where it has one. */
  readonly gatewayTid: string | null;
  readonly revokedAt: Date;
}
