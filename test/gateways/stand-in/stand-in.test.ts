import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type StandInOperation, standInOperations } from '../../../src/gateways/stand-in/wire/protocol.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import { faultKinds } from '../../../src/simulators/faults.ts';
import { cancelScenario, confirmed, receiptRevocationRequest, type Scenario, scenarioOf } from '../kit/scenarios.ts';
import { openStandInDesk, refusal } from './kit.ts';

const desk = await openStandInDesk();
const { gateway, rig, server } = desk;

const payMethods: Readonly<Record<StandInOperation, PayMethod>> = {
  pay_from_wallet: 'point',
  issue_vbank: 'vbank',
  revoke_vbank: 'vbank',
  issue_barcode: 'cvs',
  revoke_barcode: 'cvs',
  issue_receipt: 'trans',
  revoke_receipt: 'trans',
  register_shipping: 'trans',
  issue_key: 'card',
  charge_key: 'card',
  revoke_key: 'card',
  cancel: 'vbank',
};

/** A cancel and the revocation of a receipt leave something. */
async function ready(operation: StandInOperation): Promise<Scenario> {
  const setting = desk.at(payMethods[operation]);
  switch (operation) {
    case 'cancel':
      return cancelScenario(setting, await desk.paid('vbank'), 4_000n);
    case 'revoke_receipt': {
      const whole = await receiptRevocationRequest(setting, await desk.paid('trans'));
      const request = { ...whole, amountMinor: 3_000n };
      const { send, inquire } = gateway.operations.revoke_receipt;
      return {
        run: (call) => send(call, request),
        inquire: (call, sentAt) => inquire(call, request, sentAt),
        timesDone: async () => {
          const { receipts } = await rig.control.book({ mid: rig.mid });
          const own = receipts.filter(({ receiptTid }) => receiptTid === request.receiptTid);
          return own.filter(({ balanceMinor }) => balanceMinor === 7_000n).length;
        },
      };
    }
    default:
      return scenarioOf(setting, operation);
  }
}

for (const operation of standInOperations) {
  describe(operation, () => {
    test('is carried out once, however often it is repeated with its key, and always answers the same', async () => {
      const { run, inquire, timesDone } = await ready(operation);
      const call = rig.call({ idempotencyKey: `once-${operation}` });
      const first = await run(call);
      assert.equal(first.kind, 'confirmed', inspect(first));
      for (const repeat of await Promise.all([1, 2, 3].map(() => run({ ...call, isRepeat: true })))) {
        assert.deepEqual(repeat, first);
      }
      assert.equal(await timesDone(), 1);
      const asked = await inquire(call, call.now);
      assert.deepEqual(asked, { kind: 'done', result: confirmed(first) });
      // By what the book shows alone, should the key not be known any more.
      assert.deepEqual(await inquire(rig.call(), call.now), asked);
    });

    for (const fault of faultKinds) {
      test(`that meets ${fault} is told truly, and the inquiry by its key settles it`, async () => {
        const { run, inquire, timesDone } = await ready(operation);
        await rig.control.addFault({ mid: rig.mid, operation, kind: fault, delayMs: 5 });
        const call = rig.call();
        const outcome = await run(call);
        const isDone = ['lost_answer', 'garbage', 'slow'].includes(fault);
        const expected = { slow: 'confirmed', reject: 'S503 temporarily_unavailable' }[fault as 'slow' | 'reject'];
        assert.equal(refusal(outcome), expected ?? 'unclear');
        assert.equal(await timesDone(), isDone ? 1 : 0);
        const asked = await inquire(call, call.now);
        if (isDone) assert.equal(asked.kind, 'done');
        else assert.deepEqual(asked, { kind: 'not_done', repeatIsSafe: true });
        const repeated = await run({ ...call, isRepeat: true });
        assert.equal(repeated.kind, 'confirmed', inspect(repeated));
        assert.equal(await timesDone(), 1);
      });
    }

    test('with a key of another merchant, or with none, is refused for its credentials, and nothing is done', async () => {
      const { run, timesDone } = await ready(operation);
      for (const credentials of [{ key: 'key of nobody' }, {}]) {
        assert.equal(refusal(await run(rig.call({ credentials }))), 'S401 bad_credentials');
      }
      assert.equal(refusal(await run(rig.call({ mid: 'mid-nobody' }))), 'S401 bad_credentials');
      assert.equal(await timesDone(), 0);
    });

    test('is never sent on a live channel, where nothing can be asked either', async () => {
      const { run, inquire } = await ready(operation);
      const call = rig.call({ mode: 'live', baseUrl: server.url });
      assert.equal((await run(call)).kind, 'never_sent');
      assert.equal((await inquire(call, call.now)).kind, 'unknown');
      assert.equal((await gateway.lookUp(call, { ...desk.payment, gatewayTid: null })).kind, 'unknown');
      assert.equal(server.requests.length, 0);
    });
  });
}
