import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import type { Inquiry } from '../../../src/port/operations.ts';
import { failure, openInicisDesk, rest, tid, whole } from './desk.ts';

const desk = await openInicisDesk();
const { rig, server, v1, v2, wellKnown } = desk;

describe('an inquiry about a cancel', () => {
  const found = (transactionStatus: string, more: object = {}) => ({
    resultCode: 'SUCCESS',
    resultMsg: '조회 성공',
    tid,
    mid: rig.mid,
    oid: wellKnown.orderId,
    price: '10000',
    paymethod: 'Card',
    approvedDate: '20240306',
    approvedTime: '115900',
    transactionStatus,
    ...more,
  });
  const sentAt = new Date('2024-03-06T11:59:30+09:00');
  async function asked(body: unknown, parts: Partial<Cancel> = {}): Promise<Inquiry> {
    return v2.cancel.inquire(desk.answering(body), { ...wellKnown, ...parts }, sentAt);
  }
  const kindOf = (inquiry: Inquiry) =>
    inquiry.kind === 'not_done' ? `not_done ${inquiry.repeatIsSafe}` : inquiry.kind;

  test('believes CANCEL where nothing was to be left, and no further', async () => {
    for (const parts of [whole, rest]) {
      const inquiry = await asked(found('CANCEL'), parts);
      assert.deepEqual(inquiry, {
        kind: 'done',
        result: { gatewayTid: tid, amountMinor: parts.amountMinor, cancelledAt: sentAt, receiptUrl: null },
      });
    }
    assert.equal((await asked(found('CANCEL'))).kind, 'unknown');
  });

  test('believes APPROVAL where nothing was cancelled before, and calls only a full repeat safe', async () => {
    assert.equal(kindOf(await asked(found('APPROVAL'), whole)), 'not_done true');
    assert.equal(kindOf(await asked(found('APPROVAL'))), 'not_done false');
    assert.equal((await asked(found('APPROVAL'), rest)).kind, 'unknown');
  });

  test('takes nothing from PART_CANCEL, but lets a cancel of the rest be repeated', async () => {
    assert.equal((await asked(found('PART_CANCEL'))).kind, 'unknown');
    assert.equal((await asked(found('PART_CANCEL'), { ...rest, amountMinor: 1000n })).kind, 'unknown');
    assert.equal((await asked(found('PART_CANCEL'), whole)).kind, 'unknown');
    assert.equal((await asked(found('PART_CANCEL'), rest)).kind, 'ask_by_repeating');
  });

  test('takes nothing from a status that is not in the samples', async () => {
    assert.equal((await asked(found('WAITING_FOR_REFUND'))).kind, 'unknown');
    assert.equal((await asked(found(''))).kind, 'unknown');
    assert.equal((await asked(found('WAITING_FOR_REFUND'), whole)).kind, 'ask_by_repeating');
  });

  test('takes nothing from an answer about another payment, a failure, or no answer', async () => {
    for (const body of [
      found('CANCEL', { tid: 'another' }),
      found('CANCEL', { oid: 'another' }),
      found('CANCEL', { price: '9999' }),
      { ...found('CANCEL'), resultCode: '01' },
      failure('01', '', '해당거래 없음'),
      failure('ERR205', '', 'hashData 불일치'),
      '<html>URL</html>',
      '',
    ]) {
      assert.equal((await asked(body, whole)).kind, 'unknown', JSON.stringify(body));
    }
  });

  describe('with a list of partial cancels', () => {
    const entry = (own: string, price: string) => ({
      tid: own,
      requestPrice: price,
      requestDate: '20240306',
      requestTime: '120000',
    });
    const listed = (balance: string, ...entries: object[]) =>
      found('PART_CANCEL', { availablePartCancelPrice: balance, partCancelTransInfo: entries });

    test('finds ours, and only ours', async () => {
      const result: Cancelled = {
        gatewayTid: 'ours',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T12:00:00+09:00'),
        receiptUrl: null,
      };
      assert.deepEqual(await asked(listed('7000', entry('ours', '3000'))), { kind: 'done', result });
      const second = { amountMinor: 3000n, balanceBeforeMinor: 7000n, ordinal: 2, earlierTids: ['first'] };
      const both = [entry('first', '3000'), entry('ours', '3000')];
      assert.deepEqual(await asked(listed('4000', ...both), second), { kind: 'done', result });
      const before = await asked(listed('7000', entry('first', '3000')), second);
      assert.deepEqual(before, { kind: 'not_done', repeatIsSafe: false });
    });

    test('takes nothing from one that does not add up, or has something of somebody else', async () => {
      for (const answer of [
        listed('6999', entry('ours', '3000')),
        listed('7000', entry('ours', '2999'), entry('more', '1')),
        listed('6000', entry('ours', '3000'), entry('more', '1000')),
        listed('4000', entry('ours', '3000'), entry('ours', '3000')),
        listed('8000', entry('another', '2000')),
        listed('7000', { ...entry('ours', '3000'), tid: '' }),
        listed('7000', { ...entry('ours', '3000'), requestDate: '' }),
        listed('10000'),
        found('PART_CANCEL', { availablePartCancelPrice: '7000', partCancelTransInfo: 'ours' }),
        found('PART_CANCEL', { availablePartCancelPrice: '7000' }),
      ]) {
        assert.equal((await asked(answer)).kind, 'unknown', JSON.stringify(answer));
      }
    });

    test('takes nothing from one that has other ids than ours, or more than the payment', async () => {
      const second = { amountMinor: 3000n, balanceBeforeMinor: 9000n, ordinal: 2, earlierTids: ['first'] };
      const strange = listed('6000', entry('ours', '3000'), entry('more', '1000'));
      assert.equal((await asked(strange, second)).kind, 'unknown');
      const earlier = { earlierTids: ['first'] };
      const tooMuch = listed('7000', entry('first', '500'), entry('ours', '3000'));
      assert.equal((await asked(tooMuch, earlier)).kind, 'unknown');
    });
  });

  test('is sent over v2 by both modules, since v1 has no word for a part', async () => {
    for (const operations of [v1, v2]) {
      await operations.cancel.inquire(desk.answering(found('APPROVAL')), wellKnown, sentAt);
      assert.equal(server.last().path, '/v2/pg/inquiry');
      assert.deepEqual(desk.lastJson().data, { tid });
    }
  });
});

describe('a lookup', () => {
  const payment = (transactionStatus: string, vacctInfo: object | null = null) => ({
    resultCode: 'SUCCESS',
    tid,
    oid: wellKnown.orderId,
    price: '10000',
    paymethod: vacctInfo ? 'VBank' : 'Card',
    approvedDate: '20240306',
    approvedTime: '115900',
    transactionStatus,
    vacctInfo,
  });
  const account = { accountNumber: '56211234567890', bankCode: '88', accountName: '이니시스', validDate: '20240310' };
  const lookedUp = (body: unknown) => desk.gateway.lookUp(desk.answering(body), wellKnown);

  test('knows the balance of a payment of which all or nothing is left, and no other', async () => {
    const paid = await lookedUp(payment('APPROVAL'));
    assert.ok(paid.kind === 'found');
    assert.deepEqual(
      [paid.payment.status, paid.payment.balanceMinor, paid.payment.cancels, paid.payment.paidAt?.toISOString()],
      ['paid', 10_000n, null, '2024-03-06T02:59:00.000Z'],
    );
    const cancelled = await lookedUp(payment('CANCEL'));
    assert.ok(cancelled.kind === 'found');
    assert.deepEqual([cancelled.payment.status, cancelled.payment.balanceMinor], ['cancelled', 0n]);
    assert.equal((await lookedUp(payment('PART_CANCEL'))).kind, 'unknown');
    assert.equal((await lookedUp({ ...payment('APPROVAL'), paymethod: 'Culture' })).kind, 'unknown');
    assert.equal((await lookedUp(failure('01', '', '해당거래 없음'))).kind, 'not_found');
    assert.equal((await lookedUp(failure('ERR205', '', 'hashData 불일치'))).kind, 'unknown');
  });

  test('takes a virtual account for paid only by its deposit', async () => {
    const statusOf = async (transactionStatus: string, parts: object) => {
      const found = await lookedUp(payment(transactionStatus, { ...account, ...parts }));
      return found.kind === 'found' ? found.payment.status : found.kind;
    };
    const deposit = { depositDate: '20240306', depositTime: '115930', depositName: '김입금' };
    assert.equal(await statusOf('APPROVAL', { depositDate: '', depositTime: '' }), 'waiting_for_deposit');
    assert.equal(await statusOf('NON_DEPOSIT', {}), 'waiting_for_deposit');
    assert.equal(await statusOf('APPROVAL', deposit), 'paid');
    assert.equal(await statusOf('DEPOSIT_COMPLETED', deposit), 'paid');
    assert.equal(await statusOf('CANCEL', deposit), 'cancelled');
    assert.equal(await statusOf('CANCEL', {}), 'failed');
    assert.equal(await statusOf('APPROVAL', { validDate: '20240305' }), 'expired');
    // An account is open until the end of its day.
    assert.equal(await statusOf('APPROVAL', { validDate: '20240306' }), 'waiting_for_deposit');
    assert.equal(await statusOf('WAITING_FOR_REFUND', deposit), 'unknown');
  });
});
