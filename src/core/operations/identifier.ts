import { pooledRandomBytes } from '../../platform/random-bytes.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A new operation id: 20 characters of Crockford's base32, as i'mport's `cancellation_id` is. The first ten hold the time
 * in milliseconds, so that ids made one after another stand side by side in the index; the other ten are random (50 bits).
 */
export function newOperationId(now: Date): string {
  const head = headOfOperationIds(now);
  const random = pooledRandomBytes(10);
  let tail = '';
  for (const byte of random) tail += crockford[byte & 31];
  return head + tail;
}

/** What the ids of a millisecond begin with; none that was made before it comes after this, and none that was made later before. */
export function headOfOperationIds(now: Date): string {
  let time = now.getTime();
  let head = '';
  for (let i = 0; i < 10; i++) {
    head = crockford[time % 32] + head;
    time = Math.floor(time / 32);
  }
  return head;
}

/** When the id was made, by the server's clock. */
export function timeOfOperationId(id: string): Date {
  let time = 0;
  for (const digit of id.slice(0, 10)) time = time * 32 + crockford.indexOf(digit);
  return new Date(time);
}
