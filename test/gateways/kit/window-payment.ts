import assert from 'node:assert/strict';
import type { WindowPaymentRequest } from '../../../src/simulators/control.ts';
import type { Rig } from './rig.ts';

/** A payment that the buyer has just made in the gateway's window; 10,000 of it with points, if nothing else is said. */
export async function payInWindow(
  rig: Rig,
  parts: Partial<WindowPaymentRequest> = {},
): Promise<{ readonly orderId: string; readonly tid: string }> {
  const orderId = rig.orderId();
  const made = await rig.control.createWindowPayment({
    mid: rig.mid,
    orderId,
    orderName: '생수',
    payMethod: 'point',
    currency: 'KRW',
    amountMinor: 10_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: '홍길동', email: null, tel: null },
    ...parts,
  });
  assert.ok(made.kind === 'done');
  return { orderId, tid: made.result.gatewayTid };
}
