import { createHash } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';

/** The third part of a TID. Source: NICE's rule of TIDs (developers.nicepay.co.kr/tip.php). */
export const tidServices = { card: '01', trans: '02', vbank: '03', receipt: '04', phone: '05' } as const;
export type TidService = keyof typeof tidServices;

/** The fourth part. 16: a payment by a billing key, as public clients have it. */
export const tidMedia = { once: '01', key: '16' } as const;
export type TidMedium = keyof typeof tidMedia;

/**
 * A TID as NICE wants it from the merchant, in 30 characters: MID (10), service, medium, the time in Seoul as
 * YYMMDDHHMMSS, and four digits that NICE's samples take at random. Here the time is that of the first request, and the
 * digits are its milliseconds and one made from the operation's key: a repeat has the same TID, and requests one after the
 * other never have the same. Of two within one millisecond, NICE refuses the second one in ten times.
 */
export function merchantTid(
  mid: string,
  service: TidService,
  operation: { readonly startedAt: Date; readonly idempotencyKey: string },
  medium: TidMedium = 'once',
): string {
  const digest = createHash('sha256').update(operation.idempotencyKey).digest();
  const lastFour = operation.startedAt.getMilliseconds() * 10 + (digest.readUInt32BE(0) % 10);
  return tidOf(mid, service, operation.startedAt, String(lastFour).padStart(4, '0'), medium);
}

export function tidOf(
  mid: string,
  service: TidService,
  time: Date,
  lastFour: string,
  medium: TidMedium = 'once',
): string {
  return `${mid}${tidServices[service]}${tidMedia[medium]}${seoulDigits(time).slice(2)}${lastFour}`;
}

/** Is it of the form that NICE asks of merchants, of this merchant and for this service? */
export function isMerchantTid(tid: string, mid: string, service: TidService, medium: TidMedium = 'once'): boolean {
  return (
    tid.startsWith(`${mid}${tidServices[service]}${tidMedia[medium]}`) &&
    /^\d{12}[0-9A-Za-z]{4}$/.test(tid.slice(mid.length + 4))
  );
}
