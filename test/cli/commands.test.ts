import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { checkGateways } from '../../src/cli/doctor/gateways.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { sandboxCredentials } from '../../src/gateways/kcp/simulator/sandbox-credentials.ts';
import { niceV2Sandbox } from '../../src/gateways/nice_v2/simulator/sandbox.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { inLanguage } from '../../src/platform/language/text.ts';
import { assertKeyMatches } from '../../src/start/encryption-key.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { bookOf, depositedVbank, goodCard, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { runOnPaper, runOnPaperIn } from './paper.ts';
import { envOf, jsonLines, type Keys, newFolder, run, startProgram } from './program.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

/** A merchant of its own for each test, so that lists hold nothing of the others. */
async function newMerchant(): Promise<{ keys: Keys; client: ApiClient }> {
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  const keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  return { keys, client: await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret) };
}

test('cancel gives a part back, then the rest, and its repeat with the same key gives nothing back again', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const part = await run(keys, 'cancel', impUid, '--amount', '300', '--reason', '부분 환불', '--yes', '--json');
  assert.equal(part.code, exitCodes.done, part.stderr);
  const [document] = jsonLines(part.stdout);
  assert.equal(document?.outcome, 'confirmed');
  assert.match(part.stderr, /Cancelling 300 KRW of 1,000 KRW/);

  const key = String(document?.idempotency_key);
  const argv = ['cancel', impUid, '--amount', '300', '--checksum', '1000', '--reason', '부분 환불', '--yes'];
  const repeat = await run(keys, ...argv, '--idempotency-key', key);
  assert.equal(repeat.code, exitCodes.done, repeat.stderr);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 300);

  const rest = await run(keys, 'cancel', impUid, '--yes');
  assert.equal(rest.code, exitCodes.done, rest.stderr);
  assert.match(rest.stdout, /^Confirmed\. 0 KRW/);
  const payment = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual(
    payment.cancel_history.map((entry: { amount: number; reason: string }) => [entry.amount, entry.reason.slice(0, 2)]),
    [
      [300, '부분'],
      [700, '취소'],
    ],
  );
});

test('cancel tells a refusal, a wrong checksum and a missing payment by exit code 1, and gives nothing back', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const tooMuch = await run(keys, 'cancel', impUid, '--amount', '1001', '--yes', '--json');
  assert.equal(tooMuch.code, exitCodes.no);
  assert.equal(jsonLines(tooMuch.stdout)[0]?.error, 'cancel_amount_exceeds_balance');
  const stale = await run(keys, 'cancel', impUid, '--checksum', '999', '--yes');
  assert.equal(stale.code, exitCodes.no);
  assert.match(stale.stdout, /^Refused.*checksum_mismatch/);
  assert.equal((await run(keys, 'cancel', 'imps_000000000000', '--yes')).code, exitCodes.no);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('cancel without --yes and without a terminal begins nothing', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const ended = await run(keys, 'cancel', impUid);
  assert.equal(ended.code, exitCodes.usage);
  assert.match(ended.stderr, /nobody to ask/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('cancel by the order refunds a virtual account, and the account number stands nowhere in its output', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await depositedVbank(client, 5000);
  const { merchant_uid } = (await client.get(`/payments/${impUid}`)).response;
  const account = ['--refund-holder', '홍길동', '--refund-bank', '004', '--refund-account', '123456789012'];
  const ended = await run(keys, 'cancel', '--merchant-uid', merchant_uid, ...account, '--amount', '2000', '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  assert.doesNotMatch(ended.stdout + ended.stderr, /123456789012/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 2000);
});

test('a cancellation in doubt is exit code 3, is listed, and is ended by a named person', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  for (const operation of ['cancel', 'inquire']) {
    await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation, kind: 'timeout', count: 1000 });
  }
  const doubt = await run(keys, 'cancel', impUid, '--yes', '--json', '--wait', '0');
  assert.equal(doubt.code, exitCodes.inDoubt, doubt.stderr);
  const [document] = jsonLines(doubt.stdout);
  assert.equal(document?.outcome, 'in_doubt');
  const id = String(document?.cancellation_id);

  const list = await run(keys, 'cancellations', 'list', '--state', 'in_doubt', '--json');
  assert.deepEqual(
    jsonLines(list.stdout).map((each) => each.cancellation_id),
    [id],
  );
  const asked = await run(keys, 'cancellations', 'resolve', id);
  assert.equal(asked.code, exitCodes.usage);
  assert.match(asked.stderr, /--outcome, --reason, --actor, --yes/);
  const argv = ['--outcome', 'refused', '--reason', 'their console shows nothing', '--actor', 'kim', '--yes'];
  const resolved = await run(keys, 'cancellations', 'resolve', id, ...argv);
  assert.equal(resolved.code, exitCodes.done, resolved.stderr);
  assert.match(resolved.stdout, /refused +person:kim +their console shows nothing/);
  const again = await run(keys, 'cancellations', 'resolve', id, ...argv);
  assert.equal(again.code, exitCodes.no);
  const shown = await run(keys, 'cancellations', 'show', id, '--json');
  assert.equal(jsonLines(shown.stdout)[0]?.state, 'refused');
  await client.delete('/sandbox/faults');
});

/** A payment by card whose answer was lost, at a gateway that can't be asked what became of it. */
async function doubtfulPayment(client: ApiClient): Promise<{ readonly id: string; readonly impUid: string }> {
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'lost_answer' });
  const order = { pg: 'ksnet', merchant_uid: newOrder(), amount: 1000, buyer_name: '홍길동', ...goodCard };
  assert.equal((await client.post('/subscribe/payments/onetime', order)).error, 'outcome_in_doubt');
  const [doubt] = (await client.get('/doubts')).response.list;
  return { id: doubt.doubt_id, impUid: doubt.imp_uid };
}

test('a payment in doubt is seen wherever an operator looks, and a named person ends it', async () => {
  const { keys, client } = await newMerchant();
  const { id, impUid } = await doubtfulPayment(client);

  const doctor = await runOnPaper(keys, 'doctor', '--json');
  assert.equal(doctor.code, exitCodes.no);
  const finding = jsonLines(doctor.stdout).find(({ check }) => check === 'doubts');
  assert.equal(finding?.state, 'to_fix');
  for (const part of [id, impUid, 'approve of 1,000 KRW', 'in doubt since 20', 'ksnet'])
    assert.ok(String(finding?.found).includes(part), String(finding?.found));
  assert.match(String(finding?.fix), new RegExp(`hwanbul doubts show ${id}`));

  assert.match((await runOnPaper(keys, 'payments', 'list')).stdout, new RegExp(`${impUid} +ready, in_doubt`));
  const shown = await runOnPaper(keys, 'payments', 'show', impUid);
  assert.match(
    shown.stdout,
    new RegExp(`${id}, approve of 1,000 KRW, in doubt since .*may have been charged 1,000 KRW`),
  );
  const [payment] = jsonLines((await runOnPaper(keys, 'payments', 'show', impUid, '--json')).stdout);
  const doubts = payment?.doubts as { doubt_id: string }[] | undefined;
  assert.deepEqual([payment?.reserved, doubts?.[0]?.doubt_id], [0, id]);
  assert.match(
    (await runOnPaper(keys, 'cancellations', 'list')).stderr,
    /1 payment or receipt in doubt: hwanbul doubts list/,
  );
  const refused = await runOnPaper(keys, 'cancel', impUid, '--yes', '--json', '--retry-for', '0');
  assert.equal(refused.code, exitCodes.no);
  assert.match(String(jsonLines(refused.stdout)[0]?.message), new RegExp(`doubt_id: ${id}`));

  const listed = jsonLines((await runOnPaper(keys, 'doubts', 'list', '--json')).stdout);
  assert.deepEqual(
    listed.map(({ doubt_id, kind, imp_uid }) => [doubt_id, kind, imp_uid]),
    [[id, 'approve', impUid]],
  );
  assert.match((await runOnPaper(keys, 'doubts', 'list')).stdout, new RegExp(`${id} +approve +1,000 KRW`));
  const detail = await runOnPaper(keys, 'doubts', 'show', id);
  assert.match(
    detail.stdout,
    new RegExp(`order ${impUid}[\\s\\S]*its id at the gateway \\(pg_tid\\)[\\s\\S]*sent +in_doubt +api`),
  );

  const person = ['--actor', 'kim', '--reason', 'seen in their console'];
  const asked = await runOnPaper(keys, 'doubts', 'resolve', id);
  assert.match(asked.stderr, /add --outcome, --reason, --actor, --yes/);
  const wanting = await runOnPaper(keys, 'doubts', 'resolve', id, '--outcome', 'confirmed', ...person, '--yes');
  assert.equal(wanting.code, exitCodes.usage);
  assert.match(wanting.stderr, /add --pg-tid/);
  const foreign = ['--outcome', 'confirmed', '--pg-tid', 'x', '--vbank-num', '1', ...person, '--yes'];
  assert.match(
    (await runOnPaper(keys, 'doubts', 'resolve', id, ...foreign)).stderr,
    /--vbank-num does not fit.*kind approve/,
  );
  const book = await bookOf(client, impUid, 'ksnet');
  assert.equal(book.status, 'paid');
  const said = ['--outcome', 'confirmed', '--pg-tid', 'tid-seen-there', ...person, '--yes'];
  const resolved = await runOnPaper(keys, 'doubts', 'resolve', id, ...said);
  assert.equal(resolved.code, exitCodes.done, resolved.stderr);
  assert.match(resolved.stderr, /becomes confirmed: 1,000 KRW count as paid/);
  const paid = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual([paid.status, paid.pg_tid], ['paid', 'tid-seen-there']);
  const again = await runOnPaper(keys, 'doubts', 'resolve', id, ...said, '--json');
  assert.deepEqual([again.code, jsonLines(again.stdout)[0]?.error], [exitCodes.no, 'doubt_not_open']);
  const none = await runOnPaper(keys, 'doubts', 'list');
  assert.deepEqual([none.stdout, none.stderr], ['', 'Nothing is in doubt.\n']);
  assert.equal((await runOnPaper(keys, 'doctor')).code, exitCodes.done);
});

test('a cancellation in doubt keeps its amount reserved, and is ended without an id of the gateway that nobody knows', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  for (const operation of ['cancel', 'inquire']) {
    await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation, kind: 'timeout', count: 1000 });
  }
  const doubt = await runOnPaper(keys, 'cancel', impUid, '--amount', '400', '--yes', '--json', '--wait', '0');
  const id = String(jsonLines(doubt.stdout)[0]?.cancellation_id);
  const shown = await runOnPaper(keys, 'payments', 'show', impUid);
  assert.match(shown.stdout, new RegExp(`reserved +400 KRW \\(${id}, in_doubt since .*\nleft +600 KRW`));
  assert.match(shown.stdout, /400 KRW stay reserved/);
  const argv = ['--outcome', 'confirmed', '--reason', 'seen', '--actor', 'kim', '--yes'];
  const resolved = await runOnPaper(keys, 'cancellations', 'resolve', id, ...argv, '--json');
  assert.equal(resolved.code, exitCodes.done, resolved.stderr);
  assert.equal(jsonLines(resolved.stdout)[0]?.pg_tid, null);
  const [entry] = (await client.get(`/payments/${impUid}`)).response.cancel_history;
  assert.deepEqual([entry.amount, entry.pg_tid], [400, '']);
  await client.delete('/sandbox/faults');
});

test('payments are found by telephone, buyer and amount, and a list that is cut says by how many', async () => {
  const { keys, client } = await newMerchant();
  const hong = await payByCard(client, 1000, { buyer_name: '홍길동', buyer_tel: '010-1234-5678' });
  const kim = await payByCard(client, 2500, { buyer_name: '김연아', buyer_tel: '010-9999-5678' });
  await payByCard(client, 3000);
  const found = async (...argv: readonly string[]) => {
    const ended = await runOnPaper(keys, 'payments', 'list', ...argv, '--json');
    assert.equal(ended.code, exitCodes.done, ended.stderr);
    return jsonLines(ended.stdout).map(({ imp_uid }) => imp_uid);
  };
  assert.deepEqual(await found('--tel', '010-1234-5678'), [hong]);
  assert.deepEqual(await found('--tel', '5678'), [kim, hong]);
  assert.deepEqual(await found('--buyer', '연아'), [kim]);
  assert.deepEqual(await found('--amount', '2500'), [kim]);
  assert.deepEqual(await found('--amount-min', '1000', '--amount-max', '2500', '--gateway', 'tosspayments'), [
    kim,
    hong,
  ]);
  const table = await runOnPaper(keys, 'payments', 'list', '--limit', '1');
  assert.match(table.stderr, /and 2 more; a larger --limit/);
  const none = await runOnPaper(keys, 'payments', 'list', '--buyer', '아무개');
  assert.match(none.stderr, /No payments since 20\d\d-\d\d-\d\d; --from looks further back/);
  const turned = await runOnPaper(keys, 'payments', 'list', '--from', '2026-02-01', '--to', '2026-01-01');
  assert.equal(turned.code, exitCodes.usage);
  for (const impUid of [hong, kim]) await runOnPaper(keys, 'cancel', impUid, '--amount', '10', '--yes');
  assert.match((await runOnPaper(keys, 'cancellations', 'list', '--limit', '1')).stderr, /and 1 more/);
});

test('with --json standard output is JSON, whatever comes of a command', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const unknown = 'imps_000000000000';
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUid},"1,000"\n`);
  const good = join(newFolder(t), 'good.csv');
  writeFileSync(good, `imp_uid,amount\n${impUid},10\n`);
  const away = { ...keys, url: 'http://127.0.0.1:1' };
  const denied = { ...keys, impSecret: 'hunter2' };
  for (const [asKeys, argv, code, error] of [
    [keys, ['payments', 'show', unknown], exitCodes.no, 'payment_not_found'],
    [keys, ['cancellations', 'show', 'NONE'], exitCodes.no, 'cancellation_not_found'],
    [keys, ['doubts', 'show', 'NONE'], exitCodes.no, 'doubt_not_found'],
    [keys, ['webhooks', 'show', '999999999'], exitCodes.no, 'webhook_not_found'],
    [keys, ['webhooks', 'resend', '999999999'], exitCodes.no, 'webhook_not_found'],
    [keys, ['webhooks', 'resend', '--state', 'failed', '--yes'], exitCodes.no, 'webhook_not_found'],
    [keys, ['cancel', unknown, '--yes'], exitCodes.no, 'payment_not_found'],
    [keys, ['cancel', impUid], exitCodes.usage, 'usage'],
    [keys, ['cancel', impUid, '--amount', '1001', '--dry-run'], exitCodes.no, 'would_be_refused'],
    [keys, ['cancel', '--file', file, '--dry-run'], exitCodes.usage, 'file_refused'],
    [keys, ['cancel', '--file', '/nowhere.csv', '--dry-run'], exitCodes.usage, 'usage'],
    [keys, ['reconcile', '--gateway', 'tosspayments', '--date', '2999-01-01'], exitCodes.usage, 'day_not_begun'],
    [keys, ['reconcile', '--gateway', 'nobody', '--date', '2026-01-01'], exitCodes.no, 'channel_not_found'],
    [keys, ['payments', 'list', '--limit', 'many'], exitCodes.usage, 'usage'],
    [keys, ['payments', 'list', '--tel', '12'], exitCodes.no, 'parameter_invalid'],
    [keys, ['cancle'], exitCodes.usage, 'usage'],
    [away, ['payments', 'list'], exitCodes.unreachable, 'no_answer'],
    [denied, ['doubts', 'list'], exitCodes.unreachable, 'credentials_wrong'],
  ] as const) {
    const ended = await runOnPaper(asKeys, ...argv, '--json');
    const [document, ...others] = jsonLines(ended.stdout);
    assert.deepEqual(
      [ended.code, document?.error, document?.exit_code, others],
      [code, error, code, []],
      argv.join(' '),
    );
    assert.ok(document?.message, argv.join(' '));
  }
  const dry = await runOnPaper(keys, 'cancel', impUid, '--amount', '300', '--dry-run', '--json');
  const { dry_run, amount, checksum, exit_code } = jsonLines(dry.stdout)[0] ?? {};
  assert.deepEqual([dry.code, dry_run, amount, checksum, exit_code], [exitCodes.done, true, 300, 1000, exitCodes.done]);
  const plan = jsonLines((await runOnPaper(keys, 'cancel', '--file', good, '--dry-run', '--json')).stdout);
  assert.deepEqual(
    plan.map(({ type, imp_uid, planned, totals }) => [type, imp_uid, planned, totals]),
    [
      ['row', impUid, undefined, undefined],
      ['summary', undefined, 1, { KRW: 10 }],
    ],
  );
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0, 'a dry run changes nothing');
  assert.equal((await runOnPaper(keys, 'cancel', '--file', good, '--yes')).code, exitCodes.done);
  const [earlier] = jsonLines((await runOnPaper(keys, 'cancel', '--file', good, '--dry-run', '--json')).stdout);
  assert.deepEqual([earlier?.dry_run, earlier?.confirmed], [true, 1]);
});

test('what a command says is Korean by --lang and by the locale', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000, { buyer_name: '홍길동' });
  const table = await runOnPaper(keys, 'payments', 'list', '--lang', 'ko');
  assert.match(table.stdout, /상태 +금액 +취소금액[\s\S]*결제완료 +1,000 KRW[\s\S]*홍길동/);
  const inKorea = (...argv: readonly string[]) =>
    startProgram(argv, { ...envOf(keys), LANG: 'ko_KR.UTF-8', LC_ALL: '' }).ended;
  const cancelled = await inKorea('cancel', impUid, '--amount', '300', '--yes');
  assert.match(cancelled.stdout, /^취소되었습니다\. 미취소 잔액은 700 KRW입니다\./);
  assert.match(cancelled.stderr, /1,000 KRW 중 300 KRW 취소 .*구매자 홍길동/);
  assert.match(
    (await inKorea('payments', 'show', 'imps_000000000000')).stderr,
    /^hwanbul: 존재하지 않는 결제정보입니다/,
  );
  assert.match((await inKorea('doctor')).stdout, /^정상 +Node/);
  assert.match((await inKorea('--help')).stdout, /^사용법: hwanbul/);
  const [id] = (await client.get('/cancellations')).response.list.map(
    (each: { cancellation_id: string }) => each.cancellation_id,
  );
  assert.match(
    (await runOnPaper(keys, 'cancellations', 'show', id, '--lang=ko')).stdout,
    /요청됨 +전송됨 +api +PG사에 요청을 보냄/,
  );
  const english = await startProgram(['payments', 'list', '--lang', 'en'], { ...envOf(keys), LANG: 'ko_KR' }).ended;
  assert.match(english.stdout, /STATUS/);
});

test('payments are listed and shown, as a table and as JSON lines', async () => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client, 1000), await payByCard(client, 2500)];
  const table = await run(keys, 'payments', 'list');
  assert.equal(table.stdout.split('\n').length, 4);
  assert.match(table.stdout, /IMP_UID +STATUS +AMOUNT/);
  assert.match(table.stdout, /2,500 KRW/);
  const lines = jsonLines((await run(keys, 'payments', 'list', '--status', 'paid', '--json')).stdout);
  assert.deepEqual(new Set(lines.map((each) => each.imp_uid)), new Set(impUids));
  assert.equal(jsonLines((await run(keys, 'payments', 'list', '--limit', '1', '--json')).stdout).length, 1);
  assert.match((await run(keys, 'payments', 'show', impUids[0] ?? '')).stdout, /amount +1,000 KRW/);
  assert.equal((await run(keys, 'payments', 'show', 'imps_000000000000')).code, exitCodes.no);
});

test('a name with bidirectional and other controls turns nothing around on the screen, and is whole as JSON', async () => {
  const { keys, client } = await newMerchant();
  const name = '당근\u202e\u2066 1000\u2069\u200f';
  const order = 'order\u202egpj.exe\u009b31m\u2028x';
  const paid = await client.post('/sandbox/payments', {
    pay_method: 'card',
    amount: 1000,
    merchant_uid: order,
    name,
    buyer_name: '\u061c김\u200e환불',
  });
  const impUid = paid.response.imp_uid;
  const fault = { operation: 'cancel', kind: 'reject', message: 'no\u202e\u0007 way', code: 'X' };
  await client.post('/sandbox/faults', fault);
  const shown = [
    await run(keys, 'payments', 'list'),
    await run(keys, 'payments', 'show', impUid),
    await run(keys, 'payments', 'show', impUid, '--json'),
    await run(keys, 'cancel', impUid, '--yes'),
    await run(keys, 'cancellations', 'list', '--state', 'refused'),
    await run(keys, 'payments', 'show', 'imp\u202e_1'),
  ];
  for (const { stdout, stderr } of shown) {
    assert.doesNotMatch(stdout + stderr, /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  }
  assert.match(shown[0]?.stdout ?? '', /ordergpj\.exe 31m x/);
  const [document] = jsonLines(shown[2]?.stdout ?? '');
  assert.deepEqual([document?.merchant_uid, document?.name], [order, name]);
});

test('webhooks are listed, shown and sent again', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000, { notice_url: `${sandbox.url}/health` });
  await run(keys, 'cancel', impUid, '--yes');
  const list = await run(keys, 'webhooks', 'list', '--json');
  assert.equal(list.code, exitCodes.done, list.stderr);
  for (const { webhook_id } of jsonLines(list.stdout).slice(0, 1)) {
    const shown = await run(keys, 'webhooks', 'show', String(webhook_id), '--json');
    assert.equal(jsonLines(shown.stdout)[0]?.webhook_id, webhook_id);
    const resent = await run(keys, 'webhooks', 'resend', String(webhook_id), '--json');
    assert.equal(resent.code, exitCodes.done, resent.stderr);
  }
  const [known] = jsonLines(list.stdout);
  const partly = await run(keys, 'webhooks', 'resend', String(known?.webhook_id), '999999999');
  assert.equal(partly.code, exitCodes.no);
  assert.match(partly.stderr, /999999999/);
  const all = await run(keys, 'webhooks', 'resend', '--imp-uid', impUid, '--yes');
  assert.match(all.stdout + all.stderr, /sent once more|just being sent|None of these/);
  assert.equal((await run(keys, 'webhooks', 'show', '999999999')).code, exitCodes.no);
  assert.equal((await run(keys, 'webhooks', 'resend')).code, exitCodes.usage);
});

test('doctor finds nothing at a good server, and says what to fix of wrong keys and of a server that is away', async (t) => {
  const { keys } = await newMerchant();
  const good = await run(keys, 'doctor', '--json');
  assert.equal(good.code, exitCodes.done, good.stdout);
  assert.ok(jsonLines(good.stdout).every((each) => each.state === 'good'));
  assert.match(good.stdout, /nothing of this merchant is in doubt/);
  const wrong = await run({ ...keys, impSecret: 'wrong-secret' }, 'doctor', '--json');
  assert.equal(wrong.code, exitCodes.no);
  assert.equal(jsonLines(wrong.stdout).find((each) => each.check === 'log-in')?.state, 'to_fix');
  assert.doesNotMatch(wrong.stdout + wrong.stderr, /wrong-secret/);
  assert.equal((await run(keys, 'doctor', '--url', 'http://127.0.0.1:1')).code, exitCodes.no);

  const folder = newFolder(t);
  mkdirSync(join(folder, 'postgres'));
  const keyless = await startProgram(['doctor', '--json'], { DATA_DIR: folder, PORT: '0' }).ended;
  assert.equal(keyless.code, exitCodes.no);
  assert.equal(jsonLines(keyless.stdout).find((each) => each.check === 'encryption key')?.state, 'to_fix');
  await assertKeyMatches(sandbox.database, createEncryption(Buffer.alloc(32, 'its own key')));
  const database = { DATABASE_URL: sandbox.testDatabase.url, DATA_DIR: join(folder, 'fresh'), PORT: '0' };
  const found = jsonLines((await startProgram(['doctor', '--json'], database).ended).stdout);
  assert.equal(found.find((each) => each.check === 'migrations')?.state, 'good');
  const otherKey = { ...database, ENCRYPTION_KEY: 'ab'.repeat(32) };
  const other = jsonLines((await startProgram(['doctor', '--json'], otherKey).ended).stdout);
  assert.equal(other.find((each) => each.check === 'key of the database')?.state, 'to_fix');
});

test('doctor says whether this version fits the schema of its database', async (t) => {
  const { url, database, drop } = await createTestDatabase({ poolSize: 2 });
  t.after(drop);
  const env = { DATABASE_URL: url, DATA_DIR: join(newFolder(t), 'fresh'), PORT: '0' };
  const migrations = async () =>
    jsonLines((await startProgram(['doctor', '--json'], env).ended).stdout).find((each) => each.check === 'migrations');
  const apply = (version: number, isBreaking: boolean): Promise<object[]> =>
    database.query("insert into schema_migrations (version, name, checksum, breaking) values ($1, 'later', '', $2)", [
      version,
      isBreaking,
    ]);
  await apply(9000, false);
  assert.equal((await migrations())?.state, 'good');
  await apply(9001, true);
  const newer = await migrations();
  assert.equal(newer?.state, 'to_fix');
  assert.match(String(newer?.fix), /start the newer Hwanbul that made it, since migration 9001 \(later\) breaks older/);
  await database.query('delete from schema_migrations where version > 4');
  const older = await migrations();
  assert.equal(older?.state, 'to_know');
  assert.match(String(older?.found), /the next start brings the database up to date/);
});

test('doctor names a credential of a malformed form in a merchants file, and never its value', async (t) => {
  const file = join(newFolder(t), 'merchants.json');
  const channel = { provider: 'tosspayments', mid: 'm1', mode: 'live', credentials: { secretKey: 'not-a-key-1234' } };
  writeFileSync(
    file,
    JSON.stringify([{ name: 'shop', imp_key: '12345678', imp_secret: 's'.repeat(40), channels: [channel] }]),
  );
  const env = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: file,
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    PORT: '0',
  };
  const ended = await startProgram(['doctor'], { ...env, DATA_DIR: newFolder(t) }).ended;
  assert.equal(ended.code, exitCodes.no);
  assert.match(ended.stdout, /api\.tosspayments\.com, not contacted\n.*secretKey/);
  assert.doesNotMatch(ended.stdout + ended.stderr, /not-a-key-1234/);
});

test('doctor tells each thing that is wrong in a merchants file or the settings in a line of its own', async (t) => {
  const env = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: merchantsWith(t, [{ provider: 'tosspayments', mode: 'live' }]),
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    PORT: '0',
  };
  const ended = await startProgram(['doctor'], { ...env, DATA_DIR: newFolder(t) }).ended;
  assert.equal(ended.code, exitCodes.no);
  assert.match(ended.stdout, /: \/0\/channels\/0 lacks mid\n/);
  assert.match(ended.stdout, /: \/0\/channels\/0 lacks credentials\n/);
  const unset = await startProgram(['doctor'], { ...env, PORT: 'x', HWANBUL_MODE: 'y', DATA_DIR: newFolder(t) }).ended;
  assert.match(unset.stdout, /^ +PORT .*$/m);
  assert.match(unset.stdout, /^ +HWANBUL_MODE .*$/m);
});

function merchantsWith(t: TestContext, channels: readonly object[]): string {
  const file = join(newFolder(t), 'merchants.json');
  const merchants = [{ name: 'shop', imp_key: '12345678', imp_secret: 's'.repeat(40), channels }];
  writeFileSync(file, JSON.stringify(merchants), { mode: 0o600 });
  return file;
}

const niceKeys = niceV2Sandbox.credentials('sim');

test('before the first real refund, doctor looks at the database and for keys that anybody can make', async (t) => {
  const channel = { provider: 'nice_v2', mid: 'sim', mode: 'live', credentials: niceKeys };
  const env = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: merchantsWith(t, [channel]),
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    PORT: '0',
    DATABASE_URL: sandbox.testDatabase.url,
    DATA_DIR: newFolder(t),
  };
  const { stdout } = await startProgram(['doctor', '--json'], env).ended;
  const found = (check: string) =>
    jsonLines(stdout)
      .filter((each) => each.check === check)
      .map((each) => [each.state, each.found]);
  // The whole test run flushes nothing.
  assert.deepEqual(
    found('durability').map(([state, text]) => [state, String(text).split(':')[0]]),
    [['to_fix', 'fsync = off, synchronous_commit = off']],
  );
  assert.deepEqual(found('channel')[1], [
    'to_fix',
    'nice_v2 sim of shop takes money with keys of a simulator: clientKey, secretKey',
  ]);
  assert.match(String(found('live mode')[0]?.[1]), /^HWANBUL_PUBLIC_URL is not set/);
  assert.deepEqual(found('gateway'), [], 'nobody is called unless it is asked for');
  for (const secret of Object.values(niceKeys)) assert.ok(!stdout.includes(secret));
});

test('doctor tries the way to each gateway, and tells a certificate that is not believed from no connection', async (t) => {
  const listen = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const { privateKey, privateKeyPassword: passphrase, certificate } = sandboxCredentials('doctor');
  const received: Buffer[] = [];
  const hear = (socket: Socket) => socket.on('data', (part) => received.push(part)).on('error', () => {});
  const strange = createTlsServer({ key: privateKey, passphrase, cert: certificate }, hear).on(
    'tlsClientError',
    () => {},
  );
  const hosts = [
    `http://${await listen(createServer(hear))}`,
    `https://${await listen(strange)}`,
    'https://127.0.0.1:1',
  ];
  const channels = hosts.map((base_url, at) => ({
    provider: 'nice_v2',
    mid: `mid-${at}`,
    mode: 'test',
    base_url,
    credentials: niceKeys,
  }));
  const findings = await checkGateways({
    merchantsFile: merchantsWith(t, [...channels, { ...channels[0], mid: 'again' }]),
  });
  const seen = hosts.map((origin) => {
    const { host } = new URL(origin);
    const finding = findings.find(({ found }) => inLanguage('en', found).startsWith(host));
    return [finding?.state, finding?.found, finding?.fix].map((words) => words && inLanguage('en', words));
  });
  assert.equal(findings.length, 3, 'each host once');
  assert.deepEqual(seen[0]?.slice(0, 1), ['to_know']);
  assert.equal(seen[1]?.[0], 'to_fix');
  assert.match(seen[1]?.[1] ?? '', /SELF_SIGNED_CERT/);
  assert.match(seen[1]?.[2] ?? '', /NODE_EXTRA_CA_CERTS/);
  assert.match(seen[2]?.[1] ?? '', /ECONNREFUSED/);
  assert.match(seen[2]?.[2] ?? '', /^No connection/);
  assert.deepEqual(received, [], 'nothing is sent');
});

test('missing keys, a server that is away and an unknown command each end with their code', async (t) => {
  const { keys } = await newMerchant();
  const { HWANBUL_IMP_SECRET: secret, ...others } = envOf(keys);
  const file = join(newFolder(t), 'secret');
  writeFileSync(file, `${secret}\n`);
  const byFile = await runOnPaperIn({ ...others, HWANBUL_IMP_SECRET_FILE: file }, 'payments', 'list');
  assert.equal(byFile.code, exitCodes.done, byFile.stderr);
  const both = await runOnPaperIn({ ...envOf(keys), HWANBUL_IMP_SECRET_FILE: file }, 'payments', 'list');
  assert.equal(both.code, exitCodes.usage);
  assert.match(both.stderr, /HWANBUL_IMP_SECRET and HWANBUL_IMP_SECRET_FILE are both set/);
  assert.equal((await startProgram(['payments', 'list']).ended).code, exitCodes.usage);
  const away = await run({ ...keys, url: 'http://127.0.0.1:1' }, 'payments', 'list');
  assert.equal(away.code, exitCodes.unreachable);
  const denied = await run({ ...keys, impSecret: 'hunter2' }, 'payments', 'list');
  assert.equal(denied.code, exitCodes.unreachable);
  assert.doesNotMatch(denied.stderr, /hunter2/);
  const unknown = await startProgram(['cancle']).ended;
  assert.equal(unknown.code, exitCodes.usage);
  assert.match(unknown.stderr, /Did you mean cancel\?/);
  assert.equal((await startProgram(['cancel', '--concurrency', '0']).ended).code, exitCodes.usage);
});

test('no colour is written where there is no terminal, nor with NO_COLOR', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const ended = await run(keys, 'cancel', impUid, '--yes');
  assert.ok(!`${ended.stdout}${ended.stderr}`.includes('\u001b'));
});

test('the simulator starts by itself and prints how to call it', async (t) => {
  const started = startProgram(['simulator', 'tosspayments', '--port', '0', '--data-dir', newFolder(t)]);
  let shown = '';
  await new Promise<void>((resolve) => {
    started.child.stdout?.on('data', (chunk: string) => {
      shown += chunk;
      if (shown.includes(" -d '")) resolve();
    });
  });
  assert.match(shown, /^tosspayments simulator on http:\/\/127\.0\.0\.1:\d+/);
  started.child.kill('SIGTERM');
  assert.equal((await started.ended).code, 0);
  assert.equal(
    (await startProgram(['simulator', 'nobody'], envOf({ url: '', impKey: '', impSecret: '' })).ended).code,
    1,
  );
});
