import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { PayMethodCapabilities } from '../../src/gateways/capabilities.ts';
import { type Gateway, type GatewayOperation, gatewayOperations, type PayMethod } from '../../src/gateways/gateway.ts';
import { gateways } from '../../src/gateways/registry.ts';
import type { FaultKind } from '../../src/gateways/simulator/faults.ts';
import { openRig, type Rig } from './rig.ts';
import {
  bookOf,
  cancelScenario,
  confirmed,
  inquire,
  paidMinor,
  paidPayment,
  revocationScenario,
  type Setting,
  scenarioOf,
  waitingPayment,
} from './scenarios.ts';

/**
 * Runs by itself against every registered gateway × pay method × operation × fault, over real HTTP. A gateway that
 * passes tells the truth about what became of a request, and carries out once what was asked for once.
 */
const functions: Readonly<Record<GatewayOperation, keyof Gateway>> = {
  approve: 'approveByKey',
  issue_vbank: 'issueVirtualAccount',
  revoke_vbank: 'revokeVirtualAccount',
  issue_barcode: 'issueBarcode',
  revoke_barcode: 'revokeBarcode',
  issue_receipt: 'issueReceipt',
  revoke_receipt: 'revokeReceipt',
  cancel: 'cancel',
};

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

for (const [provider, module] of gateways) {
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
        assert.equal(typeof gateway[functions[operation]], isNamed ? 'function' : 'undefined', operation);
      }
      assert.equal(gateway.capabilities.liveTested, false);
    });

    for (const [payMethod, capabilities] of payMethodsOf(gateway)) {
      const setting = (): Setting => ({ gateway, rig, payMethod, capabilities });
      describe(payMethod, () => {
        for (const operation of operationsOf(capabilities)) operationTests(setting, operation);
        if (operationsOf(capabilities).includes('cancel')) cancelTests(setting);
        if (operationsOf(capabilities).includes('revoke_vbank')) raceTests(setting, 'revoke_vbank');
        if (operationsOf(capabilities).includes('revoke_barcode')) raceTests(setting, 'revoke_barcode');
      });
    }
  });
}

function operationTests(setting: () => Setting, operation: GatewayOperation): void {
  const isDecidable = () => !setting().capabilities.undecidable?.includes(operation);

  test(`${operation} without a fault is confirmed, once in the book, and found by an inquiry`, async () => {
    const scenario = await scenarioOf(setting(), operation);
    confirmed(await scenario.run(setting().rig.call()));
    assert.equal(await scenario.timesDone(), 1);
    const { kind } = await inquire(setting(), scenario);
    assert.ok(isDecidable() ? kind === 'done' || kind === 'accepted' : kind === 'unknown', kind);
  });

  for (const [fault, { outcomes, isDone, delayMs }] of faultTableEntries) {
    test(`${operation} that meets ${fault} is ${outcomes.join(' or ')}, and an inquiry tells the truth`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      await at.rig.control.addFault({ mid: at.rig.mid, operation, kind: fault, ...(delayMs && { delayMs }) });
      const outcome = await scenario.run(at.rig.call());
      assert.ok(outcomes.includes(outcome.kind), inspect(outcome));
      if (outcome.kind === 'refused') assert.ok(outcome.code && outcome.message);
      assert.equal(await scenario.timesDone(), isDone ? 1 : 0);
      assert.deepEqual(await at.rig.control.listFaults(at.rig.mid), [], 'the fault was not used up');

      const { kind } = await inquire(at, scenario);
      const truths = isDone ? ['done', 'accepted'] : ['not_done'];
      assert.ok((isDecidable() ? truths : ['unknown']).includes(kind), `the inquiry says ${kind}`);
    });
  }

  for (const fault of ['timeout', 'lost_answer'] as const) {
    test(`${operation} after ${fault} and repeated with its key is carried out once, where a repeat is called safe`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      if (!(await isRepeatable(at, operation))) return;
      await at.rig.control.addFault({ mid: at.rig.mid, operation, kind: fault, delayMs: 5 });
      const idempotencyKey = `once-${fault}-${at.payMethod}-${operation}`;
      const outcomes = [await scenario.run(at.rig.call({ idempotencyKey }))];
      outcomes.push(...(await Promise.all([1, 2, 3].map(() => scenario.run(at.rig.call({ idempotencyKey }))))));
      assert.equal(outcomes[0]?.kind, 'unclear');
      const results = outcomes.slice(1).map(confirmed);
      for (const result of results) assert.deepEqual(result, results[0]);
      assert.equal(await scenario.timesDone(), 1);
    });
  }

  if (operation === 'approve' || operation === 'issue_vbank' || operation === 'issue_barcode') {
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
    const module = gateways.get(at.gateway.provider);
    const credentials = module?.sandboxCredentials('nobody') ?? {};
    const outcome = await scenario.run(at.rig.call({ credentials }));
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials', inspect(outcome));
    assert.equal(await scenario.timesDone(), 0);
  });

  test(`${operation} without a connection was never sent`, async () => {
    const at = setting();
    const scenario = await scenarioOf(at, operation);
    const outcome = await scenario.run(at.rig.call({ baseUrl: `http://127.0.0.1:${await closedPort()}` }));
    assert.equal(outcome.kind, 'never_sent');
  });

  for (const [fault, { delayMs }] of faultTableEntries.filter(([kind]) => kind !== 'slow')) {
    test(`an inquiry about ${operation} that meets ${fault} claims nothing`, async () => {
      const at = setting();
      const scenario = await scenarioOf(at, operation);
      confirmed(await scenario.run(at.rig.call()));
      await at.rig.control.addFault({
        mid: at.rig.mid,
        operation: 'inquire',
        kind: fault,
        ...(delayMs && { delayMs }),
      });
      const inquiry = await inquire(at, scenario);
      await at.rig.control.clearFaults(at.rig.mid);
      assert.equal(inquiry.kind, 'unknown', inspect(inquiry));
    });
  }
}

function cancelTests(setting: () => Setting): void {
  test('partial cancellations add up to the payment and not beyond, and each is found by its own inquiry', async () => {
    const at = setting();
    if (!at.capabilities.partialCancel) return;
    const payment = await paidPayment(at);
    const earlier: { gatewayTid: string; amountMinor: bigint }[] = [];
    for (const amountMinor of [2_000n, 2_000n, 1_000n, 5_000n]) {
      const scenario = cancelScenario(at, payment, amountMinor, earlier);
      assert.equal((await inquire(at, scenario)).kind, 'not_done', 'an earlier cancellation was taken for this one');
      const cancelled = confirmed(await scenario.run(at.rig.call())) as { gatewayTid: string; amountMinor: bigint };
      assert.equal(cancelled.amountMinor, amountMinor);
      const inquiry = await inquire(at, scenario);
      const found = inquiry.kind === 'done' || inquiry.kind === 'accepted' ? inquiry.result : undefined;
      assert.equal((found as { gatewayTid?: string } | undefined)?.gatewayTid, cancelled.gatewayTid);
      earlier.push(cancelled);
    }
    const [transaction] = (await bookOf(at, payment.orderId)).transactions;
    assert.equal(transaction?.cancelledMinor, paidMinor);
    assert.equal(transaction?.status, 'cancelled');
    assert.equal(new Set(earlier.map(({ gatewayTid }) => gatewayTid)).size, 4);
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

  test('a partial cancellation is refused where the capabilities say so', async () => {
    const at = setting();
    if (at.capabilities.partialCancel) return;
    const outcome = await cancelScenario(at, await paidPayment(at), 1_000n).run(at.rig.call());
    assert.equal(outcome.kind === 'refused' && outcome.category, 'partial_not_supported', inspect(outcome));
  });

  test('a lookup tells what the book says', async () => {
    const at = setting();
    const payment = await paidPayment(at);
    const before = await at.gateway.lookUp(at.rig.call(), { ...payment, gatewayTid: null });
    assert.equal(before.kind === 'found' && before.payment.status, 'paid');
    assert.equal(before.kind === 'found' && before.payment.gatewayTid, payment.gatewayTid);
    const cancelled = confirmed(await cancelScenario(at, payment, paidMinor).run(at.rig.call())) as {
      gatewayTid: string;
    };
    const after = await at.gateway.lookUp(at.rig.call(), payment);
    assert.ok(after.kind === 'found');
    assert.equal(after.payment.status, 'cancelled');
    assert.equal(after.payment.balanceMinor, 0n);
    assert.deepEqual(
      after.payment.cancels.map(({ gatewayTid, amountMinor }) => ({ gatewayTid, amountMinor })),
      [{ gatewayTid: cancelled.gatewayTid, amountMinor: paidMinor }],
    );
    const nothing = await at.gateway.lookUp(at.rig.call(), { orderId: 'imp_999999999999', gatewayTid: null });
    assert.equal(nothing.kind, 'not_found');
  });
}

function raceTests(setting: () => Setting, operation: 'revoke_vbank' | 'revoke_barcode'): void {
  test('of a revocation and a payment at the same time exactly one happens, and both sides know which', async () => {
    const at = setting();
    for (let round = 0; round < 10; round += 1) {
      const payment = await waitingPayment(at);
      const scenario = revocationScenario(at, operation, payment);
      const pay = () =>
        operation === 'revoke_vbank'
          ? at.rig.control.deposit({ orderId: payment.orderId })
          : at.rig.control.payBarcode({ orderId: payment.orderId });
      const revoke = () => scenario.run(at.rig.call());
      const [first, second] = round % 2 === 0 ? [pay, revoke] : [revoke, pay];
      const results = await Promise.all([first(), second()]);
      const kinds = results.map(({ kind }) => kind).sort();
      assert.ok(kinds.includes('refused') && (kinds.includes('done') || kinds.includes('confirmed')), kinds.join());
      const [transaction] = (await bookOf(at, payment.orderId)).transactions;
      const isRevoked = kinds.includes('confirmed');
      assert.equal(transaction?.status, isRevoked ? 'revoked' : 'paid');
      assert.equal((await inquire(at, scenario)).kind, isRevoked ? 'done' : 'refused');
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
    assert.equal(found.kind === 'found' && found.payment.status, 'failed');
  });
}

/** Where an operation that was not done may be sent again with its key, the gateway says so in an inquiry. */
async function isRepeatable(at: Setting, operation: GatewayOperation): Promise<boolean> {
  const untouched = await scenarioOf(at, operation);
  const inquiry = await inquire(at, untouched);
  return inquiry.kind === 'not_done' && inquiry.repeatIsSafe;
}

function payMethodsOf(gateway: Gateway): [PayMethod, PayMethodCapabilities][] {
  return Object.entries(gateway.capabilities.payMethods) as [PayMethod, PayMethodCapabilities][];
}

function operationsOf(capabilities: PayMethodCapabilities): GatewayOperation[] {
  return gatewayOperations.filter(
    (operation) => (capabilities.operations[operation] ?? 'unsupported') !== 'unsupported',
  );
}

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 1));
    });
  });
}
