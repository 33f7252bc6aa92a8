import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry } from '../../../port/operations.ts';

/**
 * For how long a repeat is called safe. NICE takes no order id twice and does not say for how long it remembers them; a day
 * is surely within. After that, a request of which the book shows nothing was not carried out.
 */
const repeatableMs = 24 * 3600_000;

export function isRepeatable(call: GatewayCall, sentAt: Date): boolean {
  return call.now.getTime() - sentAt.getTime() < repeatableMs;
}

export function unknown(why: string): Inquiry<never> {
  return { kind: 'unknown', why };
}
