import type { CertifiedPerson } from '../../port/certification.ts';

/** A row of `certifications`. */
export interface CertificationRow {
  readonly merchant_id: bigint;
  readonly id: bigint;
  readonly channel_id: bigint;
  readonly imp_uid: string;
  readonly merchant_uid: string | null;
  readonly provider: string;
  readonly method: 'sms' | 'app' | 'window';
  readonly state: 'requested' | 'waiting' | 'confirming' | 'certified' | 'over';
  readonly attempt: string | null;
  readonly busy_until: Date | null;
  /** The page that opened the window. */
  readonly origin: string | null;
  readonly pg_tid: string | null;
  /** What the provider vouches for; encrypted. */
  readonly person: Buffer | null;
  readonly certified_at: Date | null;
  readonly created_at: Date;
}

/** What is kept of a person. */
export type KeptPerson = Omit<CertifiedPerson, 'gatewayTid' | 'certifiedAt'>;

/** A certification as it is shown; `person` is null until it has come about. */
export interface Certification {
  readonly row: CertificationRow;
  readonly person: KeptPerson | null;
}

/** The id that a certification has at its provider's. */
export function certificationOrderIdOf({ imp_uid }: Pick<CertificationRow, 'imp_uid'>): string {
  return imp_uid;
}
