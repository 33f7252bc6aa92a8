import type { GatewayCall } from './call.ts';
import type { Support } from './capabilities.ts';
import type { Outcome } from './outcome.ts';

/** i'mport's names of the three networks; a budget carrier is named by its network. */
export const carriers = ['SKT', 'KT', 'LGT'] as const;
export type Carrier = (typeof carriers)[number];

/** Who is asked whether they are who they say, as the merchant wrote it. Personal data: never logged. */
export interface PersonToCertify {
  readonly name: string;
  /** Digits only. */
  readonly phone: string;
  /** `YYYY-MM-DD`. */
  readonly birthday: string;
  readonly gender: 'male' | 'female';
  readonly isForeigner: boolean;
  readonly carrier: Carrier;
  readonly isBudgetCarrier: boolean;
}

export interface CertificationRequest {
  /** Ours; unique per certification. */
  readonly orderId: string;
  readonly person: PersonToCertify;
  /** `sms`: the person is sent a code, which the merchant hands on. `app`: the person says yes in the carrier's own app. */
  readonly method: 'sms' | 'app';
  /** The service that the person is told of. */
  readonly company: string | null;
}

export interface CertificationRequested {
  readonly gatewayTid: string;
}

export interface CertificationConfirmation {
  readonly orderId: string;
  readonly gatewayTid: string;
  /** `null`: the person has said yes in the app. Never kept. */
  readonly code: string | null;
}

/** What the provider vouches for. Personal data: encrypted at rest, never logged. */
export interface CertifiedPerson {
  readonly gatewayTid: string;
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly birthday: string;
  /** `null`: the provider does not say. */
  readonly gender: 'male' | 'female' | null;
  /** False also where the provider does not say. */
  readonly isForeigner: boolean;
  /** `null`: the provider does not tell this merchant. */
  readonly foreigner: boolean | null;
  /** `null`: the merchant has no leave of the carriers. Digits only. */
  readonly phone: string | null;
  readonly carrier: Carrier | `${Carrier}_MVNO` | null;
  /** CI: the same person has the same everywhere; 88 characters. */
  readonly uniqueKey: string;
  /** DI: the same person has the same at one MID; at most 66 characters. */
  readonly uniqueInSite: string | null;
  readonly certifiedAt: Date;
}

/**
 * Why a provider says no: nobody is found with these data; the code is wrong, and another try is open; no further try is (too
 * many, or too late); it was certified before; the person has not yet said yes in the app; or something else.
 */
export type CertificationRefusalReason =
  | 'person_not_found'
  | 'code_wrong'
  | 'over'
  | 'certified_before'
  | 'not_confirmed_in_app'
  | 'other';

export type CertificationOutcome<T> =
  | Exclude<Outcome<T>, { readonly kind: 'accepted' | 'refused' }>
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly reason: CertificationRefusalReason;
    };

/** What the provider's book says of a certification. */
export type CertificationFound =
  | { readonly kind: 'certified'; readonly person: CertifiedPerson }
  | { readonly kind: 'open' }
  | { readonly kind: 'over' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** How a provider certifies persons. */
export interface Certifications {
  /** By calls of the merchant's server, with a code or in an app. */
  readonly byRequest: Support;
  /** In the provider's own window. */
  readonly inWindow: Support;
  readonly methods: readonly CertificationRequest['method'][];
  /** What the merchant has to send along (`bypass`), where a provider demands it. */
  readonly bypass?: { readonly name: string; readonly required: readonly string[] };
  /** The same key on every repeat: a person is sent one code. */
  request(call: GatewayCall, request: CertificationRequest): Promise<CertificationOutcome<CertificationRequested>>;
  confirm(call: GatewayCall, confirmation: CertificationConfirmation): Promise<CertificationOutcome<CertifiedPerson>>;
  inquire(call: GatewayCall, orderId: string): Promise<CertificationFound>;
}

/** What moves something at a provider: the names under which a sandbox's faults meet it. */
export const certificationOperations = ['request_certification', 'confirm_certification'] as const;
export type CertificationOperation = (typeof certificationOperations)[number];
