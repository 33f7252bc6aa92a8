import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { naverco } from '../../../src/gateways/naverco/module.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { PaymentReference } from '../../../src/port/payment.ts';
import type { ProductOrderRefund } from '../../../src/port/product-order-refund.ts';
import type { ProductOrder, ProductOrderChange } from '../../../src/port/product-orders.ts';
import { openRig, type Rig } from '../kit/rig.ts';

/** Adapter and simulator, over real HTTP, below the server. */
let rig: Rig;
before(async () => {
  rig = await openRig(naverco);
});
after(() => rig?.close());

const { productOrders: orders, operations, notices } = naverco.gateway;
assert.ok(orders && operations.cancel && notices);
const place: ProductOrderChange = { kind: 'place' };

interface Ordered {
  readonly payment: PaymentReference & { readonly gatewayTid: string };
  readonly products: readonly [ProductOrder, ProductOrder];
}

/** Two product orders, for 1,000 and 2,000 won, and 500 won for the delivery. */
async function order(): Promise<Ordered> {
  const orderId = rig.orderId();
  const product = (productId: string, amount: number, delivery: number) => ({
    productId,
    productName: productId,
    optionId: '',
    optionName: '',
    quantity: 1,
    amount,
    taxFree: 0,
    delivery,
    individualCode: null,
  });
  const made = await rig.control.createWindowPayment({
    mid: rig.mid,
    orderId,
    orderName: '주문',
    payMethod: 'card',
    currency: 'KRW',
    amountMinor: 3_500n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: null, email: null, tel: null },
    terms: {
      productOrders: [product('one', 1_000, 500), product('two', 2_000, 0)],
      address: { base: '서울', detail: null, postcode: '1', tel1: '1', tel2: null, name: '홍' },
      shippingMemo: null,
    },
  });
  assert.equal(made.kind, 'done');
  const payment = {
    orderId,
    gatewayTid: made.result.gatewayTid,
    payMethod: 'card',
    currency: 'KRW',
    paymentAmountMinor: 3_500n,
    madeAt: rig.call().now,
    accountNumber: null,
  } as const;
  return { payment, products: (await list(payment)) as unknown as Ordered['products'] };
}

async function list(payment: PaymentReference): Promise<readonly ProductOrder[]> {
  const listed = await orders?.list(rig.call(), payment);
  assert.equal(listed?.kind, 'found');
  return listed.found;
}

function refund(payment: Ordered['payment'], productOrder: ProductOrderRefund, amountMinor: bigint): Cancel {
  return {
    ...payment,
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    balanceBeforeMinor: 3_500n,
    ordinal: 1,
    earlierTids: [],
    reason: '상품 품절',
    paymentTaxFreeMinor: 0n,
    refundAccount: null,
    requester: null,
    productOrder,
    escrow: null,
  };
}

const cancelOf = (id: string): ProductOrderRefund => ({ id, by: 'cancel', reason: 'SOLD_OUT', memo: null });
const codeOf = (outcome: { kind: string; code?: string } | undefined) =>
  `${outcome?.kind} ${outcome?.code ?? ''}`.trim();

test('a change comes again under its key with its first answer, and under another key it is another', async () => {
  const { payment, products } = await order();
  const asked = { payment, productOrderId: products[0].id };
  const call = rig.call();
  assert.deepEqual(await orders.inquireChange(call, asked, place), { kind: 'not_done', repeatIsSafe: true });
  const first = await orders.change(call, asked, place);
  assert.equal(first.kind, 'confirmed');
  assert.deepEqual(await orders.change({ ...call, isRepeat: true }, asked, place), first);
  assert.equal((await orders.inquireChange(call, asked, place)).kind, 'done');
  const second = rig.call();
  assert.equal(codeOf(await orders.change(second, asked, place)), 'refused SIMULATED_SAME_STATE');
  assert.equal(
    codeOf(await orders.change({ ...second, isRepeat: true }, asked, place)),
    'unclear SIMULATED_SAME_STATE',
  );
  assert.equal(codeOf(await orders.inquireChange(second, asked, place)), 'refused SIMULATED_SAME_STATE');
  const elsewhere = await order();
  const mixed = { payment: elsewhere.payment, productOrderId: products[1].id };
  assert.equal(codeOf(await orders.change(rig.call(), mixed, place)), 'refused SIMULATED_UNKNOWN');
});

test('a refund of another amount than the book has, or of what is no product order of the payment, moves nothing', async () => {
  const { payment, products } = await order();
  const send = (request: Cancel) => operations.cancel?.send(rig.call(), request);
  for (const [amountMinor, id, code] of [
    [999n, products[0].id, 'SIMULATED_AMOUNT'],
    [1_500n, products[0].id, 'SIMULATED_AMOUNT'],
    [1_000n, (await order()).products[0].id, 'SIMULATED_UNKNOWN'],
    [1_000n, 'none', 'SIMULATED_UNKNOWN'],
  ] as const) {
    assert.equal(codeOf(await send(refund(payment, cancelOf(id), amountMinor))), `refused ${code}`);
  }
  const { productOrder: _none, ...inPart } = refund(payment, cancelOf(products[0].id), 1_000n);
  assert.equal(codeOf(await send(inPart)), 'refused SIMULATED_WHOLE');
  assert.deepEqual(
    (await list(payment)).map(({ status }) => status),
    ['PAYED', 'PAYED'],
  );
  assert.equal((await send(refund(payment, cancelOf(products[0].id), 1_000n)))?.kind, 'confirmed');
  const rest = { ...refund(payment, cancelOf(products[1].id), 2_500n), balanceBeforeMinor: 2_500n };
  assert.equal((await send(rest))?.kind, 'confirmed', 'the last one, with the delivery');
  assert.deepEqual(
    (await list(payment)).map((each) => each.refund?.amountMinor),
    [1_000n, 2_500n],
  );
});

test('on a live channel nothing is sent, and strangers are refused', async () => {
  const { payment, products } = await order();
  const asked = { payment, productOrderId: products[0].id };
  const live = rig.call({ mode: 'live' });
  assert.equal((await orders.change(live, asked, place)).kind, 'never_sent');
  assert.equal((await orders.list(live, payment)).kind, 'unknown');
  assert.equal((await orders.find(live, products[0].id)).kind, 'unknown');
  const period = { from: new Date(0), until: new Date(4e12), type: 'general' } as const;
  assert.equal((await orders.listReviews(live, period)).kind, 'unknown');
  const stranger: GatewayCall = rig.call({ credentials: { secretKey: `standin_${'0'.repeat(32)}` } });
  assert.equal(codeOf(await orders.change(stranger, asked, place)), 'refused S401');
  assert.deepEqual(
    (await list(payment)).map(({ status }) => status),
    ['PAYED', 'PAYED'],
  );
  assert.deepEqual(await orders.find(rig.call(), 'none'), { kind: 'not_found' });
  assert.deepEqual(await orders.list(rig.call(), { ...payment, orderId: 'none' }), { kind: 'not_found' });
});

test('what cannot be read says nothing', async () => {
  const { payment, products } = await order();
  const asked = { payment, productOrderId: products[0].id };
  const garble = (operation: 'inquire' | 'change_order') => rig.control.addFault({ operation, kind: 'garbage' });
  for (const ask of [
    () => orders.list(rig.call(), payment),
    () => orders.find(rig.call(), products[0].id),
    () => orders.inquireChange(rig.call(), asked, place),
  ]) {
    await garble('inquire');
    assert.equal((await ask()).kind, 'unknown');
  }
  await garble('change_order');
  assert.equal((await orders.change(rig.call(), asked, place)).kind, 'unclear');
});

test('each act of a buyer is told by a signed notice of its own', async () => {
  const { payment, products } = await order();
  const before = rig.notices.length;
  for (const act of ['request_cancel', 'change_address']) {
    const address = { base: '부산', detail: null, postcode: '2', tel1: '2', tel2: null, name: '임' };
    const message = { productOrderId: products[act === 'request_cancel' ? 0 : 1].id, act, address };
    const done = await rig.control.act({ name: 'act-on-product-order', mid: rig.mid, message });
    assert.equal(done.kind, 'done');
  }
  const told = rig.notices.slice(before);
  assert.equal(new Set(told.map(({ body }) => body.toString())).size, 2);
  for (const raw of told) {
    assert.deepEqual(notices.identify(raw), { mid: rig.mid, orderId: payment.orderId, gatewayTid: payment.gatewayTid });
    const { credentials } = rig.call().channel;
    const opened = notices.open(raw, { mid: rig.mid, credentials, noticeSecret: null });
    assert.deepEqual(opened.kind === 'notice' && [opened.trust, opened.event], [
      'authentic',
      { kind: 'order_changed' },
    ]);
    const other = notices.open(raw, { mid: rig.mid, credentials: { secretKey: 'other' }, noticeSecret: null });
    assert.equal(other.kind, 'forged');
  }
  const [first] = await list(payment);
  assert.equal(first?.refund?.amountMinor, 1_000n, 'Naver has refunded it by itself');
  const stranger = await rig.control.act({
    name: 'act-on-product-order',
    mid: 'nobody',
    message: { productOrderId: first?.id, act: 'deliver' },
  });
  assert.equal(stranger.kind, 'refused');
  await assert.rejects(rig.control.act({ name: 'dance', message: {} }), /knows nothing of the kind/);
});

test('a window that is told something else than the amount refuses the order', async () => {
  const paid = {
    mid: rig.mid,
    orderName: '주문',
    payMethod: 'card',
    currency: 'KRW',
    amountMinor: 1_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: null, email: null, tel: null },
  } as const;
  for (const terms of [{}, { productOrders: [] }, { productOrders: [{ amount: 1 }], address: null }]) {
    assert.equal((await rig.control.createWindowPayment({ ...paid, orderId: rig.orderId(), terms })).kind, 'refused');
  }
});
