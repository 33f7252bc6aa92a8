import assert from 'node:assert/strict';
import fc from 'fast-check';
import { naver, orderAtNaver, productOrdersOf, standing } from '../kit/naver-orders.ts';
import { pick, price } from './choices.ts';
import {
  applyBuyer,
  applySeller,
  buyerActs,
  isAllowed,
  isAllowedToBuyer,
  isGivenBack,
  type NaverReference,
  type ReferenceOrder,
  type ReferenceProduct,
  refunding,
  sellerOperations,
  wholeCancel,
} from './naver-reference.ts';
import { type System, settled } from './system.ts';

function step<Parameters>(
  name: string,
  parameters: fc.Arbitrary<Parameters>,
  isPossible: (reference: NaverReference) => boolean,
  work: (reference: NaverReference, system: System, parameters: Parameters) => Promise<void>,
): fc.Arbitrary<fc.AsyncCommand<NaverReference, System>> {
  return parameters.map((values) => ({
    check: (reference: Readonly<NaverReference>) => isPossible(reference),
    async run(reference: NaverReference, system: System) {
      await work(reference, system, values);
      await settled(system);
      await assertBooksAgree(reference, system);
    },
    toString: () => `${name}(${fc.stringify(values)})`,
  }));
}

const hasOrders = ({ orders }: NaverReference) => orders.length > 0;
const picked = ({ orders }: NaverReference, index: number): ReferenceOrder => {
  const order = orders.at(-1 - (index % orders.length));
  assert.ok(order);
  return order;
};

/** What a gateway can do to one request and the server find out by itself; what is refused is not carried out. */
const fault = fc.option(fc.constantFrom('lost_answer', 'garbage', 'disconnect', 'http_500', 'reject'), { freq: 3 });

async function arm({ client }: System, kind: string | null, operation: 'cancel' | 'change_order'): Promise<void> {
  if (kind === null) return;
  const armed = await client.post('/sandbox/faults', { pg_provider: 'naverco', operation, kind });
  assert.equal(armed.code, 0, armed.text);
}

const order = step(
  'order',
  fc.record({ prices: fc.array(price, { minLength: 1, maxLength: 3 }), delivery: fc.constantFrom(0, 0, 2_500) }),
  () => true,
  async (reference, system, { prices, delivery }) => {
    const goods = prices.reduce((sum, each) => sum + each, 0);
    const { impUid, ids } = await orderAtNaver(system.client, {
      amount: goods,
      naver_products: prices.map((basePrice, index) => ({
        id: `product-${index}`,
        name: `상품 ${index}`,
        basePrice,
        taxType: index % 2 === 0 ? 'TAX' : 'TAX_FREE',
        shipping: { groupId: 'all', baseFee: delivery },
      })),
    });
    reference.orders.push({
      impUid,
      amount: goods + delivery,
      history: [],
      products: prices.map((amount, index) => ({
        id: ids[index] ?? '',
        amount,
        status: 'PAYED',
        claim: null,
        isPlaced: false,
        isHeld: false,
      })),
    });
  },
);

const seller = step(
  'seller',
  fc.record({
    pick,
    operation: fc.constantFrom(...sellerOperations),
    /** `null`: all of them, without naming any. */
    chosen: fc.option(fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 3 }), { freq: 3 }),
    fault,
  }),
  hasOrders,
  async (reference, system, values) => {
    const { operation } = values;
    const meant = picked(reference, values.pick);
    const chosen = values.chosen?.map((index) => meant.products[index % meant.products.length] as ReferenceProduct);
    const asked = [...new Set(chosen ?? meant.products)];
    await arm(system, values.fault, refunding.has(operation) ? 'cancel' : 'change_order');
    let isArmed = values.fault !== null;
    const done = asked.filter((product) => {
      // What is known to be given back is not asked for again, and meets no fault.
      const isSent = !(refunding.has(operation) && isGivenBack(product));
      const isStruck = isSent && isArmed;
      if (isSent) isArmed = false;
      if (!isAllowed(product, operation) || (isStruck && values.fault === 'reject')) return false;
      applySeller(meant, product, operation);
      return true;
    });
    const answer = await naver(system.client, meant.impUid, operation, {
      product_order_id: chosen ? asked.map(({ id }) => id) : null,
    });
    const status = done.length === asked.length ? 200 : done.length > 0 ? 207 : 500;
    assert.deepEqual([answer.status, answer.code], [status, status === 500 ? -1 : 0], answer.text);
    const answered = (answer.response ?? []).map((each: { product_order_id: string }) => each.product_order_id);
    assert.deepEqual(
      answered,
      done.map(({ id }) => id),
      'the answer has those that were done, in the order in which they were asked for',
    );
  },
);

const buyer = step(
  'buyer',
  fc.record({ pick, index: fc.nat(2), act: fc.constantFrom(...buyerActs) }),
  hasOrders,
  async (reference, system, { pick: index, index: at, act }) => {
    const meant = picked(reference, index);
    const product = meant.products[at % meant.products.length] as ReferenceProduct;
    const answer = await system.client.post(`/sandbox/naver/product-orders/${product.id}`, { act });
    if (!isAllowedToBuyer(product, act)) return void assert.equal(answer.error, 'sandbox_payment_refused', answer.text);
    assert.equal(answer.code, 0, answer.text);
    applyBuyer(meant, product, act);
  },
);

const cancelWhole = step('cancelWhole', fc.record({ pick, fault }), hasOrders, async (reference, system, values) => {
  const meant = picked(reference, values.pick);
  const copy = structuredClone(meant);
  const decided = wholeCancel(copy);
  const isSent = decided === 'done' || decided === 'cancellation_refused';
  if (isSent) await arm(system, values.fault, 'cancel');
  const expected = isSent && values.fault === 'reject' ? 'cancellation_refused' : decided;
  if (expected === 'done') wholeCancel(meant);
  const answer = await system.client.post('/payments/cancel', { imp_uid: meant.impUid });
  assert.equal(answer.error ?? 'done', expected, answer.text);
});

/** The promise: Naver's book of product orders is the reference's, and the money of the payment in both books is what follows. */
async function assertBooksAgree({ orders }: NaverReference, { client, merchantId, sandbox }: System): Promise<void> {
  const { transactions } = (await client.get('/sandbox/books/naverco')).response;
  for (const expected of orders) {
    const { impUid, history } = expected;
    const shown = await productOrdersOf(client, impUid);
    assert.deepEqual(
      shown.map(standing),
      expected.products.map(({ status, claim }) => (claim ? `${status} ${claim.split(' ')[1]}` : status)),
      `${impUid}: how its product orders stand`,
    );
    const ours = (await client.get(`/payments/${impUid}`)).response;
    const cancelled = history.reduce((sum, amount) => sum + amount, 0);
    assert.deepEqual(
      [
        ours.amount,
        ours.cancel_amount,
        ours.status,
        ours.cancel_history.map((entry: { amount: number }) => entry.amount),
      ],
      [expected.amount, cancelled, cancelled > 0 ? 'cancelled' : 'paid', history],
      `${impUid} in our book`,
    );
    const booked = transactions.find((each: { imp_uid: string }) => each.imp_uid === impUid);
    assert.deepEqual(
      booked.cancels.map(({ id, amount }: { id: string; amount: number }) => [id, amount]),
      ours.cancel_history.map(({ pg_tid, amount }: { pg_tid: string; amount: number }) => [pg_tid, amount]),
      `${impUid}: each refund stands in both books, once and in the same order`,
    );
  }
  const reserved = await sandbox.database.query(
    'select from payments where merchant_id = $1 and (reserved_minor <> 0 or turn_of is not null)',
    [merchantId],
  );
  assert.equal(reserved.length, 0, 'nothing stays reserved');
}

/** Steps that are listed more than once are taken more often. */
export const naverSteps = [order, seller, seller, seller, seller, buyer, buyer, buyer, cancelWhole];
