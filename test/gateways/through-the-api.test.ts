import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GatewayModule } from '../../src/gateways/module.ts';
import { gateways } from '../../src/gateways/registry.ts';
import { type PayMethodCapabilities, supportOf } from '../../src/port/capabilities.ts';
import type { GatewayOperation } from '../../src/port/operations.ts';
import { refusalCategories } from '../../src/port/outcome.ts';
import type { PayMethod } from '../../src/port/payment.ts';
import { assertMatchesContract } from '../contract/contract.ts';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { bookOf, goodCard, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { currencyOf } from './kit/scenarios.ts';

/**
 * Every gateway's payments, cancelled through the API: in one piece, in parts, with the answer lost on the way. Whatever
 * happens, the two books agree on what was given back, or the amount stays reserved and the doubt open.
 */
const chosen = process.env.GATEWAY;
const amount = 10_000;
const buyer = { name: '생수 외 1건', buyer_name: '홍길동', buyer_tel: '010-1234-5678', buyer_email: 'b@example.com' };

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({
    clock: startMiddayClock(),
    settings: { notDoneIsFinalAfterMs: 500, turnWaitMs: 300, gatewayTimeoutMs: 1_200, requestDeadlineMs: 2_000 },
  });
});
after(() => sandbox.close());

interface Site {
  readonly module: GatewayModule;
  readonly provider: string;
  readonly payMethod: PayMethod;
  readonly capabilities: PayMethodCapabilities;
  readonly client: ApiClient;
}

function offers({ module, payMethod }: Site, operation: GatewayOperation | 'pay_in_window'): boolean {
  return supportOf(module.gateway.capabilities, payMethod, operation) !== 'unsupported';
}

function bankOf({ gateway }: GatewayModule, issuing: boolean): string {
  const banks = issuing ? gateway.capabilities.virtualAccountBanks : undefined;
  const bank = ['088', '004', '020', '011'].find(
    (code) => gateway.codes.bankCode(code) !== undefined && (banks?.includes(code) ?? true),
  );
  assert.ok(bank);
  return bank;
}

async function apiKeyQuery({ module, client, provider }: Site): Promise<string> {
  if (!(await module.sandbox()).apiKeyOf) return '';
  const channels = (await client.get('/sandbox/channels')).response;
  const mine = channels.find((channel: { pg_provider: string }) => channel.pg_provider === provider);
  return `?pg_api_key=${encodeURIComponent(mine.pg_api_key)}`;
}

async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const given = await answer;
  assert.equal(given.code, 0, given.text);
  return given;
}

async function waiting(site: Site): Promise<string> {
  const { client, provider, payMethod, module } = site;
  if (payMethod === 'cvs') {
    return (await ok(client.post('/cvs', { merchant_uid: newOrder(), amount, ...buyer }))).response.imp_uid;
  }
  const due = Math.floor(Date.now() / 1000) + 7 * 86_400;
  const order = { merchant_uid: newOrder(), amount, vbank_code: bankOf(module, true), vbank_due: due, ...buyer };
  const answer = offers(site, 'issue_vbank')
    ? client.post(`/vbanks${await apiKeyQuery(site)}`, { pg: provider, vbank_holder: '홍길동', ...order })
    : client.post('/sandbox/payments', { pg_provider: provider, pay_method: 'vbank', ...order });
  return (await ok(answer)).response.imp_uid;
}

async function paid(site: Site): Promise<string> {
  const { client, provider, payMethod } = site;
  if (payMethod === 'vbank' || payMethod === 'cvs') {
    const impUid = await waiting(site);
    const path = payMethod === 'vbank' ? `/sandbox/vbanks/${impUid}/deposit` : `/sandbox/cvs/${impUid}/pay`;
    assert.equal((await ok(client.post(path))).response.status, 'paid');
    return impUid;
  }
  const currency = currencyOf(site.module.gateway);
  const order = { merchant_uid: newOrder(), amount, currency, ...buyer };
  if (offers(site, 'pay_from_wallet')) return paidFromWallet(site, order);
  const answer = offers(site, 'pay_in_window')
    ? client.post('/sandbox/payments', { pg_provider: provider, pay_method: payMethod, ...order })
    : client.post('/subscribe/payments/onetime', { pg: provider, ...order, ...goodCard });
  return (await ok(answer)).response.imp_uid;
}

/** Points, money after a check of the PIN, or a key for automatic payments: each has an operation of its own. */
async function paidFromWallet({ client, provider, payMethod }: Site, order: object): Promise<string> {
  const named = { ...order, name: '당근 10kg', buyer_name: '홍길동' };
  if (provider === 'kcp') {
    const login = { benepia_user: 'user01', benepia_password: 'password' };
    return (await ok(client.post('/benepia/payment', { ...named, ...login }))).response.imp_uid;
  }
  const member = '/sandbox/kcpquick/members/m0001';
  await ok(client.put(member));
  if (payMethod === 'card') {
    await ok(client.post(`${member}/autopay`, { customer_uid: 'card-1' }));
    return (await ok(client.post('/kcpquick/payment/autopay', { ...named, customer_uid: 'card-1' }))).response.imp_uid;
  }
  const prepared = newOrder();
  const preparation = { btid: 'BT0001', cust_ip: '192.0.2.10', code_verifier: 'f3' };
  await ok(client.post(`/kcpquick/prepare/${prepared}`, preparation));
  await ok(client.post(`${member}/charge`, { merchant_uid: prepared, amount }));
  const { imp_uid } = (await ok(client.post(`${member}/pin-check`))).response;
  return (await ok(client.post('/kcpquick/payment/money', { ...named, member_id: 'm0001', imp_uid }))).response.imp_uid;
}

function cancel({ client, capabilities, module }: Site, impUid: string, part?: number): Promise<ApiAnswer> {
  return client.post('/payments/cancel', {
    imp_uid: impUid,
    reason: '단순 변심',
    extra: { requester: 'customer' },
    ...(part === undefined ? {} : { amount: part }),
    ...(['required', 'required_with_tel'].includes(capabilities.refundAccount) && {
      refund_holder: '홍길동',
      refund_bank: bankOf(module, false),
      refund_account: '110-123-456789',
      refund_tel: '010-1234-5678',
    }),
  });
}

/** Where i'mport shows the slips of payments at gateways that do not say it themselves. */
const receiptPages: Readonly<Record<string, (payment: ApiAnswer['response']) => string>> = {
  kcp: ({ pg_tid, imp_uid, amount: whole }) =>
    `https://admin8.kcp.co.kr/assist/bill.BillActionNew.do?cmd=card_bill&tno=${pg_tid}&order_no=${imp_uid}&trade_mony=${whole}`,
  inicis: ({ pg_tid }) => `https://iniweb.inicis.com/receipt/iniReceipt.jsp?noTid=${pg_tid}`,
  html5_inicis: ({ pg_tid }) => `https://iniweb.inicis.com/receipt/iniReceipt.jsp?noTid=${pg_tid}`,
  nice: ({ pg_tid }) => `https://npg.nicepay.co.kr/issue/IssueLoader.do?TID=${pg_tid}&type=0&InnerWin=Y`,
};

/** The answer has the shape of the contract whatever the gateway leaves out, and the slip where one is known. */
async function assertShown({ client, provider, payMethod }: Site, impUid: string): Promise<void> {
  const { status, text, response } = await client.get(`/payments/${impUid}`);
  // PAYCO's transaction id carries the key of the order, and is longer than i'mport's field.
  if (provider !== 'payco') assertMatchesContract('GET', '/payments/{imp_uid}', status, text);
  const page = provider === 'kcp' && payMethod !== 'card' ? undefined : receiptPages[provider];
  if (page && response.paid_at > 0) assert.equal(response.receipt_url, page(response));
  const slips = response.cancel_history.map((entry: { receipt_url: string | null }) => entry.receipt_url);
  assert.deepEqual(
    response.cancel_receipt_urls,
    slips.filter((url: string | null) => url !== null),
  );
}

/** Refunds that the gateway pays out later are paid out; what comes then is told by the gateway's notice. */
async function finish({ client }: Site, impUid: string): Promise<void> {
  const done = await client.post(`/sandbox/payments/${impUid}/refund-result`);
  assert.ok(done.code === 0 || done.error === 'sandbox_payment_refused', done.text);
}

async function assertGivenBack(site: Site, impUid: string, expected: number): Promise<void> {
  await eventually(async () => {
    const { response } = await site.client.get(`/payments/${impUid}`);
    assert.equal(response.cancel_amount, expected);
  });
  const { response } = await site.client.get(`/payments/${impUid}`);
  const book = await bookOf(site.client, impUid, site.provider);
  assert.equal(book.cancelled_amount, expected, 'the two books agree');
  // Refunds that are paid out later stand in our history in the order in which they ended.
  assert.deepEqual(
    response.cancel_history.map((entry: { amount: number }) => entry.amount).sort(),
    book.cancels.map((entry) => entry.amount).sort(),
  );
}

async function addFault({ client, provider }: Site, operation: string, kind: string): Promise<void> {
  await ok(client.post('/sandbox/faults', { pg_provider: provider, operation, kind, delay_ms: 5 }));
}

async function openCancellations({ client }: Site, impUid: string): Promise<number> {
  const [row] = await sandbox.database.query<{ count: bigint }>(
    `select count(*) from operations o left join receipts r on r.id = o.receipt_id
       join payments p on p.id = coalesce(o.payment_id, r.payment_id)
     where p.imp_uid = $1 and o.state not in ('confirmed', 'refused', 'unsent')`,
    [impUid],
  );
  assert.ok(client);
  return Number(row?.count ?? 0n);
}

/** After a fault: settled, with both books saying the same; or, where the gateway can't tell, open and reserved. */
async function assertSettledOrOpen(site: Site, impUid: string, part: number, mayStayOpen: boolean): Promise<void> {
  if (mayStayOpen) {
    assert.equal(await openCancellations(site, impUid), 1, 'a doubt that nobody can settle stays open');
    const second = await cancel(site, impUid, part);
    assert.notEqual(second.code, 0, 'nothing is sent a second time while the doubt is open');
    return;
  }
  await finish(site, impUid);
  await eventually(async () => assert.equal(await openCancellations(site, impUid), 0), 30_000);
  const { response } = await site.client.get(`/payments/${impUid}`);
  const book = await bookOf(site.client, impUid, site.provider);
  assert.equal(book.cancelled_amount, response.cancel_amount, 'the two books agree');
  assert.ok(book.cancelled_amount === 0 || book.cancelled_amount === part, 'once, or not at all');
}

for (const [provider, module] of gateways) {
  if (chosen !== undefined && chosen !== provider) continue;
  describe(provider, () => {
    for (const [name, capabilities] of Object.entries(module.gateway.capabilities.payMethods)) {
      const payMethod = name as PayMethod;
      const site = async (): Promise<Site> => ({
        module,
        provider,
        payMethod,
        capabilities,
        client: await sandbox.newMerchant(),
      });
      const has = (operation: GatewayOperation) =>
        supportOf(module.gateway.capabilities, payMethod, operation) !== 'unsupported';
      const open = (operation: NonNullable<PayMethodCapabilities['undecidable']>[number]) =>
        capabilities.undecidable?.includes(operation) ?? false;

      if (has('cancel')) {
        test(`${payMethod}: a whole payment is given back once, and a second time refused`, async () => {
          const at = await site();
          const impUid = await paid(at);
          await ok(cancel(at, impUid));
          await finish(at, impUid);
          await assertGivenBack(at, impUid, amount);
          await assertShown(at, impUid);
          assert.equal((await cancel(at, impUid)).error, 'already_cancelled');
        });

        for (const fault of ['lost_answer', 'timeout', 'garbage', 'http_500']) {
          test(`${payMethod}: a cancellation that meets ${fault} is settled truthfully`, async () => {
            const at = await site();
            const impUid = await paid(at);
            await addFault(at, 'cancel', fault);
            await cancel(at, impUid);
            await assertSettledOrOpen(at, impUid, amount, open('cancel') && (await openCancellations(at, impUid)) > 0);
          });
        }
      }
      if (has('cancel')) {
        test(`${payMethod}: a gateway's no keeps its own text, and says why in a word that all gateways share`, async () => {
          const at = await site();
          const impUid = await paid(at);
          await addFault(at, 'cancel', 'reject');
          const refused = await cancel(at, impUid);
          assert.equal(refused.error, 'cancellation_refused', refused.text);
          assert.ok(Object.hasOwn(refusalCategories, refused.headers['x-hwanbul-refusal'] ?? ''), 'why it was refused');
          const { list } = (await at.client.get('/cancellations')).response;
          assert.equal(list[0].gateway_category, refused.headers['x-hwanbul-refusal']);
          assert.ok(list[0].gateway_code && refused.message?.includes(list[0].gateway_message));
        });
      }
      if (has('cancel') && capabilities.partialCancel) {
        test(`${payMethod}: parts are given back one after the other, up to the whole`, async () => {
          const at = await site();
          const impUid = await paid(at);
          for (const part of [3_000, 3_000, undefined]) await ok(cancel(at, impUid, part));
          await finish(at, impUid);
          await assertGivenBack(at, impUid, amount);
        });

        for (const fault of ['lost_answer', 'timeout']) {
          test(`${payMethod}: a part that meets ${fault} is never given back twice`, async () => {
            const at = await site();
            const impUid = await paid(at);
            await addFault(at, 'cancel', fault);
            await cancel(at, impUid, 3_000);
            const mayStayOpen = open('partial_cancel') && (await openCancellations(at, impUid)) > 0;
            await assertSettledOrOpen(at, impUid, 3_000, mayStayOpen);
          });
        }
      }
      if (has('revoke_vbank')) {
        test(`${payMethod}: an account without a deposit is revoked`, async () => {
          const at = await site();
          const impUid = await waiting(at);
          const revoked = await ok(at.client.delete(`/vbanks/${impUid}${await apiKeyQuery(at)}`));
          assert.equal(revoked.response.status, 'failed');
          await assertShown(at, impUid);
          assert.notEqual((await at.client.post(`/sandbox/vbanks/${impUid}/deposit`)).code, 0);
        });
      }
      if (has('issue_receipt')) {
        test(`${payMethod}: a cash receipt is issued, and revoked with its payment or by itself`, async () => {
          const at = await site();
          const impUid = await paid(at);
          const issued = await ok(at.client.post(`/receipts/${impUid}`, { identifier: '010-1234-5678' }));
          assert.ok(issued.response.apply_num);
          assertMatchesContract('POST', '/receipts/{imp_uid}', issued.status, issued.text);
          if (has('revoke_receipt')) await ok(at.client.delete(`/receipts/${impUid}`));
        });
      }
    }
  });
}
