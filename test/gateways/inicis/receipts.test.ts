import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReceiptIssue, ReceiptRevocation } from '../../../src/port/receipt.ts';
import { receiptIssueOf, receiptRevocationOf } from '../kit/payment-requests.ts';
import { failure, openInicisDesk } from './desk.ts';

const desk = await openInicisDesk();
const { rig, server, clock, v1, v2, wellKnown } = desk;

describe('cash receipts', () => {
  const issue = (parts: Partial<ReceiptIssue> = {}) =>
    receiptIssueOf(wellKnown, {
      receiptOrderId: `rcpt_${rig.orderId()}`,
      taxFreeMinor: 1000n,
      vatMinor: 818n,
      type: 'company',
      identifier: '1234567890',
      identifierType: 'business',
      ...parts,
    });
  const revocation = (receiptTid: string, parts: Partial<ReceiptRevocation> = {}) =>
    receiptRevocationOf(issue(), receiptTid, parts);

  test('are split so that the parts add up, with the number encrypted only', async () => {
    await v1.issue_receipt.send(desk.answering(''), issue());
    const form = desk.lastForm();
    assert.equal(server.last().path, '/api/v1/receipt');
    assert.deepEqual(
      [form.crPrice, form.supPrice, form.tax, form.srcvPrice, form.useOpt],
      ['10000', '9182', '818', '0', '1'],
    );
    assert.ok(!server.last().text().includes('1234567890'));
    await v1.issue_receipt.send(desk.answering(''), issue({ type: 'person' }));
    assert.equal(desk.lastForm().useOpt, '0');
  });

  test('that are in doubt are never issued again', async () => {
    const asked = await v2.issue_receipt.inquire(rig.call(), issue(), clock.now());
    assert.equal(asked.kind, 'unknown');
  });

  test('are revoked whole; a part of one is never sent', async () => {
    const issued = await v2.issue_receipt.send(rig.call(), issue());
    assert.ok(issued.kind === 'confirmed');
    const { receiptTid } = issued.result;
    const before = server.requests.length;
    const partly = await v2.revoke_receipt.send(
      rig.call({ baseUrl: server.url }),
      revocation(receiptTid, { amountMinor: 3000n }),
    );
    assert.deepEqual([partly.kind, server.requests.length], ['never_sent', before]);
    const asked = await v2.revoke_receipt.inquire(rig.call(), revocation(receiptTid), clock.now());
    assert.equal(asked.kind, 'ask_by_repeating');
    assert.equal((await v2.revoke_receipt.send(rig.call(), revocation(receiptTid))).kind, 'confirmed');
    const again = await v2.revoke_receipt.send(rig.call(), revocation(receiptTid));
    assert.equal(again.kind === 'refused' && again.category, 'already_cancelled');
    const repeat = await v2.revoke_receipt.send(rig.call({ isRepeat: true }), revocation(receiptTid));
    assert.deepEqual(repeat.kind === 'confirmed' && repeat.result, { gatewayTid: null, revokedAt: clock.now() });
  });

  test('in a repeat that is refused for anything else stay in doubt, or are refused', async () => {
    const repeated = async (code: string) => {
      const call = desk.answering(failure('01', code), { isRepeat: true });
      return (await v2.revoke_receipt.send(call, revocation('any'))).kind;
    };
    assert.equal(await repeated('ERR205'), 'unclear');
    assert.equal(await repeated('500628'), 'refused');
  });
});
