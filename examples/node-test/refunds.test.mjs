import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startHwanbul } from 'hwanbul/testing';
import { createShop } from '../shop.cjs';

const card = { card_number: '5570-4200-0000-7221', expiry: '2039-12', birth: '900101', pwd_2digit: '12' };
const account = { holder: 'Hong', bank: '088', number: '110-123-456789' };
const dayMs = 86_400_000;

let hwanbul;
let shop;
before(async () => {
  hwanbul = await startHwanbul();
  shop = createShop({ baseUrl: hwanbul.url, apiKey: hwanbul.impKey, apiSecret: hwanbul.impSecret });
});
beforeEach(() => hwanbul.reset());
after(() => hwanbul?.close());

test('a refund reaches the gateway once, although its answer is lost', async () => {
  const { imp_uid: impUid } = await shop.payByCard({ order: 'order-1', amount: 10_000, card });
  await hwanbul.fault({ operation: 'cancel', kind: 'lost_answer' });

  const refunded = await shop.refund({ impUid, amount: 3_000, left: 10_000 });

  assert.equal(refunded.cancel_amount, 3_000);
  const book = await hwanbul.books('tosspayments', impUid);
  assert.deepEqual(
    book.transactions[0].cancels.map(({ amount }) => amount),
    [3_000],
  );
});

test('what was paid into a virtual account is given back to the buyer', async () => {
  const until = new Date(Date.now() + dayMs);
  const { imp_uid: impUid } = await shop.openAccount({ order: 'order-2', amount: 5_000, until });

  await hwanbul.deposit(impUid);
  await hwanbul.webhooks.waitFor((webhook) => webhook.imp_uid === impUid && webhook.status === 'paid');
  await shop.refund({ impUid, amount: 5_000, left: 5_000, account });

  assert.equal((await shop.payment(impUid)).cancel_amount, 5_000);
});

test('nobody can pay into an account that has expired', async () => {
  const until = new Date(Date.now() + dayMs);
  const { imp_uid: impUid } = await shop.openAccount({ order: 'order-3', amount: 5_000, until });

  const { happened } = await hwanbul.clock.advance({ days: 2 });

  assert.ok(happened.some(({ kind, imp_uid }) => kind === 'vbank_expired' && imp_uid === impUid));
  await assert.rejects(hwanbul.deposit(impUid), { error: 'sandbox_payment_refused' });
});
