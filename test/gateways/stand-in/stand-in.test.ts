import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type StandInOperation, standInOperations } from '../../../src/gateways/stand-in/wire/protocol.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Question } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import { faultKinds } from '../../../src/simulators/faults.ts';
import {
  accountIssue,
  barcodeIssue,
  cancelOf,
  did,
  openStandInRig,
  receiptIssue,
  receiptRevocation,
  reference,
  refusal,
  revocation,
  type StandInRig,
} from './rig.ts';

let rig: StandInRig;
before(async () => {
  rig = await openStandInRig();
});
after(() => rig?.close());

/** An operation that is ready to be sent, and asked about. */
interface Ready {
  run(call: GatewayCall): Promise<Outcome<unknown>>;
  readonly question: Question;
  timesDone(): Promise<number>;
}

async function ready(operation: StandInOperation): Promise<Ready> {
  const { standIn, at, control } = rig;
  const sentAt = at().now;
  const bookOf = async (orderId: string) => (await control.book({ mid: rig.mid, orderId })).transactions[0];
  const orderId = rig.orderId();
  switch (operation) {
    case 'issue_vbank':
      return {
        run: (call) => standIn.issueVirtualAccount(call, accountIssue(orderId, sentAt)),
        question: { operation, payment: reference(orderId, null, 'vbank') },
        timesDone: async () => Number((await bookOf(orderId)) !== undefined),
      };
    case 'issue_barcode':
      return {
        run: (call) => standIn.issueBarcode(call, barcodeIssue(orderId)),
        question: { operation, payment: reference(orderId, null, 'cvs') },
        timesDone: async () => Number((await bookOf(orderId)) !== undefined),
      };
    case 'revoke_vbank': {
      const request = revocation(await rig.account());
      return {
        run: (call) => standIn.revokeVirtualAccount(call, request),
        question: { operation, request, sentAt },
        timesDone: async () => Number((await bookOf(request.orderId))?.status === 'revoked'),
      };
    }
    case 'revoke_barcode': {
      const { gatewayTid } = did(await standIn.issueBarcode(at(), barcodeIssue(orderId)));
      const request = revocation(reference(orderId, gatewayTid, 'cvs'));
      return {
        run: (call) => standIn.revokeBarcode(call, request),
        question: { operation, request, sentAt },
        timesDone: async () => Number((await bookOf(orderId))?.status === 'revoked'),
      };
    }
    case 'cancel': {
      const request = cancelOf(await rig.account({ isPaid: true }), { amountMinor: 4_000n });
      return {
        run: (call) => standIn.cancel(call, request),
        question: { operation, request, sentAt },
        timesDone: async () => (await bookOf(request.orderId))?.cancels.length ?? 0,
      };
    }
    case 'issue_receipt': {
      const request = receiptIssue(await rig.paid('trans'));
      return {
        run: (call) => standIn.issueReceipt(call, request),
        question: { operation, request, sentAt },
        timesDone: async () => (await control.book({ mid: rig.mid, orderId: request.payment.orderId })).receipts.length,
      };
    }
    case 'revoke_receipt': {
      const issue = receiptIssue(await rig.paid('trans'));
      const { receiptTid } = did(await standIn.issueReceipt(at(), issue));
      const request = receiptRevocation(issue.payment, receiptTid, { amountMinor: 3_000n });
      return {
        run: (call) => standIn.revokeReceipt(call, request),
        question: { operation, request, sentAt },
        timesDone: async () => {
          const { receipts } = await control.book({ mid: rig.mid, orderId: issue.payment.orderId });
          return receipts.filter(({ balanceMinor }) => balanceMinor === 7_000n).length;
        },
      };
    }
  }
}

for (const operation of standInOperations) {
  describe(operation, () => {
    test('is carried out once, however often it is repeated with its key, and always answers the same', async () => {
      const { run, question, timesDone } = await ready(operation);
      const call = rig.at({ idempotencyKey: `once-${operation}` });
      const first = await run(call);
      assert.equal(first.kind, 'confirmed', inspect(first));
      for (const repeat of await Promise.all([1, 2, 3].map(() => run({ ...call, isRepeat: true })))) {
        assert.deepEqual(repeat, first);
      }
      assert.equal(await timesDone(), 1);
      const asked = await rig.standIn.inquire(call, question);
      assert.deepEqual(asked, { kind: 'done', result: did(first) });
      // By what the book shows alone, should the key not be known any more.
      assert.deepEqual(await rig.standIn.inquire(rig.at(), question), asked);
    });

    for (const fault of faultKinds) {
      test(`that meets ${fault} is told truly, and the inquiry by its key settles it`, async () => {
        const { run, question, timesDone } = await ready(operation);
        await rig.control.addFault({ mid: rig.mid, operation, kind: fault, delayMs: 5 });
        const call = rig.at();
        const outcome = await run(call);
        const isDone = ['lost_answer', 'garbage', 'slow'].includes(fault);
        const expected = { slow: 'confirmed', reject: 'S503 temporarily_unavailable' }[fault as 'slow' | 'reject'];
        assert.equal(refusal(outcome), expected ?? 'unclear');
        assert.equal(await timesDone(), isDone ? 1 : 0);
        const asked = await rig.standIn.inquire(call, question);
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
        assert.equal(refusal(await run(rig.at({ credentials }))), 'S401 bad_credentials');
      }
      assert.equal(refusal(await run(rig.at({ mid: 'mid-nobody' }))), 'S401 bad_credentials');
      assert.equal(await timesDone(), 0);
    });

    test('is never sent on a live channel, where nothing can be asked either', async (t) => {
      const { run, question } = await ready(operation);
      let requests = 0;
      const server = createServer((_request, response) => {
        requests += 1;
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.after(() => server.close());
      const call = rig.at({ mode: 'live', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      assert.equal((await run(call)).kind, 'never_sent');
      assert.equal((await rig.standIn.inquire(call, question)).kind, 'unknown');
      assert.equal((await rig.standIn.lookUp(call, reference(rig.orderId(), null, 'vbank'))).kind, 'unknown');
      assert.equal(requests, 0);
    });
  });
}
