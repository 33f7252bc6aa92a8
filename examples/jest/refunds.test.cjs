const { startHwanbul } = require('hwanbul/testing');
const { createShop } = require('../shop.cjs');

let hwanbul;
let shop;
beforeAll(async () => {
  hwanbul = await startHwanbul();
  shop = createShop({ baseUrl: hwanbul.url, apiKey: hwanbul.impKey, apiSecret: hwanbul.impSecret });
}, 120_000);
beforeEach(() => hwanbul.reset());
afterAll(() => hwanbul?.close());

test('an order that was given back in part can only be given back as far as the rest', async () => {
  const [order] = await hwanbul.seed({
    merchants: [
      {
        payments: [
          {
            merchant_uid: 'order-1',
            pay_method: 'card',
            amount: 30_000,
            state: 'partially_cancelled',
            cancel_amount: 12_000,
          },
        ],
      },
    ],
  });
  const impUid = order.imp_uid;

  const tooMuch = shop.refund({ impUid, amount: 20_000, left: 18_000 });
  await expect(tooMuch).rejects.toMatchObject({ response: { data: { code: -1 } } });
  expect(await shop.refund({ impUid, amount: 18_000, left: 18_000 })).toMatchObject({ cancel_amount: 30_000 });
  const { transactions } = await hwanbul.books('tosspayments', impUid);
  expect(transactions[0].cancels.map(({ amount }) => amount)).toEqual([12_000, 18_000]);
});

test('a webhook that the shop could not take comes again', async () => {
  const patient = await startHwanbul({ webhookRetry: true });
  try {
    patient.webhooks.answer({ status: 503, times: 1 });
    const { imp_uid: impUid } = await patient.pay({ amount: 1_000 });

    const first = await patient.webhooks.waitFor((webhook) => webhook.imp_uid === impUid);
    const again = await patient.webhooks.waitFor((webhook) => webhook.id === first.id && webhook !== first);

    expect(again.body).toBe(first.body);
  } finally {
    await patient.close();
  }
}, 60_000);
