import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { galaxia } from '../../../src/gateways/galaxia/module.ts';
import type { OpenedNotice } from '../../../src/port/notices.ts';
import { eventually } from '../../kit/eventually.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice as raw } from '../kit/raw-notice.ts';
import { confirmed, paidMinor } from '../kit/scenarios.ts';
import { barcodeIssue, openStandInDesk, refusal } from './kit.ts';

const clock = movingClock('2030-01-01T00:00:00Z');
const refundsAfterMs = 3_600_000;
const desk = await openStandInDesk({ refundsAfterMs, clock });
const counter = await openDesk(galaxia, { clock });
const { gateway, rig } = desk;
const { notices } = gateway;
const { cancel } = gateway.operations;

let seen = 0;
/** What the simulator has sent since a test, or its refund, began. */
const received = () => rig.notices.slice(seen).map(({ body }) => body);
beforeEach(() => {
  seen = rig.notices.length;
});

function open(body: Buffer, parts: { mid?: string; key?: string } = {}): OpenedNotice {
  const { mid, ...keys } = noticeKeysOf(rig);
  const credentials = parts.key === undefined ? keys.credentials : { key: parts.key };
  return notices.open(raw(body), { ...keys, mid: parts.mid ?? mid, credentials });
}

async function pendingRefund(amountMinor = 4_000n) {
  const payment = await desk.paid('vbank');
  seen = rig.notices.length;
  const call = rig.call();
  const request = desk.cancelOf(payment, { amountMinor });
  const outcome = await cancel.send(call, request);
  const inquire = () => cancel.inquire(call, request, call.now);
  return { payment, request, outcome, inquire };
}

test('a deposit is told of in a signed notice, which names the payment and is authentic', async () => {
  const { orderId, gatewayTid, accountNumber } = await desk.waiting('vbank');
  await rig.control.deposit({ orderId, depositorName: '김입금' });
  const [body = Buffer.alloc(0)] = received();
  assert.equal(received().length, 1);
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
  const { gateway: own, rig: till } = counter;
  const orderId = till.orderId();
  const issued = await own.operations.issue_barcode.send(till.call(), barcodeIssue(orderId));
  assert.ok(issued.kind === 'confirmed');
  await till.control.payBarcode({ orderId });
  const [notice] = till.notices;
  assert.ok(notice);
  const opened = own.notices.open(notice, noticeKeysOf(till));
  assert.ok(opened.kind === 'notice');
  assert.deepEqual([opened.trust, opened.orderId, opened.gatewayTid], ['authentic', orderId, issued.result.gatewayTid]);
  assert.deepEqual(opened.event.kind === 'deposit' && opened.event.amountMinor, paidMinor);
  const payment = { ...counter.payment, orderId, gatewayTid: null, payMethod: 'cvs' } as const;
  const found = await own.lookUp(till.call(), payment);
  assert.equal(found.kind === 'found' && found.payment.status, 'paid');
});

test('a notice that was changed, signed by another key or meant for another merchant is not believed', async () => {
  const { orderId } = await desk.waiting('vbank');
  await rig.control.deposit({ orderId });
  const text = received()[0]?.toString() ?? '';
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
  const { orderId } = await desk.waiting('vbank');
  const [receiver, later] = [rig.call().noticeUrl ?? '', notices.answer('later')];
  await rig.control.setNoticeUrl(`${desk.server.url}/`);
  desk.willAnswer(later.body, later.status);
  await rig.control.deposit({ orderId });
  const refused = desk.server.last();
  assert.equal(desk.server.requests.length, 1);
  assert.equal((await rig.control.listNotices({ orderId }))[0]?.isTaken, false);
  await rig.control.setNoticeUrl(receiver);
  await rig.control.resendNotices({ orderId });
  await eventually(async () => assert.equal((await rig.control.listNotices({ orderId }))[0]?.isTaken, true));
  assert.deepEqual(received()[0]?.toString('latin1'), refused.body);
});

test('a refund that is paid out later is accepted, and off the balance at once', async () => {
  const { payment, request, outcome, inquire } = await pendingRefund();
  assert.equal(outcome.kind, 'accepted');
  assert.deepEqual(await inquire(), { kind: 'accepted', result: confirmed(outcome) });
  assert.equal(refusal(await cancel.send(rig.call(), request)), 'S304 over_balance');
  const found = await gateway.lookUp(rig.call(), payment);
  assert.equal(found.kind === 'found' && found.payment.balanceMinor, 6_000n);
  assert.deepEqual(received(), []);
});

test('a refund that has been paid out is told of, and the inquiry says done', async () => {
  const { payment, request, outcome, inquire } = await pendingRefund();
  const { gatewayTid: cancelTid } = confirmed(outcome);
  assert.equal((await rig.control.completeRefund({ orderId: payment.orderId, succeeded: true })).kind, 'done');
  assert.deepEqual(await inquire(), { kind: 'done', result: confirmed(outcome) });
  const opened = open(received()[0] ?? Buffer.alloc(0));
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
    const byBook = await cancel.inquire(rig.call(), request, clock.now());
    assert.equal(byBook.kind, 'not_done', 'a cancel that failed is none');
    const opened = open(received()[0] ?? Buffer.alloc(0));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.deepEqual(
      [opened.event.succeeded, opened.event.cancelTid, opened.event.code],
      [false, confirmed(outcome).gatewayTid, code ?? 'S307'],
    );
    assert.ok(opened.event.message);
    const again = await cancel.send(rig.call(), request);
    assert.equal(again.kind, 'accepted', 'the amount can be cancelled again');
    const found = await gateway.lookUp(rig.call(), payment);
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
    const opened = open(received().at(-1) ?? Buffer.alloc(0));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result' && opened.event.succeeded);
  });
});

test('a cancel that goes back the way it came is done at once, also where refunds to accounts take their time', async () => {
  const card = await desk.paid('card');
  assert.equal((await cancel.send(rig.call(), desk.cancelOf(card))).kind, 'confirmed');
});
