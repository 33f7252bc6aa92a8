import { startHwanbul } from 'hwanbul/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createShop } from '../shop.cjs';

const card = { card_number: '5570-4200-0000-7221', expiry: '2039-12', birth: '900101', pwd_2digit: '12' };

let hwanbul;
let shop;
beforeAll(async () => {
  hwanbul = await startHwanbul();
  shop = createShop({ baseUrl: hwanbul.url, apiKey: hwanbul.impKey, apiSecret: hwanbul.impSecret });
}, 120_000);
beforeEach(() => hwanbul.reset());
afterAll(() => hwanbul?.close());

test('a refund that the gateway refuses leaves the payment as it was', async () => {
  const { imp_uid: impUid } = await shop.payByCard({ order: 'order-1', amount: 10_000, card });
  const fault = await hwanbul.fault({ operation: 'cancel', kind: 'reject', count: 10 });

  await expect(shop.refund({ impUid, amount: 10_000, left: 10_000 })).rejects.toThrow();
  expect((await shop.payment(impUid)).status).toBe('paid');

  await fault.remove();
  await shop.refund({ impUid, amount: 10_000, left: 10_000 });
  const { transactions } = await hwanbul.books('tosspayments', impUid);
  expect(transactions).toMatchObject([{ amount: 10_000, cancelled_amount: 10_000 }]);
});

test('a payment in the window of another gateway is told by a webhook, and can be given back in part', async () => {
  const { imp_uid: impUid } = await hwanbul.pay({ gateway: 'kcp', amount: 9_000 });
  await hwanbul.webhooks.waitFor((webhook) => webhook.imp_uid === impUid && webhook.status === 'paid');

  await shop.refund({ impUid, amount: 3_000, left: 9_000 });

  const { transactions } = await hwanbul.books('kcp', impUid);
  expect(transactions).toMatchObject([{ amount: 9_000, cancelled_amount: 3_000 }]);
});
