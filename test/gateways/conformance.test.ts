import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { gateways } from '../../src/gateways/registry.ts';
import { standInReasonRule } from '../../src/gateways/stand-in/wire/protocol.ts';
import { banks } from '../../src/platform/codes/banks.ts';
import { cards } from '../../src/platform/codes/cards.ts';
import type { GatewayCall } from '../../src/port/call.ts';
import { lookupOf, type PayMethodCapabilities, supportOf } from '../../src/port/capabilities.ts';
import type { Gateway } from '../../src/port/gateway.ts';
import type { RawNotice } from '../../src/port/notices.ts';
import { gatewayOperations } from '../../src/port/operations.ts';
import { type PayMethod, payMethods } from '../../src/port/payment.ts';
import { isTaken } from '../../src/port/texts.ts';
import type { FaultKind } from '../../src/simulators/faults.ts';
import { freePort } from '../kit/free-port.ts';
import { openRig, type Rig } from './kit/rig.ts';
import {
  bookOf,
  cancelScenario,
  confirmed,
  inquire,
  paidMinor,
  paidPayment,
  revocationScenario,
  type Scenario,
  type Setting,
  scenarioOf,
  type TestedOperation,
  waitingPayment,
} from './kit/scenarios.ts';

/**
 * Runs by itself against every registered gateway × pay method × operation × fault, over real HTTP. A gateway that
 * passes tells the truth about what became of a request, and carries out once what was asked for once.
 */
/** What must come of a request that meets a fault, and whether the gateway's book has it afterwards. */
const faultTable: Readonly<Record<FaultKind, { outcomes: readonly string[]; isDone: boolean; delayMs?: number }>> = {
  reject: { outcomes: ['refused'], isDone: false },
  timeout: { outcomes: ['unclear'], isDone: false, delayMs: 20 },
  lost_answer: { outcomes: ['unclear'], isDone: true },
  disconnect: { outcomes: ['unclear'], isDone: false },
  slow: { outcomes: ['confirmed', 'accepted'], isDone: true, delayMs: 20 },
  http_500: { outcomes: ['unclear'], isDone: false },
  garbage: { outcomes: ['unclear'], isDone: true },
};
const faultTableEntries = Object.entries(faultTable) as [FaultKind, (typeof faultTable)[FaultKind]][];

/** `GATEWAY=kcp` runs it against that gateway alone. */
const chosen = process.env.GATEWAY;

for (const [provider, module] of gateways) {
  if (chosen !== undefined && chosen !== provider) continue;
  const { gateway } = module;
  describe(provider, () => {
    let rig: Rig;
    before(async () => {
      rig = await openRig(module);
    });
    after(() => rig.close());

    test('has a function for each operation that its capabilities name, and for no other', () => {
      for (const operation of gatewayOperations) {
        const isNamed = Object.values(gateway.capabilities.payMethods).some(
          ({ operations }) => (operations[operation] ?? 'unsupported') !== 'unsupported',
        );
        const { send, inquire } = gateway.operations[operation] ?? {};
        assert.equal(typeof send, isNamed ? 'function' : 'undefined', operation);
        assert.equal(typeof inquire, isNamed ? 'function' : 'undefined', operation);
      }
      assert.equal(gateway.capabilities.liveTested, false);
    });

    test('translates codes of banks and cards there and back, and knows no code that does not exist', () => {
      for (const code of banks.keys()) {
        const own = gateway.codes.bankCode(code);
        if (own !== undefined) assert.equal(gateway.codes.bankCode(gateway.codes.kftcBankCode(own) ?? ''), own);
      }
      for (const code of cards.keys()) {
        const own = gateway.codes.cardCode(code);
        if (own !== undefined) assert.equal(gateway.codes.standardCardCode(own), code);
      }
      for (const unknown of ['', '999', '0000', 'XX', '__proto__']) {
        assert.equal(gateway.codes.bankCode(unknown), undefined);
        assert.equal(gateway.codes.kftcBankCode(unknown), undefined);
        assert.equal(gateway.codes.cardCode(unknown), undefined);
        assert.equal(gateway.codes.bankMeant(unknown), undefined);
        assert.equal(
          gateway.codes.issuingBankMeant(unknown, () => true),
          undefined,
        );
      }
      for (const { kftcCode, otherCodes } of gateway.codes.banks) {
        assert.equal(gateway.codes.bankMeant(kftcCode), kftcCode);
        for (const code of otherCodes) {
          assert.equal(gateway.codes.bankMeant(code), kftcCode);
          assert.ok(!banks.has(code), `${code} is of ${kftcCode} here, and KFTC's code of another bank`);
        }
      }
      for (const bank of gateway.capabilities.virtualAccountBanks ?? []) {
        assert.notEqual(
          gateway.codes.bankCode(bank),
          undefined,
          `the gateway issues at ${bank}, which it has no code for`,
        );
      }
    });

    for (const [payMethod, capabilities] of payMethodsOf(gateway)) {
      const setting = (): Setting => ({ gateway, rig, payMethod, capabilities });
      describe(payMethod, () => {
        for (const operation of operationsOf(capabilities)) {
          if (operation === 'approve_window' && isTriedBefore(gateway, payMethod)) continue;
          operationTests(setting, operation);
        }
        if (operationsOf(capabilities).includes('cancel')) cancelTests(setting);
        if (operationsOf(capabilities).includes('cancel')) reasonTests(setting, 'cancel');
        if (operationsOf(capabilities).includes('revoke_vbank')) reasonTests(setting, 'revoke_vbank');
        if (operationsOf(capabilities).includes('revoke_vbank')) raceTests(setting, 'revoke_vbank');
        if (operationsOf(capabilities).includes('revoke_barcode')) raceTests(setting, 'revoke_barcode');
        if (payMethod === 'vbank' || payMethod === 'cvs') noticeTests(setting);
        if (payMethod === 'vbank' && operationsOf(capabilities).includes('cancel')) refundTests(setting);
      });
    }
  });
}

/** Over the stand-in a window's approval is the same request to the same code for every pay method: one of them is gone through. */
function isTriedBefore({ capabilities }: Gateway, payMethod: PayMethod): boolean {
  const [first] = payMethods.filter((each) => supportOf(capabilities, each, 'approve_window') === 'undocumented');
  return supportOf(capabilities, payMethod, 'approve_window') === 'undocumented' && payMethod !== first;
}

function operationTests(setting: () => Setting, operation: TestedOperation): void {
  const isDecidable = () => !setting().capabilities.undecidable?.includes(operation);
  const named = operation === 'partial_cancel' ? 'cancel' : operation;

  test(`${operation} without a fault is confirmed, once in the book, and found by an inquiry`, async () => {
    const at = setting();
    const scenario = await scenarioOf(at, operation);
    const call = at.rig.call();
    confirmed(await scenario.run(call));
    assert.equal(await scenario.timesDone(), 1);
    await assertTruth(at, scenario, call, { isDone: true, isDecidable: isDecidable() });
  });

  for (const [fault, { outcomes, isDone, delayMs }] of faultTableEntries) {
    test(`${operation} that meets ${fault} is ${outcomes.join(' or ')}, and what is asked for then is the truth`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      await at.rig.control.addFault({ mid: at.rig.mid, operation: named, kind: fault, ...(delayMs && { delayMs }) });
      const call = at.rig.call();
      const outcome = await scenario.run(call);
      assert.ok(outcomes.includes(outcome.kind), inspect(outcome));
      if (outcome.kind === 'refused') assert.ok(outcome.code && outcome.message);
      assert.equal(await scenario.timesDone(), isDone ? 1 : 0);
      assert.deepEqual(await at.rig.control.listFaults(at.rig.mid), [], 'the fault was not used up');
      if (outcome.kind !== 'refused') await assertTruth(at, scenario, call, { isDone, isDecidable: isDecidable() });
    });
  }

  for (const fault of ['timeout', 'lost_answer'] as const) {
    test(`${operation} after ${fault} and repeated is carried out once, where a repeat is called safe`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      const call = at.rig.call();
      if (!(await isRepeatable(at, scenario, call))) return;
      await at.rig.control.addFault({ mid: at.rig.mid, operation: named, kind: fault, delayMs: 5 });
      assert.equal((await scenario.run(call)).kind, 'unclear');
      const repeats = await Promise.all([1, 2, 3].map(() => scenario.run({ ...call, isRepeat: true })));
      for (const repeat of repeats) {
        assert.ok(['confirmed', 'accepted', 'unclear'].includes(repeat.kind), inspect(repeat));
      }
      // Without a key, a repeat of what is done can only say that it is done, and not name it as the first answer would.
      const [firstDone] = repeats.filter(({ kind }) => kind !== 'unclear').map(confirmed);
      for (const repeat of repeats) {
        if (repeat.kind !== 'unclear') assert.equal(amountOf(confirmed(repeat)), amountOf(firstDone));
      }
      assert.equal(await scenario.timesDone(), 1);
      await assertTruth(at, scenario, call, { isDone: true, isDecidable: isDecidable() });
      assert.equal(await scenario.timesDone(), 1);
    });
  }

  if (
    operation === 'approve' ||
    operation === 'approve_window' ||
    operation === 'pay_from_wallet' ||
    operation === 'charge_key' ||
    operation === 'issue_vbank' ||
    operation === 'issue_barcode'
  ) {
    test(`${operation} for an order that the gateway has already is no refusal: the first request must have arrived`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      confirmed(await scenario.run(at.rig.call()));
      assert.equal((await scenario.run(at.rig.call())).kind, 'unclear');
      assert.equal(await scenario.timesDone(), 1);
    });
  }

  test(`${operation} with credentials that the gateway does not know is refused`, async () => {
    const at = setting();
    const scenario = await scenarioOf(at, operation);
    const credentials = at.rig.sandbox.credentials('nobody');
    // Where the gateway takes an operation from whoever knows the MID, the MID is what can be wrong.
    const isUnsigned = at.capabilities.unauthenticated?.includes(named) ?? false;
    const stranger = isUnsigned ? { mid: at.rig.sandbox.mid('nobody') } : {};
    const outcome = await scenario.run(at.rig.call({ credentials, ...stranger }));
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials', inspect(outcome));
    assert.equal(await scenario.timesDone(), 0);
  });

  test(`${operation} without a connection was never sent`, async () => {
    const at = setting();
    const scenario = await scenarioOf(at, operation);
    const outcome = await scenario.run(at.rig.call({ baseUrl: `http://127.0.0.1:${await freePort()}` }));
    assert.equal(outcome.kind, 'never_sent');
  });

  for (const [fault, { delayMs }] of faultTableEntries.filter(([kind]) => kind !== 'slow')) {
    test(`an inquiry about ${operation} that meets ${fault} claims nothing`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      const call = at.rig.call();
      confirmed(await scenario.run(call));
      await at.rig.control.addFault({
        mid: at.rig.mid,
        operation: 'inquire',
        kind: fault,
        ...(delayMs && { delayMs }),
      });
      const inquiry = await inquire(at, scenario, call);
      await at.rig.control.clearFaults({ mid: at.rig.mid });
      assert.ok(inquiry.kind === 'unknown' || inquiry.kind === 'ask_by_repeating', inspect(inquiry));
    });
  }
}

function amountOf(result: unknown): bigint | undefined {
  return (result as { amountMinor?: bigint }).amountMinor;
}

/** What the gateway says, or does when it is asked by a repeat, must be what its book says; only some may stay open. */
async function assertTruth(
  at: Setting,
  scenario: Scenario,
  call: GatewayCall,
  { isDone, isDecidable }: { isDone: boolean; isDecidable: boolean },
): Promise<void> {
  const inquiry = await inquire(at, scenario, call);
  if (inquiry.kind === 'ask_by_repeating') {
    confirmed(await scenario.run({ ...call, isRepeat: true }));
    assert.equal(await scenario.timesDone(), 1);
    return;
  }
  const truths = isDone ? ['done', 'accepted'] : ['not_done'];
  assert.ok(
    [...truths, ...(isDecidable ? [] : ['unknown'])].includes(inquiry.kind),
    `the inquiry says ${inspect(inquiry)}`,
  );
}

function cancelTests(setting: () => Setting): void {
  test('partial cancellations add up to the payment and not beyond, and each is found by its own inquiry', async () => {
    const at = setting();
    if (!at.capabilities.partialCancel) return;
    const isOpen = at.capabilities.undecidable?.includes('partial_cancel') ?? false;
    const payment = await paidPayment(at);
    const earlier: { gatewayTid: string; amountMinor: bigint }[] = [];
    for (const amountMinor of [2_000n, 2_000n, 1_000n, 5_000n]) {
      const scenario = cancelScenario(at, payment, amountMinor, earlier);
      const call = at.rig.call();
      const before = await inquire(at, scenario, call);
      const mayBe = [
        'not_done',
        ...(isOpen ? ['unknown'] : []),
        ...(amountMinor === 5_000n ? ['ask_by_repeating'] : []),
      ];
      assert.ok(mayBe.includes(before.kind), `before it was sent: ${inspect(before)}`);
      const cancelled = confirmed(await scenario.run(call)) as { gatewayTid: string; amountMinor: bigint };
      assert.equal(cancelled.amountMinor, amountMinor);
      const inquiry = await inquire(at, scenario, call);
      if (inquiry.kind === 'done' || inquiry.kind === 'accepted') {
        const found = inquiry.result as { gatewayTid: string; amountMinor: bigint };
        assert.equal(found.amountMinor, amountMinor);
        assert.ok([cancelled.gatewayTid, payment.gatewayTid].includes(found.gatewayTid));
      } else {
        assert.ok(
          mayBe.includes(inquiry.kind) && inquiry.kind !== 'not_done',
          `after it was sent: ${inspect(inquiry)}`,
        );
      }
      earlier.push(cancelled);
    }
    const [transaction] = (await bookOf(at, payment.orderId)).transactions;
    assert.equal(transaction?.cancelledMinor, paidMinor);
    assert.equal(transaction?.status, 'cancelled');
    // Where the gateway gives a cancellation an id of its own, no two are the same.
    const own = earlier.map(({ gatewayTid }) => gatewayTid).filter((tid) => tid !== payment.gatewayTid);
    assert.equal(new Set(own).size, own.length);
  });

  test('more than is left is refused, and the book never gives back more than was paid', async () => {
    const at = setting();
    const payment = await paidPayment(at);
    const over = await cancelScenario(at, payment, paidMinor + 1n).run(at.rig.call());
    assert.equal(over.kind === 'refused' && over.category, 'over_balance', inspect(over));
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => cancelScenario(at, payment, paidMinor).run(at.rig.call())),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === 'confirmed' || kind === 'accepted').length, 1);
    for (const outcome of outcomes) {
      if (outcome.kind !== 'confirmed' && outcome.kind !== 'accepted') {
        assert.equal(outcome.kind === 'refused' && outcome.category, 'already_cancelled', inspect(outcome));
      }
    }
    const [transaction] = (await bookOf(at, payment.orderId)).transactions;
    assert.equal(transaction?.cancelledMinor, paidMinor);
  });

  test('of partial cancellations of the same share at the same time, no more are done than there is money', async () => {
    const at = setting();
    if (!at.capabilities.partialCancel) return;
    const payment = await paidPayment(at);
    // All of them claim to be the first one, as two servers with two books might.
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => cancelScenario(at, payment, 4_000n).run(at.rig.call())),
    );
    const done = outcomes.filter(({ kind }) => kind === 'confirmed' || kind === 'accepted').length;
    const [transaction] = (await bookOf(at, payment.orderId)).transactions;
    assert.ok(done >= 1 && done <= 2, `${done} were done`);
    assert.equal(transaction?.cancelledMinor, BigInt(done) * 4_000n);
  });

  test('a partial cancellation is refused where the capabilities say so', async () => {
    const at = setting();
    if (at.capabilities.partialCancel) return;
    const outcome = await cancelScenario(at, await paidPayment(at), 1_000n).run(at.rig.call());
    assert.equal(outcome.kind === 'refused' && outcome.category, 'partial_not_supported', inspect(outcome));
  });

  test('a lookup tells what the book says, as far as the gateway has one', async () => {
    const at = setting();
    const lookup = lookupOf(at.gateway.capabilities, at.payMethod);
    const payment = await paidPayment(at);
    const before = await at.gateway.lookUp(at.rig.call(), {
      ...payment,
      ...(lookup === 'by_order_id' && { gatewayTid: null }),
    });
    if (lookup === 'none') {
      assert.equal(before.kind, 'unknown');
      return;
    }
    assert.ok(before.kind === 'found', inspect(before));
    assert.equal(before.payment.status, 'paid');
    assert.equal(before.payment.gatewayTid, payment.gatewayTid);
    const cancelled = confirmed(await cancelScenario(at, payment, paidMinor).run(at.rig.call())) as {
      gatewayTid: string;
    };
    const after = await at.gateway.lookUp(at.rig.call(), payment);
    assert.ok(after.kind === 'found', inspect(after));
    assert.equal(after.payment.status, 'cancelled');
    assert.equal(after.payment.balanceMinor, 0n);
    if (after.payment.cancels !== null) {
      assert.deepEqual(
        after.payment.cancels.map(({ gatewayTid, amountMinor }) => ({ gatewayTid, amountMinor })),
        [{ gatewayTid: cancelled.gatewayTid, amountMinor: paidMinor }],
      );
    }
    const nothing = await at.gateway.lookUp(at.rig.call(), {
      ...payment,
      orderId: 'imp_999999999999',
      gatewayTid: lookup === 'by_order_id' ? null : payment.gatewayTid.replace(/\d/g, '9'),
    });
    assert.ok(nothing.kind === 'not_found' || (lookup === 'by_transaction_id' && nothing.kind === 'unknown'));
  });
}

/** Whatever a caller writes as a reason, an adapter sends what its gateway takes of it. */
function reasonTests(setting: () => Setting, operation: 'cancel' | 'revoke_vbank'): void {
  test(`${operation} for a reason that no gateway takes as it is reaches it with a reason that it takes`, async () => {
    const at = setting();
    const { reason: ruleOfGateway } = at.gateway.capabilities;
    const rule = at.capabilities.operations[operation] === 'undocumented' ? standInReasonRule : ruleOfGateway;
    for (const reason of [...hostileReasons, '단순 변심']) {
      if (operation === 'revoke_vbank') {
        confirmed(await revocationScenario(at, operation, await waitingPayment(at), reason).run(at.rig.call()));
        continue;
      }
      const scenario = cancelScenario(at, await paidPayment(at), paidMinor, [], reason);
      confirmed(await scenario.run(at.rig.call()));
      const [sent] = await scenario.reasons();
      assert.ok(sent !== undefined);
      if (rule === null) continue;
      assert.ok(isTaken(sent, rule), inspect({ sent, rule }));
      assert.match(sent, /^\P{Cc}+$/u);
      if (reason === '단순 변심') assert.equal(sent, reason);
    }
  });
}

const hostileReasons = [
  `가,나&다;라\\마|바'사"아<자>차^[100]^카:타?파%하+a=b#c*{d}~e\n\r\t\u0000\u0085\ud800 👍🏽 힣`,
  '[STOPREQ] 해지',
  '\n',
  '👍'.repeat(300),
  '사유'.repeat(300),
  ','.repeat(300),
];

function raceTests(setting: () => Setting, operation: 'revoke_vbank' | 'revoke_barcode'): void {
  test('of a revocation and a payment at the same time exactly one happens, and both sides know which', async () => {
    const at = setting();
    for (let round = 0; round < 10; round += 1) {
      const payment = await waitingPayment(at);
      const scenario = revocationScenario(at, operation, payment);
      const call = at.rig.call();
      const pay = () =>
        operation === 'revoke_vbank'
          ? at.rig.control.deposit({ orderId: payment.orderId })
          : at.rig.control.payBarcode({ orderId: payment.orderId });
      const revoke = () => scenario.run(call);
      const [first, second] = round % 2 === 0 ? [pay, revoke] : [revoke, pay];
      const results = await Promise.all([first(), second()]);
      const kinds = results.map(({ kind }) => kind).sort();
      assert.ok(kinds.includes('refused') && (kinds.includes('done') || kinds.includes('confirmed')), kinds.join());
      const [transaction] = (await bookOf(at, payment.orderId)).transactions;
      const isRevoked = kinds.includes('confirmed');
      assert.equal(transaction?.status, isRevoked ? 'revoked' : 'paid');
      const inquiry = await inquire(at, scenario, call);
      const isOpen = at.capabilities.undecidable?.includes(operation) || inquiry.kind === 'ask_by_repeating';
      if (!isOpen) assert.equal(inquiry.kind, isRevoked ? 'done' : 'refused', inspect(inquiry));
    }
  });

  test('money is refused when it is the wrong amount, and after a revocation', async () => {
    const at = setting();
    const payment = await waitingPayment(at);
    if (operation === 'revoke_vbank') {
      const wrong = await at.rig.control.deposit({ orderId: payment.orderId, amountMinor: paidMinor - 1n });
      assert.equal(wrong.kind === 'refused' && wrong.code, 'WRONG_AMOUNT');
    }
    confirmed(await revocationScenario(at, operation, payment).run(at.rig.call()));
    const late =
      operation === 'revoke_vbank'
        ? await at.rig.control.deposit({ orderId: payment.orderId })
        : await at.rig.control.payBarcode({ orderId: payment.orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
    const found = await at.gateway.lookUp(at.rig.call(), payment);
    if (lookupOf(at.gateway.capabilities, at.payMethod) === 'none') assert.equal(found.kind, 'unknown');
    else assert.equal(found.kind === 'found' && found.payment.status, 'failed', inspect(found));
  });
}

function noticeTests(setting: () => Setting): void {
  test('a deposit is told by a notice that names the payment, and that another merchant can not have made', async () => {
    const at = setting();
    const { notices } = at.gateway;
    assert.ok(notices, 'the gateway takes deposits, and has no notice of them');
    const payment = await waitingPayment(at);
    const raw = await noticeOf(at, payment.orderId, () => deposit(at, payment.orderId));
    const subject = notices.identify(raw);
    assert.ok(subject, 'the notice was not recognised');
    assert.ok(
      subject.orderId === payment.orderId || subject.gatewayTid === payment.gatewayTid || subject.mid === at.rig.mid,
    );
    const opened = notices.open(raw, keysOf(at, payment.noticeSecret));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'deposit', inspect(opened));
    assert.ok(opened.orderId === payment.orderId || opened.gatewayTid === payment.gatewayTid, inspect(opened));
    assert.ok(opened.event.amountMinor === null || opened.event.amountMinor === paidMinor);
    if (opened.event.accountNumber !== null) assert.equal(opened.event.accountNumber, payment.accountNumber);
    const stranger = at.rig.sandbox.credentials('nobody');
    const forged = notices.open(raw, { mid: at.rig.mid, credentials: stranger, noticeSecret: 'another' });
    if (opened.trust === 'authentic') assert.equal(forged.kind, 'forged');
    for (const answer of ['taken', 'later', 'refused'] as const)
      assert.equal(typeof notices.answer(answer).body, 'string');
  });

  test('whatever arrives instead of a notice is no deposit, and breaks nothing', async () => {
    const at = setting();
    const { notices } = at.gateway;
    assert.ok(notices);
    const payment = await waitingPayment(at);
    const genuine = await noticeOf(at, payment.orderId, () => deposit(at, payment.orderId));
    const keys = keysOf(at, payment.noticeSecret);
    const open = (body: Buffer) => {
      const raw = { ...genuine, body };
      notices.identify(raw);
      return notices.open(raw, keys);
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const opened = open(Buffer.from(bytes));
        assert.ok(opened.kind === 'forged' || opened.event.kind !== 'deposit');
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: genuine.body.length - 1 }), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const body = Buffer.from(genuine.body);
        body[position] = (body[position] ?? 0) ^ change;
        open(body);
        open(genuine.body.subarray(0, position));
      }),
    );
  });
}

/** Refunds that are paid out later end by a notice, and an inquiry says the same. */
function refundTests(setting: () => Setting): void {
  for (const succeeded of [true, false]) {
    test(`a refund that is taken first and ${succeeded ? 'paid out' : 'not paid out'} later is told by a notice`, async () => {
      const at = setting();
      const payment = await paidPayment(at);
      const scenario = cancelScenario(at, payment, paidMinor);
      const call = at.rig.call();
      const outcome = await scenario.run(call);
      if (outcome.kind === 'confirmed') return;
      const { gatewayTid } = confirmed(outcome) as { gatewayTid: string };
      const before = await inquire(at, scenario, call);
      // A gateway that can't be asked ends a refund by its notice alone.
      if (before.kind !== 'ask_by_repeating') assert.equal(before.kind, 'accepted', inspect(before));
      const raw = await noticeOf(at, payment.orderId, async () => {
        const answer = await at.rig.control.completeRefund({ mid: at.rig.mid, orderId: payment.orderId, succeeded });
        assert.equal(answer.kind, 'done', inspect(answer));
      });
      const opened = at.gateway.notices?.open(raw, keysOf(at, payment.noticeSecret));
      assert.ok(opened?.kind === 'notice' && opened.event.kind === 'refund_result', inspect(opened));
      assert.equal(opened.event.succeeded, succeeded);
      assert.ok(opened.event.cancelTid === null || opened.event.cancelTid === gatewayTid);
      // Of a refund that failed, some books only show that it is not there; the notice is what ends it then.
      const ends = succeeded ? ['done'] : ['refused', 'not_done', 'unknown'];
      const end = await inquire(at, scenario, call);
      assert.ok([...ends, before.kind].includes(end.kind) && end.kind !== 'accepted', inspect(end));
      assert.equal(await scenario.timesDone(), succeeded ? 1 : 0);
    });
  }
}

async function deposit({ rig, payMethod }: Setting, orderId: string): Promise<void> {
  const answer = await (payMethod === 'cvs' ? rig.control.payBarcode({ orderId }) : rig.control.deposit({ orderId }));
  assert.equal(answer.kind, 'done', inspect(answer));
}

/** The last notice that `happen` has caused; it has arrived when the control call is answered. */
async function noticeOf({ rig }: Setting, orderId: string, happen: () => Promise<void>): Promise<RawNotice> {
  const before = rig.notices.length;
  await happen();
  const raw = rig.notices.at(-1);
  assert.ok(rig.notices.length > before && raw, 'no notice came');
  const kept = await rig.control.listNotices({ mid: rig.mid, orderId });
  assert.ok(
    kept.length > 0 && kept.every(({ isTaken }) => isTaken),
    'the gateway did not like the answer to its notice',
  );
  return raw;
}

function keysOf({ rig }: Setting, noticeSecret: string | null) {
  const credentials = rig.sandbox.credentials(rig.mid);
  return { mid: rig.mid, credentials, noticeSecret };
}

/** Where an operation that was not done may be sent again, the gateway's adapter says so in an inquiry. */
async function isRepeatable(at: Setting, scenario: Scenario, call: GatewayCall): Promise<boolean> {
  const inquiry = await inquire(at, scenario, call);
  return inquiry.kind === 'ask_by_repeating' || (inquiry.kind === 'not_done' && inquiry.repeatIsSafe);
}

function payMethodsOf(gateway: Gateway): [PayMethod, PayMethodCapabilities][] {
  return Object.entries(gateway.capabilities.payMethods) as [PayMethod, PayMethodCapabilities][];
}

/** What the gateway offers; a cancel that leaves something is an operation of its own here. */
function operationsOf(capabilities: PayMethodCapabilities): TestedOperation[] {
  const offered = gatewayOperations.filter(
    (operation) => (capabilities.operations[operation] ?? 'unsupported') !== 'unsupported',
  );
  return capabilities.partialCancel && offered.includes('cancel') ? [...offered, 'partial_cancel'] : offered;
}
