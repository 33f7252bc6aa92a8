import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { Revocation } from '../../../src/port/revocation.ts';
import type { VirtualAccountIssue } from '../../../src/port/virtual-account.ts';
import { accountIssueOf } from '../kit/payment-requests.ts';
import { openInicisDesk, refundAccount, tid, whole } from './desk.ts';

const desk = await openInicisDesk();
const { rig, server, clock, v1, v2, wellKnown } = desk;

describe('virtual accounts', () => {
  const apiKey = () => rig.call().channel.credentials.iniapiKey ?? '';
  const issueRequest = (parts: Partial<VirtualAccountIssue> = {}) =>
    accountIssueOf(rig.orderId(), {
      vatMinor: 909n,
      dueAt: new Date('2024-03-10T18:30:00+09:00'),
      apiKey: apiKey(),
      ...parts,
    });
  async function waiting(): Promise<Revocation> {
    return { ...(await desk.waiting('vbank')), reason: '주문 취소', apiKey: apiKey() };
  }

  for (const [provider, operations] of Object.entries({ inicis: v1, html5_inicis: v2 })) {
    test(`of ${provider} are issued and revoked with the key of the call, and not with the channel's`, async () => {
      const own = rig.call();
      const wrong = [null, '', 'x'.repeat(16), apiKey().toUpperCase(), `${apiKey()} `];
      for (const given of wrong) {
        const outcome = await operations.issue_vbank.send(own, issueRequest({ apiKey: given }));
        assert.deepEqual(outcome, {
          kind: 'refused',
          code: 'ERR205',
          message: 'hashData 불일치',
          category: 'bad_credentials',
        });
      }
      // The channel's own key may be anything.
      const credentials = { ...own.channel.credentials, iniapiKey: 'y'.repeat(16) };
      const issued = await operations.issue_vbank.send(rig.call({ credentials }), issueRequest());
      assert.ok(issued.kind === 'confirmed');
      assert.deepEqual(issued.result.dueAt, new Date('2024-03-10T18:30:00+09:00'));

      const account = await waiting();
      for (const given of wrong) {
        const outcome = await operations.revoke_vbank.send(own, { ...account, apiKey: given });
        assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
      }
      assert.equal((await operations.revoke_vbank.send(rig.call({ credentials }), account)).kind, 'confirmed');
    });
  }

  test('are refunded with the credentials of the channel, and not without', async () => {
    const account = await waiting();
    await rig.control.deposit({ orderId: account.orderId });
    const request: Cancel = { ...wellKnown, ...account, ...whole, gatewayTid: account.gatewayTid ?? '', refundAccount };
    for (const name of ['iniapiKey', 'iniapiIv']) {
      const credentials = { ...rig.call().channel.credentials, [name]: 'z'.repeat(16) };
      for (const { cancel } of [v1, v2]) {
        const outcome = await cancel.send(rig.call({ credentials }), request);
        // With another IV the hash is right, and the account can't be read.
        const category = name === 'iniapiKey' ? 'bad_credentials' : 'other';
        assert.equal(outcome.kind === 'refused' && outcome.category, category);
      }
    }
    assert.equal((await v2.cancel.send(rig.call(), request)).kind, 'confirmed');
  });

  test('say on the wire what is free of tax, to when they wait, and to whom they belong', async () => {
    const outcome = await v2.issue_vbank.send(
      desk.answering(''),
      issueRequest({
        taxFreeMinor: 500n,
        orderName: '생수 '.repeat(20),
        buyer: { name: null, email: 'no address', tel: '+82 10-1234' },
      }),
    );
    assert.equal(outcome.kind, 'unclear');
    assert.equal(server.last().path, '/api/v1/formpay');
    const form = desk.lastForm();
    assert.deepEqual(
      [form.price, form.tax, form.taxFree, form.dtInput, form.tmInput, form.bankCode, form.nmInput],
      ['10000', '909', '500', '20240310', '1830', '88', '환불상점'],
    );
    assert.deepEqual([form.buyerName, form.buyerEmail, form.buyerTel], ['구매자', 'noreply@example.com', '8210-1234']);
    assert.ok(Buffer.byteLength(form.goodName ?? '') <= 40);
  });

  test('of a bank that INICIS does not have are never sent', async () => {
    const before = server.requests.length;
    const outcome = await v2.issue_vbank.send(rig.call({ baseUrl: server.url }), issueRequest({ bankCode: '261' }));
    assert.deepEqual([outcome.kind, server.requests.length], ['never_sent', before]);
  });

  test('in an answer that is not the one to the request are unclear', async () => {
    const right = {
      resultCode: '00',
      tid: 'INIAPIVBNK',
      vacct: '56211234567890',
      vacctName: '케이지이니시스',
      vacctBankCode: '88',
      validDate: '20240310',
      validTime: '183000',
      authDate: '20240306',
      authTime: '120000',
      price: '10000',
    };
    const request = issueRequest();
    const answered = async (parts: object) => {
      return (await v2.issue_vbank.send(desk.answering({ ...right, ...parts }), request)).kind;
    };
    assert.equal(await answered({}), 'confirmed');
    for (const parts of [
      { price: '9999' },
      { vacctBankCode: '04' },
      { vacct: '5621******7890' },
      { tid: null },
      { validDate: '' },
      { authTime: '256000' },
    ]) {
      assert.equal(await answered(parts), 'unclear', JSON.stringify(parts));
    }
  });

  test('whose issue is in doubt are found by their order number, and nothing is concluded from finding none', async () => {
    const request = issueRequest();
    const payment = {
      orderId: request.orderId,
      gatewayTid: null,
      payMethod: 'vbank',
      currency: 'KRW',
      paymentAmountMinor: 10_000n,
      madeAt: clock.now(),
      accountNumber: null,
    } as const;
    const ask = () => v2.issue_vbank.inquire(rig.call(), payment, clock.now());
    assert.equal((await ask()).kind, 'unknown');
    const issued = await v2.issue_vbank.send(rig.call(), request);
    assert.ok(issued.kind === 'confirmed');
    const inquiry = await ask();
    assert.ok(inquiry.kind === 'done');
    const { gatewayTid, accountNumber } = issued.result;
    assert.ok('accountNumber' in inquiry.result);
    assert.deepEqual([inquiry.result.gatewayTid, inquiry.result.accountNumber], [gatewayTid, accountNumber]);
    const another = await v2.issue_vbank.inquire(rig.call(), { ...payment, paymentAmountMinor: 9999n }, clock.now());
    assert.equal(another.kind, 'unknown');
  });

  test('in an answer with a masked number are not found', async () => {
    const call = desk.answering({
      resultCode: 'SUCCESS',
      tid,
      oid: wellKnown.orderId,
      price: '10000',
      paymethod: 'VBank',
      approvedDate: '20240306',
      approvedTime: '120000',
      transactionStatus: 'APPROVAL',
      vacctInfo: { accountNumber: '5621******7890', bankCode: '88', validDate: '20240310' },
    });
    const payment = { ...wellKnown, payMethod: 'vbank', gatewayTid: null } as const;
    assert.equal((await v2.issue_vbank.inquire(call, payment, clock.now())).kind, 'unknown');
  });

  describe('whose revocation is in doubt', () => {
    const ask = (request: Revocation) => v2.revoke_vbank.inquire(rig.call(), request, clock.now());

    test('still wait, and may be revoked again where the key of the call is at hand', async () => {
      const account = await waiting();
      assert.deepEqual(await ask(account), { kind: 'not_done', repeatIsSafe: true });
      assert.deepEqual(await ask({ ...account, apiKey: null }), { kind: 'not_done', repeatIsSafe: false });
    });

    test('are revoked', async () => {
      const account = await waiting();
      await v1.revoke_vbank.send(rig.call(), account);
      const result = { gatewayTid: null, revokedAt: clock.now() };
      assert.deepEqual(await ask(account), { kind: 'done', result });
    });

    test('were deposited before, so that they were not revoked', async () => {
      const account = await waiting();
      await rig.control.deposit({ orderId: account.orderId });
      const inquiry = await ask(account);
      assert.equal(inquiry.kind === 'refused' && inquiry.code, '500628');
      const repeat = await v2.revoke_vbank.send(rig.call({ isRepeat: true }), account);
      assert.equal(repeat.kind === 'refused' && repeat.code, '500628');
    });

    test('are not known to be revoked by a repeat that is refused as already cancelled', async () => {
      const account = await waiting();
      assert.equal((await v2.revoke_vbank.send(rig.call(), account)).kind, 'confirmed');
      assert.equal((await v2.revoke_vbank.send(rig.call(), account)).kind, 'refused');
      assert.equal((await v2.revoke_vbank.send(rig.call({ isRepeat: true }), account)).kind, 'unclear');
    });

    test('are unknown where INICIS says another status, or speaks of another account', async () => {
      const answer = { resultCode: '00', tid, price: '10000', status: 'C' };
      const account: Revocation = { ...wellKnown, payMethod: 'vbank', reason: '', apiKey: null };
      const answered = async (parts: object) => {
        return v2.revoke_vbank.inquire(desk.answering({ ...answer, ...parts }), account, clock.now());
      };
      assert.equal((await answered({})).kind, 'done');
      for (const parts of [{ status: '1' }, { status: 'X' }, { tid: 'another' }, { price: '1' }]) {
        assert.equal((await answered(parts)).kind, 'unknown', JSON.stringify(parts));
      }
      const missing = { kind: 'unknown', why: 'INICIS does not know the account' };
      assert.deepEqual(await answered({ status: '9', tid: '', price: '' }), missing);
    });
  });

  test('without a known transaction id are looked up by their order number before they are revoked', async () => {
    const account = { ...(await waiting()), gatewayTid: null };
    assert.equal((await v2.revoke_vbank.send(rig.call(), account)).kind, 'confirmed');
    const unknown = await v2.revoke_vbank.send(rig.call(), { ...account, orderId: 'imp_999999999999' });
    assert.equal(unknown.kind, 'never_sent');
  });
});
