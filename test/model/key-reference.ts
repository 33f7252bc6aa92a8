import {
  type Fault,
  isCarriedOut,
  type KeyReference,
  type Reference,
  type ReferenceKey,
  type ReferencePayment,
  type ReferenceSchedule,
  vatOf,
} from './reference.ts';

/** What the rules of the API say of billing keys and schedules, as `reference.ts` does of payments. */
export const newKeyReference = (): KeyReference => ({ keys: new Map(), issued: [], lostIssues: 0, schedules: [] });

/** A charge has an order for itself, for good: one that was paid, wholly given back or issued a key is used. */
export function isOrderUsed({ payments }: Pick<Reference, 'payments'>, order: string): boolean {
  return payments.some((payment) => payment.order === order && payment.status !== 'failed');
}

/** `undefined`: only the gateway can tell. */
export function isChargeable(key: ReferenceKey, fault: Fault | null): boolean | undefined {
  // Whatever is lost on the way is sent again under the same key, and declined, or charged once.
  if (key.isDeclined || !isCarriedOut(fault, true)) return false;
  return key.atGateway === 'unsure' ? undefined : true;
}

/** `undefined`: it has become of it what its caller was told. It moves no money, and ends one way or the other. */
export function isRegistered(fault: Fault | null): boolean | undefined {
  if (fault === null) return true;
  return fault.kind === 'reject' ? false : undefined;
}

export function chargedPayment(impUid: string, order: string, amount: number, isPaid: boolean): ReferencePayment {
  return {
    impUid,
    order,
    method: 'card',
    amount,
    taxFree: 0,
    vat: vatOf(amount),
    status: isPaid ? 'paid' : 'failed',
    isAtGateway: isPaid,
    history: [],
    cancelledTaxFree: 0,
    cancelledVat: 0,
    receipts: [],
  };
}

export const dueBy = ({ schedules }: KeyReference, now: number): readonly ReferenceSchedule[] =>
  schedules
    .filter(({ state, at }) => state === 'scheduled' && at <= now)
    .sort((one, other) => one.at - other.at || schedules.indexOf(one) - schedules.indexOf(other));

/** What a schedule may become next, by what has become of it. */
export function standingOf({ state, payment }: ReferenceSchedule): 'scheduled' | 'revoked' | 'failed' | 'paid' {
  if (state !== 'taken') return state;
  return payment?.status === 'failed' ? 'failed' : 'paid';
}
