import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import iconv from 'iconv-lite';
import { request } from 'undici';
import { smartro } from '../../../src/gateways/smartro/module.ts';
import type { Gateway } from '../../../src/port/gateway.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { openRig, type Rig } from '../kit/rig.ts';
import { bookOf, capabilitiesOf, paidPayment, type Setting, waitingPayment } from '../kit/scenarios.ts';

const sandbox = await smartro.sandbox();

/** The simulator called as Smartro's sample does, without our adapter. */
const gateway = smartro.gateway as Required<Gateway>;
const clock = movingClock('2024-03-06T12:00:00+09:00');
let rig: Rig;
before(async () => {
  rig = await openRig(smartro, clock);
});
after(() => rig.close());
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const at = (payMethod: 'card' | 'trans' | 'vbank'): Setting => ({
  gateway,
  rig,
  payMethod,
  capabilities: capabilitiesOf(gateway, payMethod),
});
const cancelPath = '/cancel/payCancelNVProcess.jsp';
type Fields = Record<string, string | undefined>;
const keys = () => rig.call().channel.credentials as { merchantKey: string; cancelPassword: string };

/** Fields that are replaced by `undefined` are left out; the hash is that of the fields as they are sent. */
async function cancel(tid: string, parts: Fields = {}, { key = keys().merchantKey, path = cancelPath } = {}) {
  const fields: Fields = {
    TID: tid,
    CancelAmt: '10000',
    Cancelpw: keys().cancelPassword,
    CancelMSG: quoted('단순 변심'),
    PartialCancelCode: '0',
    ...parts,
  };
  const hashed = `${fields.TID ?? ''}${key}${fields.CancelAmt ?? ''}${fields.PartialCancelCode ?? ''}`;
  const hashData = btoa(createHash('md5').update(hashed).digest('hex'));
  return send({ hashData, ...fields }, path);
}

async function send(fields: Fields, path = cancelPath) {
  const kept = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const answer = await request(rig.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: kept.map(([name, value]) => `${name}=${quoted(value)}`).join('&'),
  });
  const text = await answer.body.text();
  assert.match(text.trim(), /^[\x20-\x7e]*$/, 'an answer is one line of ASCII');
  const pairs = text.trim().split('&');
  return {
    status: answer.statusCode,
    body: Object.fromEntries(pairs.map((pair) => pair.split('=').map(unquoted))) as Record<string, string>,
  };
}

/** Percent-encoded EUC-KR. */
function quoted(text: string): string {
  return [...iconv.encode(text, 'euc-kr')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
function unquoted(text: string): string {
  const bytes = text.replaceAll('+', ' ').replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return iconv.decode(Buffer.from(bytes, 'latin1'), 'euc-kr');
}

const partial = (amount: number, parts: Fields = {}) => ({
  CancelAmt: String(amount),
  PartialCancelCode: '1',
  ...parts,
});
async function codeOf(answer: Promise<{ status: number; body: Record<string, string> }>): Promise<string | undefined> {
  const { status, body } = await answer;
  assert.equal(status, 200);
  assert.ok(body.ResultMsg);
  return body.ResultCode;
}

describe('a cancel', () => {
  test('of the whole payment is answered with 2001 and the payment, and has no id of its own', async () => {
    const { gatewayTid, orderId } = await paidPayment(at('card'));
    const { body } = await cancel(gatewayTid);
    assert.equal(body.ResultCode, '2001');
    assert.deepEqual(
      [body.MID, body.TID, body.PTID, body.CancelAmt, body.CancelDate, body.CancelTime, body.PayMethod, body.PayName],
      [rig.mid, gatewayTid, '', '10000', '20240306', '120000', 'CARD', '신용카드'],
    );
    assert.deepEqual([body.Moid, body.CancelMSG], [orderId.replaceAll('_', ''), '단순 변심']);
    assert.equal((await bookOf(at('card'), orderId)).transactions[0]?.status, 'cancelled');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1))), 'SIM05');
  });

  test('in parts gives each an id of its own, and does not know one that is sent twice', async () => {
    const { gatewayTid, orderId } = await paidPayment(at('card'));
    const [first, second] = [await cancel(gatewayTid, partial(4000)), await cancel(gatewayTid, partial(4000))];
    assert.match(first.body.PTID ?? '', /^[a-z0-9]{30}$/);
    assert.notEqual(second.body.PTID, first.body.PTID);
    assert.equal((await bookOf(at('card'), orderId)).transactions[0]?.cancelledMinor, 8000n);
    assert.equal(await codeOf(cancel(gatewayTid, partial(2001))), 'SIM06');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '2000' })), 'SIM08', 'a full cancel of the rest');
    assert.equal(await codeOf(cancel(gatewayTid, partial(2000))), '2001');
  });

  test('as a whole of another amount is refused', async () => {
    const { gatewayTid } = await paidPayment(at('card'));
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9999' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '10001' })), 'SIM06');
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'without an amount': { CancelAmt: undefined },
    'of nothing': { CancelAmt: '0' },
    'with commas in its amount': { CancelAmt: '10,000' },
    'with an amount of 13 digits': { CancelAmt: '1000000000000' },
    'with a reason of 101 characters': { CancelMSG: quoted('가'.repeat(101)) },
    'that is neither full nor partial': { PartialCancelCode: '2' },
    'that does not say which': { PartialCancelCode: undefined },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is refused`, async () => {
      const { gatewayTid, orderId } = await paidPayment(at('card'));
      assert.equal(await codeOf(cancel(gatewayTid, parts)), 'SIM01');
      assert.equal((await bookOf(at('card'), orderId)).transactions[0]?.cancelledMinor, 0n);
    });
  }

  test('of a payment with a tax-free part says nothing of tax, and may be in parts or whole', async () => {
    for (const cancels of [[partial(5500), partial(4500)], [{}]]) {
      const amounts = { taxFreeMinor: 4500n, vatMinor: 500n };
      const made = await rig.control.createWindowPayment({ ...windowPayment(rig.orderId()), ...amounts });
      assert.ok(made.kind === 'done');
      for (const parts of cancels) assert.equal(await codeOf(cancel(made.result.gatewayTid, parts)), '2001');
      assert.equal(await codeOf(cancel(made.result.gatewayTid)), 'SIM05');
    }
  });
});

describe('who calls', () => {
  test('is known by the TID, the hash and the password', async () => {
    const { gatewayTid } = await paidPayment(at('card'));
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: 'x' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: undefined })), 'SIM02');
    assert.equal(await codeOf(cancel('another00001')), 'SIM04');
    assert.equal(await codeOf(cancel(gatewayTid, {}, { key: `${'A'.repeat(86)}==` })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { Cancelpw: undefined })), 'SIM03');
    assert.equal(await codeOf(cancel(gatewayTid, { Cancelpw: 'wrong' })), 'SIM03');
    assert.equal(await codeOf(send({})), 'SIM04');
  });

  test('gives the hash as Base64 of hexadecimal characters, not of the digest', async () => {
    const { gatewayTid } = await paidPayment(at('card'));
    const hashed = `${gatewayTid}${keys().merchantKey}100000`;
    const ofBytes = createHash('md5').update(hashed).digest('base64');
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: ofBytes })), 'SIM02');
  });

  test("does not reach another merchant's payments", async () => {
    const { gatewayTid } = await paidPayment(at('card'));
    const mid = sandbox.mid('somebody else');
    const credentials = sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const theirs = { Cancelpw: credentials.cancelPassword };
    assert.equal(await codeOf(cancel(gatewayTid, theirs, { key: credentials.merchantKey ?? '' })), 'SIM02');
    const unknown = `${mid}01012403061200009999`;
    assert.equal(await codeOf(cancel(unknown, theirs, { key: credentials.merchantKey ?? '' })), 'SIM04');
  });

  test('asks for a path that does not exist is told so, once it is known who asks', async () => {
    const { gatewayTid } = await paidPayment(at('card'));
    assert.equal((await cancel(gatewayTid, {}, { path: '/cancel/other.jsp' })).status, 404);
  });
});

describe('a virtual account', () => {
  test('is revoked while it waits, as a whole, and then takes no deposit', async () => {
    const { gatewayTid, orderId } = await waitingPayment(at('vbank'));
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000))), 'SIM07');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9000' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid)), '2001');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
  });

  test('is not refunded by this call once its deposit is there, nor revoked once it has expired', async () => {
    const { gatewayTid } = await paidPayment(at('vbank'));
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM10');
    const waiting = await waitingPayment(at('vbank'));
    clock.set('2024-03-14T00:00:00+09:00');
    assert.equal(await codeOf(cancel(waiting.gatewayTid)), 'SIM12');
  });
});

describe('the payment window', () => {
  const refusals: Readonly<Record<string, [Record<string, unknown>, string]>> = {
    'by telephone, which only the new module has': [{ payMethod: 'phone' }, 'SIM21'],
    'in another currency': [{ currency: 'USD' }, 'SIM01'],
    'at a bank that Smartro has no code for': [{ payMethod: 'vbank', bankCode: '209' }, 'SIM23'],
  };
  for (const [name, [parts, code]] of Object.entries(refusals)) {
    test(`refuses a payment ${name}`, async () => {
      const payment = { ...windowPayment(rig.orderId()), ...parts } as ReturnType<typeof windowPayment>;
      const answer = await rig.control.createWindowPayment(payment);
      assert.equal(answer.kind === 'refused' && answer.code, code);
    });
  }
});

function windowPayment(orderId: string) {
  return {
    mid: rig.mid,
    orderId,
    orderName: '생수',
    payMethod: 'card' as const,
    currency: 'KRW',
    amountMinor: 10_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: '홍길동', email: null, tel: null },
  };
}
