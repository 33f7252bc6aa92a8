import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bluewalnutGateway as gateway } from '../../../src/gateways/bluewalnut/adapter/adapter.ts';
import { bluewalnut } from '../../../src/gateways/bluewalnut/module.ts';
import type { WindowPaymentRequest } from '../../../src/simulators/control.ts';
import { openDesk } from '../kit/desk.ts';
import { windowRequest } from '../kit/scenarios.ts';

const desk = await openDesk(bluewalnut);

test('nothing of it is called known, and there is no host that a live channel could speak to', () => {
  assert.equal(gateway.liveBaseUrl, undefined);
  for (const { operations } of Object.values(gateway.capabilities.payMethods)) {
    assert.deepEqual(new Set(Object.values(operations)), new Set(['undocumented']));
  }
});

test('the window takes its four pay methods, in won, once per order', async () => {
  const pay = async (payMethod: 'card' | 'trans' | 'vbank' | 'phone', parts: Partial<WindowPaymentRequest> = {}) => {
    const request = windowRequest(desk.at(payMethod), parts);
    return { request, made: await desk.rig.control.createWindowPayment(request) };
  };
  for (const payMethod of ['card', 'trans', 'vbank', 'phone'] as const) {
    const { request, made } = await pay(payMethod);
    assert.ok(made.kind === 'done', payMethod);
    assert.equal(made.result.status, payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid');
    assert.equal((await desk.rig.control.createWindowPayment(request)).kind, 'refused', 'the order is used');
  }
  const refused = async (...order: Parameters<typeof pay>) => {
    const { made } = await pay(...order);
    return made.kind === 'refused' ? made.code : made.kind;
  };
  assert.equal(await refused('card', { currency: 'USD' }), 'S400');
  assert.equal(await refused('card', { amountMinor: 0n }), 'S400');
  assert.equal(await refused('card', { taxFreeMinor: 10_001n }), 'S400');
  assert.equal(await refused('vbank', { bankCode: '999' }), 'S104');
  assert.equal(await refused('vbank', { dueAt: new Date(0) }), 'S103');
});
