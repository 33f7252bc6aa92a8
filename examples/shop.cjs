const { Iamport, Request } = require('iamport-rest-client-nodejs');

/** A shop as it runs in production. For a test the base URL and the key pair are others; nothing else is. */
function createShop({ baseUrl, apiKey, apiSecret }) {
  const iamport = new Iamport({ baseUrl, apiKey, apiSecret });

  async function send(request) {
    const { data } = await request.request(iamport);
    return data.response;
  }

  return {
    /** The buyer pays with a card that the shop has the number of. */
    payByCard: ({ order, amount, card }) =>
      send(Request.Subscribe.onetime({ merchant_uid: order, amount, name: 'carrots', ...card })),
    /** The buyer is given a bank account to pay into, until the given time. */
    openAccount: ({ order, amount, until }) =>
      send(
        Request.Vbanks.post({
          merchant_uid: order,
          amount,
          vbank_code: '004',
          vbank_due: Math.floor(until.getTime() / 1000),
          vbank_holder: 'carrot shop',
        }),
      ),
    payment: (impUid) => send(Request.Payments.getByImpUid({ imp_uid: impUid })),
    /** `left` is what the shop believes can still be given back; an account is needed for what came by bank. */
    refund: ({ impUid, amount, left, account = {} }) =>
      send(
        Request.Payments.cancel({
          imp_uid: impUid,
          amount,
          checksum: left,
          refund_holder: account.holder,
          refund_bank: account.bank,
          refund_account: account.number,
        }),
      ),
  };
}

module.exports = { createShop };
