import assert from 'node:assert/strict';
import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { danalTpay } from '../../src/gateways/danal_tpay/module.ts';
import { cardService, transferService } from '../../src/gateways/danal_tpay/wire/services.ts';
import { requestBody } from '../../src/gateways/danal_tpay/wire/wire.ts';
import { daou } from '../../src/gateways/daou/module.ts';
import { html5Inicis, inicis } from '../../src/gateways/inicis/module.ts';
import { kakaopay } from '../../src/gateways/kakaopay/module.ts';
import { kcp } from '../../src/gateways/kcp/module.ts';
import { kicc } from '../../src/gateways/kicc/module.ts';
import { ksnet } from '../../src/gateways/ksnet/module.ts';
import type { GatewayModule } from '../../src/gateways/module.ts';
import { naverpay } from '../../src/gateways/naverpay/module.ts';
import { nice } from '../../src/gateways/nice/module.ts';
import { niceV2 } from '../../src/gateways/nice_v2/module.ts';
import { payco } from '../../src/gateways/payco/module.ts';
import { settle } from '../../src/gateways/settle/module.ts';
import { smartro } from '../../src/gateways/smartro/module.ts';
import { standInSecretOf } from '../../src/gateways/smartro/wire/stand-in.ts';
import { smartroV2 } from '../../src/gateways/smartro_v2/module.ts';
import { signatureHeader, signStandIn, standInPaths } from '../../src/gateways/stand-in/wire/protocol.ts';
import { tosspayments } from '../../src/gateways/tosspayments/module.ts';
import { welcome } from '../../src/gateways/welcome/module.ts';
import { openBook } from '../../src/simulators/book.ts';
import { registerMerchant } from '../../src/simulators/merchants.ts';
import { insertPayment } from '../../src/simulators/payments.ts';
import { explainSignature, type SignatureCheck, unknownKey } from '../../src/simulators/signature-check.ts';
import { inicisClientOf } from '../gateways/inicis/kit.ts';
import { kcpClientOf } from '../gateways/kcp/kit.ts';
import { kiccClientOf } from '../gateways/kicc/kit.ts';
import { openDesk } from '../gateways/kit/desk.ts';
import type { Rig } from '../gateways/kit/rig.ts';
import { ediDate, niceClientOf, sha256 } from '../gateways/nice/kit.ts';
import { hectoClientOf } from '../gateways/settle/kit.ts';
import { smartroClientOf } from '../gateways/smartro/kit.ts';
import { smartroV2ClientOf } from '../gateways/smartro_v2/kit.ts';
import { tossClient } from '../gateways/tosspayments/kit.ts';
import { welcomeClientOf } from '../gateways/welcome/kit.ts';

/** A request whose signature or key is wrong in one way; the payment is one of 10,000 won by card. */
interface Mistake {
  readonly module: GatewayModule;
  send(site: Site): Promise<unknown>;
  readonly result: string;
  why(site: Site): string;
}

interface Site {
  readonly rig: Rig;
  readonly mid: string;
  readonly tid: string;
  readonly orderId: string;
  readonly keys: Readonly<Record<string, string>>;
}

const mistakes: Readonly<Record<string, Mistake>> = {
  nice: {
    module: nice,
    send: ({ rig, mid, tid, keys }) =>
      niceClientOf(rig).cancel({
        TID: tid,
        Moid: 'cancel-1',
        CancelAmt: '9000',
        CancelMsg: '단순 변심',
        PartialCancelCode: '1',
        SignData: sha256(mid, '10000', ediDate, keys.merchantKey ?? ''),
      }),
    result: 'A101',
    why: () =>
      'SignData does not match what was sent: it matches with CancelAmt=10000 (the amount of the payment), where 9000 was sent',
  },
  nice_v2: {
    module: niceV2,
    send: ({ rig, tid, orderId, keys }) =>
      post(`${rig.url}/v1/payments/${tid}/cancel`, {
        headers: { authorization: `Basic ${btoa(`${keys.clientKey}:${keys.secretKey}`)}` },
        json: {
          reason: '단순 변심',
          orderId: 'cancel-1',
          ediDate: '2024-03-06T12:00:00+09:00',
          signData: sha256(orderId, '2024-03-06T12:00:00+09:00', keys.secretKey ?? ''),
        },
      }),
    result: 'U312',
    why: ({ tid, orderId }) =>
      `signData does not match what was sent: it matches with tid=${orderId} (the payment's order), where ${tid} was sent`,
  },
  inicis: {
    module: inicis,
    send: ({ rig, tid }) =>
      inicisClientOf(rig).v1(
        'partialCancel',
        { tid, msg: '단순 변심', price: '10000', confirmPrice: '7000' },
        { price: '3000' },
      ),
    result: 'ERR205',
    why: () =>
      'hashData does not match what was sent: it matches with price=10000 (the amount of the payment), where 3000 was sent',
  },
  html5_inicis: {
    module: html5Inicis,
    send: ({ rig, tid }) => {
      const data = { tid, msg: '단순 변심' };
      return inicisClientOf(rig).v2('refund', data, { hashed: JSON.stringify(data, null, 2) });
    },
    result: 'ERR205',
    why: () =>
      'hashData does not match what was sent: it matches with another data: with white space, as a formatter writes it',
  },
  settle: {
    module: settle,
    send({ rig, tid }) {
      const hecto = hectoClientOf(rig);
      return hecto.cancel(tid, '10000', { cnclAmt: hecto.encrypt('9000') });
    },
    result: '1901',
    why: () =>
      'pktHash does not match what was sent: it matches with amount=10000 (the amount of the payment), where 9000 was sent',
  },
  welcome: {
    module: welcome,
    send: ({ rig, tid, keys }) =>
      welcomeClientOf(rig).cancel(tid, {}, { signKey: encodeURIComponent(keys.signKey ?? '') }),
    result: 'SIM02',
    why: () => 'signature does not match what was sent: it matches with another mkey: percent-encoded',
  },
  smartro: {
    module: smartro,
    send: ({ rig, tid, keys }) =>
      smartroClientOf(rig).cancel(tid, {
        CancelAmt: '9000',
        PartialCancelCode: '1',
        hashData: btoa(createHash('md5').update(`${tid}${keys.merchantKey}100001`).digest('hex')),
      }),
    result: 'SIM02',
    why: () =>
      'hashData does not match what was sent: it matches with CancelAmt=10000 (the amount of the payment), where 9000 was sent',
  },
  smartro_v2: {
    module: smartroV2,
    send: ({ rig, tid, keys }) =>
      smartroV2ClientOf(rig).cancel(tid, {
        HashData: createHash('sha256').update(`${tid}${keys.merchantKey}100000`).digest('hex'),
      }),
    result: 'SIM02',
    why: () => 'HashData does not match what was sent: it is right, but in hexadecimal, not in Base64',
  },
  'smartro_v2, with another key': {
    module: smartroV2,
    send: ({ rig, tid, keys }) =>
      smartroV2ClientOf(rig).cancel(tid, {}, { key: [...(keys.merchantKey ?? '')].reverse().join('') }),
    result: 'SIM02',
    why: ({ mid }) =>
      `EncData does not decrypt with the merchant key of ${mid} (AES-256, CBC, its first 32 characters)`,
  },
  kicc: {
    module: kicc,
    send: ({ rig, tid, keys }) =>
      kiccClientOf(rig, () => '20240306').revise(tid, {
        shopTransactionId: 'cancel-1',
        reviseTypeCode: '40',
        msgAuthValue: createHmac('sha256', keys.secretKey ?? '')
          .update(`cancel-1|${tid}`)
          .digest('hex'),
      }),
    result: 'Z102',
    why: () => 'msgAuthValue does not match what was sent: it matches in the order secretKey, shopTransactionId, pgCno',
  },
  kcp: {
    module: kcp,
    send({ rig, mid, tid, keys }) {
      const key = createPrivateKey({ key: keys.privateKey ?? '', passphrase: keys.privateKeyPassword ?? '' });
      const kcp_sign_data = sign('sha256', Buffer.from(`${mid}^${tid}^STPC`), key).toString('base64');
      return kcpClientOf(rig).cancel(tid, { mod_type: 'STSC' }, { kcp_sign_data });
    },
    result: '8012',
    why: () =>
      'kcp_sign_data does not match what was sent: it matches with mod_type=STPC (another kind), where STSC was sent',
  },
  'kcp, with the lines of a certificate': {
    module: kcp,
    send: ({ rig, tid, keys }) => kcpClientOf(rig).cancel(tid, {}, { kcp_cert_info: keys.certificate ?? '' }),
    result: '8012',
    why: ({ mid }) =>
      `kcp_cert_info is not the certificate of ${mid}, but in another form: it goes in one line, without line breaks`,
  },
  'the stand-in': {
    module: smartro,
    send({ rig, mid, keys }) {
      const body = JSON.stringify({ mid });
      return post(rig.url + standInPaths.cancel, {
        headers: { [signatureHeader]: signStandIn(standInSecretOf(keys), standInPaths.cancel, body).toUpperCase() },
        body,
      });
    },
    result: 'S401',
    why: () => `${signatureHeader} does not match what was sent: it is right, but in capital letters`,
  },
  tosspayments: {
    module: tosspayments,
    send: ({ rig, keys }) => tossClient(rig.url, `"${keys.secretKey}"`).get('/v1/payments/none'),
    result: 'UNAUTHORIZED_KEY',
    why: ({ mid }) => `the secret key is that of ${mid}, but in quotation marks`,
  },
  kakaopay: {
    module: kakaopay,
    send: ({ rig }) => post(`${rig.url}/online/v1/payment/cancel`, { json: {} }),
    result: '-731',
    why: () => 'the secret key is missing, or not where the gateway reads it',
  },
  ksnet: {
    module: ksnet,
    send: ({ rig }) =>
      post(`${rig.url}/kspay/webfep/api/v1/card/cancel`, { headers: { authorization: 'pgapi none' }, json: {} }),
    result: 'A0401',
    why: () => 'the API key is not one that this simulator knows',
  },
  naverpay: {
    module: naverpay,
    send: ({ rig, mid, keys }) =>
      post(`${rig.url}/${mid}/naverpay/payments/v1/cancel`, {
        headers: { 'x-naver-client-id': keys.clientId ?? '', 'x-naver-client-secret': keys.clientSecret ?? '' },
      }),
    result: 'InvalidMerchant',
    why: ({ mid }) => `not those of ${mid}, whose client id was sent: X-NaverPay-Chain-Id`,
  },
  payco: {
    module: payco,
    send: ({ rig, keys }) =>
      post(`${rig.url}/outseller/order/cancel`, { json: { sellerKey: ` ${Object.values(keys)[0]}` } }),
    result: 'SIMULATED_UNKNOWN_SELLER',
    why: ({ mid }) => `the sellerKey is that of ${mid}, but with white space around it`,
  },
  daou: {
    module: daou,
    send: ({ rig, mid }) => post(`${rig.url}/pay/ready`, { json: { CPID: mid } }),
    result: '9103',
    why: ({ mid }) => `the header Authorization is not the key of ${mid}`,
  },
  danal_tpay: {
    module: danalTpay,
    send({ rig, mid, keys }) {
      const fields = { TXTYPE: 'CANCEL', SERVICETYPE: 'WIRETRANSFER' };
      return post(rig.url + cardService.path, { body: requestBody(mid, fields, transferService, keys) });
    },
    result: '1109',
    why: ({ mid }) =>
      `DATA does not open with cryptoKey of ${mid} and the IV of /credit/: it is sealed for transfer, with transferCryptoKey or its IV`,
  },
};

async function post(
  url: string,
  { headers = {}, json, body }: { headers?: Record<string, string>; json?: object; body?: string },
): Promise<void> {
  const type = json ? { 'content-type': 'application/json' } : {};
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...type, ...headers },
    body: body ?? JSON.stringify(json) ?? null,
  });
  await answer.arrayBuffer();
}

describe('what is wrong with a signature or a key is told to the log', () => {
  for (const [name, { module, send, result, why }] of Object.entries(mistakes)) {
    test(name, async () => {
      const { rig, paid } = await openDesk(module);
      const { gatewayTid: tid, orderId } = await paid('card');
      const keys = rig.call().channel.credentials;
      const site = { rig, mid: rig.mid, tid, orderId, keys };
      await send(site);
      const told = rig.answered.at(-1);
      assert.equal(told?.why, why(site));
      assert.equal(told?.result, result);
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'paid');
      for (const secret of Object.values(keys))
        assert.ok(!JSON.stringify(rig.answered).includes(secret), 'a key is shown');
    });
  }
});

describe('an explanation', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hwanbul-signature-'));
  const book = openBook(join(directory, 'book.sqlite'));
  after(() => {
    book.close();
    rmSync(directory, { recursive: true, force: true });
  });
  registerMerchant(book, { mid: 'mid-1', credentials: { key: 'k+y/=' } });
  const requestedAt = new Date('2024-03-06T12:00:00+09:00');
  const order = {
    mid: 'mid-1',
    orderName: '생수',
    taxFreeMinor: 0n,
    vatMinor: 0n,
    requestedAt,
    status: 'paid',
  } as const;
  insertPayment(book, { ...order, orderId: 'order-1', tid: 'tid-1', payMethod: 'card', amountMinor: 1000n });

  const sent = { tid: 'tid-1', amount: '900', date: '20240306' };
  const signatureOf = (values: readonly string[]): string =>
    createHash('sha256').update(values.join('|')).digest('hex');
  /** The sentence about a signature over these values, of a request that sent `sent`. */
  const explained = (values: readonly string[] | string, parts: Partial<SignatureCheck> = {}): string => {
    const given = typeof values === 'string' ? values : signatureOf(values);
    const inputs = [
      ...Object.entries(sent).map(([name, value]) => ({ name, value })),
      { name: 'body', value: '{"a":1}', shown: 'hidden' },
      { name: 'key', value: 'k+y/=', shown: 'secret' },
    ] as const;
    const fits = (of: readonly string[], signature: string) => signature === signatureOf(of);
    return explainSignature(book, 'mid-1', { name: 'sign', given, inputs, fits, ...parts });
  };
  const { tid, amount, date } = sent;
  const body = '{"a":1}';
  const key = 'k+y/=';
  const order5 = 'tid=tid-1, amount=900, date=20240306, body (7 characters), key (secret), in this order';

  const cases: Readonly<Record<string, readonly [string[] | string, string, Partial<SignatureCheck>?]>> = {
    'of a signature that is missing says what it is made over': ['', `sign is missing; sign is made over ${order5}`],
    'names the amount that the book has': [
      [tid, '1000', date, body, key],
      'it matches with amount=1000 (the amount of the payment), where 900 was sent',
    ],
    'finds an amount in the form of people': [
      [tid, '900.00', date, body, key],
      'it matches with amount=900.00 (with decimals), where 900 was sent',
    ],
    'finds a field that was left out': [[tid, amount, '', body, key], 'it matches with date left out'],
    'finds fields that were exchanged': [
      [tid, date, amount, body, key],
      'it matches in the order tid, date, amount, body, key',
    ],
    'finds a key that was percent-encoded': [
      [tid, amount, date, body, 'k%2By%2F%3D'],
      'it matches with another key: percent-encoded',
    ],
    'finds what stands in another field': [
      [tid, amount, '20240307', body, key],
      'it matches with date=20240307 (what stands in orderDate), where 20240306 was sent',
      { alsoSent: { orderDate: '20240307' } },
    ],
    'finds the right one in capital letters': [
      signatureOf([tid, amount, date, body, key]).toUpperCase(),
      'it is right, but in capital letters',
    ],
    'finds the right one with white space': [
      `${signatureOf([tid, amount, date, body, key])}\n`,
      'it is right, but with white space around it',
    ],
  };
  for (const [name, [values, expected, parts]] of Object.entries(cases)) {
    test(name, () => {
      const text = explained(values, parts);
      assert.equal(
        text,
        text.startsWith('sign is missing') ? expected : `sign does not match what was sent: ${expected}`,
      );
      assert.ok(!text.includes('k+y/='));
    });
  }

  test('that finds nothing says what was hashed in which order, and what the book knows otherwise', () => {
    assert.equal(
      explained([tid, '12345', date, body, 'another']),
      `sign does not match; sign is made over ${order5}, and none of the usual mistakes explains it (the amount of the payment is 1000, what is left of the payment is 1000)`,
    );
  });

  test('never looks into fields that tell of a person, nor shows a body', () => {
    const text = explained([tid, amount, '110123456789', body, key], { alsoSent: { RefundAcctNo: '110123456789' } });
    assert.match(text, /none of the usual mistakes/);
    assert.doesNotMatch(text, /110123456789|"a"/);
  });

  test('keeps line breaks in a value within its quotation marks', () => {
    const inputs = [{ name: 'tid', value: 'a\nb c' }];
    assert.match(explained('x', { inputs }), /made over tid="a\\nb c", in this order/);
  });

  test('knows a key in another form, and shows none', () => {
    const known = (given: string) => unknownKey(book, 'key', 'secret key', given);
    assert.equal(known(encodeURIComponent(key)), 'the secret key is that of mid-1, but percent-encoded');
    assert.equal(known(btoa(`${key}:`)), 'the secret key is that of mid-1, but encoded in Base64 once too often');
    assert.equal(known('secret-of-others'), 'the secret key is not one that this simulator knows');
    assert.equal(known(''), 'the secret key is missing, or not where the gateway reads it');
  });
});
