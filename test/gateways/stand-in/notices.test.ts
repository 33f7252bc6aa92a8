import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { galaxia } from '../../../src/gateways/galaxia/module.ts';
import { createStandInNotices } from '../../../src/gateways/stand-in/adapter/notices.ts';
import type { OpenedNotice, RawNotice } from '../../../src/port/notices.ts';
import { eventually } from '../../kit/eventually.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { openRig } from '../kit/rig.ts';
import { barcodeIssue, cancelOf, did, openStandInRig, paidMinor, reference, refusal, type StandInRig } from './rig.ts';

const notices = createStandInNotices({ secretOf: (credentials) => credentials.key ?? '' });
const clock = movingClock('2030-01-01T00:00:00Z');
const refundsAfterMs = 3_600_000;
let rig: StandInRig;
let receiver: Server;
/** What the simulator sent, and what it is answered. */
let received: Buffer[] = [];
let answered: 'taken' | 'later' = 'taken';

before(async () => {
  rig = await openStandInRig({ refundsAfterMs, clock });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(Buffer.concat(chunks));
      const { status, contentType, body } = notices.answer(answered);
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await rig.control.setNoticeUrl(receiverUrl());
});
after(async () => {
  receiver?.close();
  await rig?.close();
});
beforeEach(() => {
  received = [];
  answered = 'taken';
});

function receiverUrl(): string {
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
}

function raw(body: Buffer): RawNotice {
  return { path: '', headers: {}, query: new URLSearchParams(), body };
}

function open(body: Buffer, parts: { mid?: string; key?: string } = {}): OpenedNotice {
  const { channel } = rig.at();
  const credentials = parts.key === undefined ? channel.credentials : { key: parts.key };
  return notices.open(raw(body), { mid: parts.mid ?? channel.mid, credentials, noticeSecret: null });
}

async function pendingRefund(amountMinor = 4_000n) {
  const payment = await rig.account({ isPaid: true });
  received = [];
  const call = rig.at();
  const request = cancelOf(payment, { amountMinor });
  const outcome = await rig.standIn.cancel(call, request);
  const inquire = () => rig.standIn.inquire(call, { operation: 'cancel', request, sentAt: call.now });
  return { payment, request, outcome, inquire };
}

test('a deposit is told of in a signed notice, which names the payment and is authentic', async () => {
  const { orderId, gatewayTid, accountNumber } = await rig.account();
  await rig.control.deposit({ orderId, depositorName: '김입금' });
  const [body = Buffer.alloc(0)] = received;
  assert.equal(received.length, 1);
  assert.deepEqual(notices.identify(raw(body)), { mid: rig.mid, orderId, gatewayTid });
  assert.deepEqual(open(body), {
    kind: 'notice',
    trust: 'authentic',
    orderId,
    gatewayTid,
    event: {
      kind: 'deposit',
      amountMinor: paidMinor,
      accountNumber,
      depositorName: '김입금',
      depositedAt: clock.now(),
      depositTid: null,
    },
  });
});

test("a barcode of Galaxia's that is paid at the counter is told of in the same form", async () => {
  const own = await openRig(galaxia, clock);
  await own.control.setNoticeUrl(receiverUrl());
  const orderId = own.orderId();
  const call = { ...rig.at(), channel: own.call().channel };
  const issued = await galaxia.gateway.issueBarcode?.(call, barcodeIssue(orderId));
  assert.ok(issued?.kind === 'confirmed');
  await own.control.payBarcode({ orderId });
  const opened = galaxia.gateway.notices?.open(raw(received[0] ?? Buffer.alloc(0)), {
    ...call.channel,
    noticeSecret: null,
  });
  assert.ok(opened?.kind === 'notice');
  assert.deepEqual([opened.trust, opened.orderId, opened.gatewayTid], ['authentic', orderId, issued.result.gatewayTid]);
  assert.deepEqual(opened.event.kind === 'deposit' && opened.event.amountMinor, paidMinor);
  const found = await galaxia.gateway.lookUp(call, reference(orderId, null, 'cvs'));
  assert.equal(found.kind === 'found' && found.payment.status, 'paid');
  await own.close();
});

test('a notice that was changed, signed by another key or meant for another merchant is not believed', async () => {
  const { orderId } = await rig.account();
  await rig.control.deposit({ orderId });
  const text = received[0]?.toString() ?? '';
  const forged = [
    open(Buffer.from(text.replace(String(paidMinor), '90000'))),
    open(Buffer.from(text.replace(/"signature":"./, '"signature":"x'))),
    open(Buffer.from(text), { key: 'key of nobody' }),
    open(Buffer.from(text), { key: '' }),
    open(Buffer.from(text), { mid: 'mid-nobody' }),
    open(Buffer.from('{}')),
  ];
  for (const opened of forged) assert.equal(opened.kind, 'forged');
  assert.equal(open(Buffer.from(text)).kind, 'notice');
});

test('no bytes make the reader of notices throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from), nested), (bytes) => {
      const body = Buffer.from(bytes);
      assert.equal(notices.identify(raw(body)), undefined);
      assert.equal(notices.open(raw(body), { mid: 'm', credentials: {}, noticeSecret: null }).kind, 'forged');
    }),
  );
});
const nested = fc
  .record({ notice: fc.json(), signature: fc.string() })
  .map((envelope) => Buffer.from(JSON.stringify(envelope)));

test('a notice is sent again until it is taken', async () => {
  const { orderId } = await rig.account();
  answered = 'later';
  await rig.control.deposit({ orderId });
  assert.equal(received.length, 1);
  assert.equal((await rig.control.listNotices({ orderId }))[0]?.isTaken, false);
  answered = 'taken';
  await rig.control.resendNotices({ orderId });
  await eventually(async () => assert.equal((await rig.control.listNotices({ orderId }))[0]?.isTaken, true));
  assert.deepEqual(received[1], received[0]);
});

test('a refund that is paid out later is accepted, and off the balance at once', async () => {
  const { payment, request, outcome, inquire } = await pendingRefund();
  assert.equal(outcome.kind, 'accepted');
  assert.deepEqual(await inquire(), { kind: 'accepted', result: did(outcome) });
  assert.equal(refusal(await rig.standIn.cancel(rig.at(), request)), 'S304 over_balance');
  const found = await rig.standIn.lookUp(rig.at(), payment);
  assert.equal(found.kind === 'found' && found.payment.balanceMinor, 6_000n);
  assert.deepEqual(received, []);
});

test('a refund that has been paid out is told of, and the inquiry says done', async () => {
  const { payment, request, outcome, inquire } = await pendingRefund();
  const { gatewayTid: cancelTid } = did(outcome);
  assert.equal((await rig.control.completeRefund({ orderId: payment.orderId, succeeded: true })).kind, 'done');
  assert.deepEqual(await inquire(), { kind: 'done', result: did(outcome) });
  const opened = open(received[0] ?? Buffer.alloc(0));
  assert.deepEqual(opened.kind === 'notice' && opened.event, {
    kind: 'refund_result',
    succeeded: true,
    cancelTid,
    amountMinor: request.amountMinor,
    at: clock.now(),
    code: null,
    message: null,
  });
});

for (const [code, expected] of [
  ['S306', 'S306 bad_refund_account'],
  [undefined, 'S307 bad_refund_account'],
  ['C100', 'C100 closed_hours'],
  ['C900', 'C900 other'],
] as const) {
  test(`a refund that could not be paid out (${code ?? 'no code'}) is refused in the end, and its amount is back`, async () => {
    const { payment, request, outcome, inquire } = await pendingRefund();
    await rig.control.completeRefund({
      orderId: payment.orderId,
      succeeded: false,
      ...(code !== undefined && { code }),
    });
    assert.equal(refusal(await inquire()), expected);
    const byBook = await rig.standIn.inquire(rig.at(), { operation: 'cancel', request, sentAt: clock.now() });
    assert.equal(byBook.kind, 'not_done', 'a cancel that failed is none');
    const opened = open(received[0] ?? Buffer.alloc(0));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.deepEqual(
      [opened.event.succeeded, opened.event.cancelTid, opened.event.code],
      [false, did(outcome).gatewayTid, code ?? 'S307'],
    );
    assert.ok(opened.event.message);
    const again = await rig.standIn.cancel(rig.at(), request);
    assert.equal(again.kind, 'accepted', 'the amount can be cancelled again');
    const found = await rig.standIn.lookUp(rig.at(), payment);
    assert.equal(found.kind === 'found' && found.payment.cancels?.length, 1);
  });
}

test('a refund whose time has come is paid out by the clock alone', async () => {
  const { inquire } = await pendingRefund();
  const { kind } = await inquire();
  assert.equal(kind, 'accepted');
  clock.set(new Date(clock.now().getTime() + refundsAfterMs).toISOString());
  assert.equal((await inquire()).kind, 'done');
  await eventually(async () => {
    const opened = open(received.at(-1) ?? Buffer.alloc(0));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result' && opened.event.succeeded);
  });
});

test('a cancel that goes back the way it came is done at once, also where refunds to accounts take their time', async () => {
  const card = await rig.paid('card');
  assert.equal((await rig.standIn.cancel(rig.at(), cancelOf(card))).kind, 'confirmed');
});
