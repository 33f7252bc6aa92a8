import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gateways } from '../../src/gateways/registry.ts';
import { amountNumber } from '../../src/platform/money/currency.ts';
import { magicTable } from '../../src/simulators/magic.ts';
import { currencyOf } from '../gateways/kit/scenarios.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { assertBooksAgree, bookOf, goodCard, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({
    clock: startMiddayClock(),
    settings: { gatewayTimeoutMs: 4_000, requestDeadlineMs: 6_000 },
  });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const entry = (on: 'payment' | 'cancel', kind: string, strikes?: string) => {
  const found = magicTable.find(
    (magic) => magic.on === on && magic.step.kind === kind && (strikes === undefined || magic.strikes === strikes),
  );
  assert.ok(found, `${on} ${kind}`);
  return found;
};

function sandboxCards() {
  return Promise.all(
    [...gateways].map(async ([provider, { sandbox }]) => ({ provider, cards: (await sandbox()).cards ?? [] })),
  );
}

async function payInWindow(provider: string, payMethod: string, amountMinor: bigint): Promise<string> {
  const currency = currencyOf(gateways.get(provider)?.gateway ?? assert.fail(provider));
  const amount = amountNumber(amountMinor, currency);
  const order = { pg_provider: provider, pay_method: payMethod, amount, currency };
  const paid = await client.post('/sandbox/payments', order);
  assert.equal(paid.code, 0, `${provider}: ${paid.text}`);
  return paid.response.imp_uid;
}

test('the table in docs/sandbox.md is the table of the code, row by row', async () => {
  const document = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
  const rows = document.split('\n').filter((line) => /^\| 404,/.test(line));
  assert.deepEqual(
    rows.map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, 6),
    ),
    magicTable.map(({ amountMinor, cardNumber, on, strikes, meaning }) => [
      Number(amountMinor).toLocaleString('en-US'),
      `\`${cardNumber}\``,
      on,
      { always: 'always', once: 'once', once_then_silence: 'once, then silence' }[strikes],
      meaning,
    ]),
  );
  const cards = document.split('\n').filter((line) => /^\| [a-z_0-9]+ +\| `\d{15,16}`/.test(line));
  assert.deepEqual(
    cards.map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', ''))
        .slice(1, 5),
    ),
    (await sandboxCards()).flatMap(({ provider, cards }) =>
      cards.map(({ number, code, meaning }) => [provider, number, code, meaning]),
    ),
  );
});

test('no magic card is one of the cards that a gateway refuses by itself', async () => {
  const magic = new Set(magicTable.map(({ cardNumber }) => cardNumber));
  for (const { provider, cards } of await sandboxCards()) {
    for (const { number } of cards) assert.ok(!magic.has(number), provider);
  }
});

test('the magic amount that is refused is refused at every gateway that cancels, and an ordinary one is not', async () => {
  const { amountMinor } = entry('cancel', 'reject');
  let tried = 0;
  for (const [provider, { gateway }] of gateways) {
    const found = Object.entries(gateway.capabilities.payMethods).find(
      ([, { operations, refundAccount }]) =>
        operations.pay_in_window === 'supported' && operations.cancel === 'supported' && refundAccount === 'none',
    );
    if (!found) continue;
    const [payMethod] = found;
    const magic = await payInWindow(provider, payMethod, amountMinor);
    const refused = await client.post('/payments/cancel', { imp_uid: magic });
    assert.equal(refused.error, 'cancellation_refused', `${provider} ${payMethod}: ${refused.text}`);
    assert.equal((await bookOf(client, magic, provider)).cancelled_amount, 0, provider);
    const ordinary = await payInWindow(provider, payMethod, amountMinor + 50n);
    assert.equal((await client.post('/payments/cancel', { imp_uid: ordinary })).code, 0, provider);
    tried++;
  }
  assert.ok(tried >= 10, `${tried} gateways`);
});

test('every magic amount of a cancel ends with the books agreeing, the silent one with a doubt that keeps its amount', async () => {
  for (const magic of magicTable.filter(({ on, step }) => on === 'cancel' && step.kind !== 'timeout')) {
    const impUid = await payByCard(client, 1_000_000);
    const amount = Number(magic.amountMinor);
    const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
    if (magic.strikes === 'once_then_silence') {
      assert.equal(answer.error, 'cancellation_in_doubt', magic.meaning);
      assert.equal((await bookOf(client, impUid)).cancelled_amount, amount);
      const over = await client.post('/payments/cancel', { imp_uid: impUid, amount: 1_000_000 - amount + 1 });
      assert.equal(over.code !== 0, true, 'the amount in doubt stays reserved');
    } else {
      assert.equal(answer.error, magic.step.kind === 'reject' ? 'cancellation_refused' : undefined, answer.text);
      await assertBooksAgree(client, impUid);
    }
  }
});

test('a cancel that is never answered is repeated and done once, by amount and by card', async () => {
  const magic = entry('cancel', 'timeout');
  for (const [amount, more] of [
    [Number(magic.amountMinor), {}],
    [500, { card_number: magic.cardNumber }],
  ] as const) {
    const impUid = await payByCard(client, 1_000_000, more);
    const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
    assert.equal(answer.code, 0, answer.text);
    assert.equal((await bookOf(client, impUid)).cancelled_amount, amount);
    await assertBooksAgree(client, impUid);
  }
});

test('a payment by a magic amount or card is refused, or found when its answer is lost', async () => {
  const { amountMinor, cardNumber } = entry('payment', 'reject');
  await assert.rejects(payByCard(client, Number(amountMinor)));
  await assert.rejects(payByCard(client, 1000, { card_number: cardNumber }));
  const lost = entry('payment', 'lost_answer', 'once');
  await assertBooksAgree(client, await payByCard(client, Number(lost.amountMinor)));
  await assertBooksAgree(client, await payByCard(client, 1000, { card_number: lost.cardNumber }));
  const inWindow = await client.post('/sandbox/payments', { pay_method: 'card', amount: Number(amountMinor) });
  assert.equal(inWindow.error, 'sandbox_payment_refused');
  const silent = entry('payment', 'lost_answer', 'once_then_silence');
  const doubtful = await client.post('/subscribe/payments/onetime', {
    merchant_uid: newOrder(),
    amount: Number(silent.amountMinor),
    ...goodCard,
  });
  assert.equal(doubtful.error, 'outcome_in_doubt');
});
