import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import { type OperationState, operationStates, operationTransitions } from '../../src/core/records/operation-states.ts';
import type { DatabaseClient } from '../../src/platform/database/pool.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { neverMs } from './servers.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: { recoveryIntervalMs: neverMs } });
  client = await sandbox.newMerchant();
});
after(() => sandbox.close());

/** Whatever the work does to the database is taken back. */
async function withoutTrace<T>(work: (database: DatabaseClient) => Promise<T>): Promise<T> {
  return sandbox.database.withClient(async (database) => {
    await database.query('begin');
    try {
      return await work(database);
    } finally {
      await database.query('rollback');
    }
  });
}

for (const [part, constraint] of [
  ['', 'never_cancels_more_than_was_paid'],
  ['_tax_free', 'never_cancels_more_tax_free_than_was_paid'],
  ['_vat', 'never_cancels_more_vat_than_was_paid'],
] as const) {
  for (const [cancelled, reserved] of [
    [1, 0],
    [0, 1],
    [-3, 4],
  ] as const) {
    const over = `what was paid ${cancelled < 0 ? 'less 3' : `and ${cancelled}`} cancelled, ${reserved} reserved`;
    test(`the database itself refuses to have more cancelled and reserved${part.replaceAll('_', ' ')} than was paid: ${over}`, async () => {
      const paid = await client.post('/sandbox/payments', {
        pay_method: 'trans',
        amount: 1000,
        tax_free: 300,
        vat_amount: 60,
        merchant_uid: newOrder(),
      });
      const whole = part === '' ? 'amount_minor' : `${part.slice(1)}_minor`;
      await assert.rejects(
        sandbox.database.query(
          `update payments set cancelled${part}_minor = ${whole} + $2, reserved${part}_minor = $3 where imp_uid = $1`,
          [paid.response.imp_uid, cancelled, reserved],
        ),
        { code: '23514', constraint },
      );
      const exact = `update payments set cancelled${part}_minor = ${whole} - 3, reserved${part}_minor = 3 where imp_uid = $1`;
      await withoutTrace((database) => database.query(exact, [paid.response.imp_uid]));
    });
  }
}

test('the database refuses amounts below nothing', async () => {
  const impUid = await payByCard(client, 1000);
  for (const part of [
    'cancelled',
    'reserved',
    'cancelled_tax_free',
    'reserved_tax_free',
    'cancelled_vat',
    'reserved_vat',
  ]) {
    await assert.rejects(
      sandbox.database.query(`update payments set ${part}_minor = -1 where imp_uid = $1`, [impUid]),
      { code: '23514' },
      part,
    );
  }
});

test('the table of transitions in the code and the one in the database are equal', async () => {
  const rows = await sandbox.database.query<{ from_state: string; to_state: string }>(
    'select from_state, to_state from operation_transitions',
  );
  assert.deepEqual(
    rows.map(({ from_state, to_state }) => `${from_state} to ${to_state}`).sort(),
    Object.entries(operationTransitions)
      .flatMap(([from, tos]) => tos.map((to) => `${from} to ${to}`))
      .sort(),
  );
});

/** The shortest way to each state. */
const ways: Readonly<Record<OperationState, readonly OperationState[]>> = {
  requested: [],
  sent: ['sent'],
  unsent: ['unsent'],
  in_doubt: ['sent', 'in_doubt'],
  accepted: ['sent', 'accepted'],
  confirmed: ['sent', 'confirmed'],
  refused: ['sent', 'refused'],
};

async function insertOperation(database: DatabaseClient, state: OperationState): Promise<string> {
  const id = newOperationId(new Date());
  await database.query(
    `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
       requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
     select $1, merchant_id, channel_id, id, 'cancel', $2, 10, 1000, 'test', now(), now(), 'test', 'begun', now(), 'test', now()
     from payments order by id limit 1`,
    [id, state],
  );
  return id;
}

async function move(database: DatabaseClient, id: string, to: OperationState): Promise<void> {
  await database.query(
    `update operations set state = $2, sent_at = coalesce(sent_at, now()), changed_by = 'test', changed_why = 'moved'
     where id = $1`,
    [id, to],
  );
}

for (const from of operationStates) {
  for (const to of operationStates.filter((state) => state !== from)) {
    // That a request was sent is learnt together with what came of it, so the database writes the two steps for one.
    const through = from === 'requested' && operationTransitions.sent.includes(to) ? ['sent', to] : [to];
    const allowed = operationTransitions[from].includes(to) || through.length === 2;
    const title = allowed ? 'is written and audited by the database' : 'is refused by the database';
    test(`the change of an operation from ${from} to ${to} ${title}`, async () => {
      await payByCard(client, 1000);
      await withoutTrace(async (database) => {
        const id = await insertOperation(database, 'requested');
        for (const step of ways[from]) await move(database, id, step);
        if (!allowed) {
          await assert.rejects(move(database, id, to), { code: '23503' });
          return;
        }
        await move(database, id, to);
        const audit = await database.query<{ from_state: string; to_state: string; by: string; why: string }>(
          'select from_state, to_state, by, why from operation_audit where operation_id = $1 order by id',
          [id],
        );
        const states = ['none', 'requested', ...ways[from], ...through];
        assert.deepEqual(
          audit.map(({ from_state, to_state }) => [from_state, to_state]),
          states.slice(1).map((state, index) => [states[index], state]),
        );
        assert.ok(audit.every(({ by, why }) => by === 'test' && why !== ''));
      });
    });
  }
}

for (const state of operationStates.filter((state) => state !== 'requested')) {
  test(`no operation can begin its life as ${state}`, async () => {
    await payByCard(client, 1000);
    await withoutTrace((database) => assert.rejects(insertOperation(database, state), { code: '23503' }));
  });
}

test('a row of the audit can be neither changed nor taken away', async () => {
  const impUid = await payByCard(client, 1000);
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid, amount: 100 });
  const id = cancelled.response.cancel_history[0].cancellation_id as string;
  const read = () => sandbox.database.query('select * from operation_audit where operation_id = $1 order by id', [id]);
  const before = await read();
  assert.equal(before.length, 3);
  for (const statement of [
    `update operation_audit set why = 'nothing happened' where operation_id = $1`,
    'delete from operation_audit where operation_id = $1',
  ]) {
    await assert.rejects(sandbox.database.query(statement, [id]), /only ever appended to/);
  }
  await assert.rejects(sandbox.database.query('truncate operation_audit'), /only ever appended to/);
  assert.deepEqual(await read(), before);
});

test('the audit of a cancellation that was carried out says when it was reserved, sent and confirmed, by whom and why', async () => {
  const impUid = await payByCard(client, 1000);
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid });
  const { response } = await client.get(`/cancellations/${cancelled.response.cancel_history[0].cancellation_id}`);
  assert.deepEqual(
    response.history.map((entry: { from: string; to: string }) => [entry.from, entry.to]),
    [
      ['none', 'requested'],
      ['requested', 'sent'],
      ['sent', 'confirmed'],
    ],
  );
  for (const entry of response.history) assert.ok(entry.at > 0 && entry.by && entry.why, JSON.stringify(entry));
});

test('the database refuses an operation, an event and a notice that name no subject or two', async () => {
  await payByCard(client, 1000);
  const inserts = {
    operations_name_one_subject: `
      insert into operations (id, merchant_id, channel_id, payment_id, receipt_id, kind, state, amount_minor,
        balance_before_minor, reason, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
      select $1, merchant_id, channel_id, SUBJECTS, 'cancel', 'requested', 10, 1000, 'test', now(), now(), 'test', 'begun',
        now(), 'test', now()
      from payment`,
    outbox_names_one_subject: `
      insert into outbox (merchant_id, payment_id, receipt_id, event, body, created_at)
      select merchant_id, SUBJECTS, $1, '{}', now() from payment`,
    gateway_notices_name_one_subject: `
      insert into gateway_notices (merchant_id, payment_id, receipt_id, provider, kind, digest, content, trust, sender, state,
        why, received_at, changed_at, next_try_at)
      select merchant_id, SUBJECTS, $1, 'deposit', '', '', 'authentic', '', 'waiting', '', now(), now(), now() from payment`,
  };
  const withReceipt = `
    with payment as (select * from payments order by id limit 1),
    receipt as (
      insert into receipts (payment_id, merchant_id, state, type, currency, amount_minor, tax_free_minor, vat_minor, created_at)
      select id, merchant_id, 'requested', 'person', currency, 10, 0, 0, now() from payment
      returning id
    )`;
  for (const [constraint, insert] of Object.entries(inserts)) {
    const withSubjects = (subjects: string) => withReceipt + insert.replace('SUBJECTS', subjects);
    for (const subjects of ['null::bigint, null::bigint', 'id, (select receipt.id from receipt)']) {
      await withoutTrace((database) =>
        assert.rejects(
          database.query(withSubjects(subjects), [newOperationId(new Date())]),
          { code: '23514', constraint },
          `${constraint}: ${subjects}`,
        ),
      );
    }
    for (const subjects of ['id, null::bigint', 'null::bigint, (select receipt.id from receipt)']) {
      await withoutTrace((database) => database.query(withSubjects(subjects), [newOperationId(new Date())]));
    }
  }
});

test('the database refuses an operation on what is another merchant’s', async () => {
  await payByCard(client, 1000);
  const stranger = await sandbox.newMerchant();
  const impUid = await payByCard(stranger, 1000);
  await withoutTrace((database) =>
    assert.rejects(
      database.query(
        `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor,
           reason, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
         select $1, mine.merchant_id, mine.channel_id, theirs.id, 'cancel', 'requested', 10, 1000, 'test', now(), now(),
           'test', 'begun', now(), 'test', now()
         from payments theirs, (select * from payments order by id limit 1) mine
         where theirs.imp_uid = $2 and theirs.merchant_id <> mine.merchant_id`,
        [newOperationId(new Date()), impUid],
      ),
      { code: '23503' },
    ),
  );
});

/** What an insertion of an operation on the oldest payment says besides what every one says. */
function insertOperationOf(columns: string, values: string): string {
  return `
    insert into operations (id, merchant_id, channel_id, payment_id, kind, state, reason, requested_at, changed_at, changed_by,
      changed_why, next_inquiry_at, lease_of, lease_until, ${columns})
    select $1, merchant_id, channel_id, id, 'cancel', 'requested', 'test', now(), now(), 'test', 'begun', now(), 'test', now(),
      ${values}
    from payments order by id limit 1`;
}

test('the database lets one operation begin with an idempotency key, and as many as like without one', async () => {
  await payByCard(client, 1000);
  await withoutTrace(async (database) => {
    const begin = (key: string) =>
      database.query(insertOperationOf('amount_minor, balance_before_minor, idempotency_id', `1, 1, ${key}`), [
        newOperationId(new Date()),
      ]);
    await begin('null');
    await begin('null');
    await begin('7');
    await begin('8');
    await assert.rejects(begin('7'), { code: '23505', constraint: 'operations_idempotency_id_key' });
  });
});

for (const [columns, refused, taken] of [
  ['amount_minor, balance_before_minor', ['11, 10', '-1, 10'], ['10, 10', '0, 0']],
  ['amount_minor, balance_before_minor, tax_free_minor', ['10, 10, 11', '10, 10, -1'], ['10, 10, 10', '10, 10, 0']],
  ['amount_minor, balance_before_minor, vat_minor', ['10, 10, 11', '10, 10, -1'], ['10, 10, 10', '10, 10, 0']],
] as const) {
  test(`the database refuses an operation whose ${columns.replaceAll('_minor', '').replaceAll('_', ' ')} contradict each other`, async () => {
    await payByCard(client, 1000);
    const insert = (values: string) => (database: DatabaseClient) =>
      database.query(insertOperationOf(columns, values), [newOperationId(new Date())]);
    for (const values of refused) {
      await withoutTrace((database) => assert.rejects(insert(values)(database), { code: '23514' }, values));
    }
    for (const values of taken) await withoutTrace(insert(values));
  });
}

function insertReceipt(database: DatabaseClient, state: string, amounts = '10, 0'): Promise<unknown> {
  return database.query(
    `insert into receipts (payment_id, merchant_id, state, type, currency, amount_minor, revoked_minor, tax_free_minor, vat_minor,
       created_at)
     select id, merchant_id, $1, 'person', currency, ${amounts}, 0, 0, now() from payments order by id limit 1`,
    [state],
  );
}

test('the database lets a payment have one live receipt', async () => {
  await payByCard(client, 1000);
  for (const first of ['requested', 'issued']) {
    for (const second of ['requested', 'issued']) {
      await withoutTrace(async (database) => {
        await insertReceipt(database, first);
        await assert.rejects(insertReceipt(database, second), {
          code: '23505',
          constraint: 'receipts_one_live_per_payment',
        });
      });
    }
  }
  await withoutTrace(async (database) => {
    for (const state of ['failed', 'failed', 'revoked', 'revoked', 'issued']) await insertReceipt(database, state);
  });
});

test('the database refuses to have more, or less than nothing, revoked of a receipt than was issued', async () => {
  await payByCard(client, 1000);
  for (const amounts of ['10, 11', '10, -1', '0, 0']) {
    await withoutTrace((database) => assert.rejects(insertReceipt(database, 'issued', amounts), { code: '23514' }));
  }
  for (const amounts of ['10, 10', '10, 0'])
    await withoutTrace((database) => insertReceipt(database, 'issued', amounts));
});

test('the database lets one payment claim an order, and as many as like that do not', async () => {
  await payByCard(client, 1000);
  const insert = (database: DatabaseClient, claims: boolean) =>
    database.query(
      `insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
         claims_order, currency, amount_minor, tax_free_minor, vat_minor, started_at, updated_at)
       select $1, merchant_id, channel_id, 'claimed', provider, mid, sandbox, pay_method, 'api', 'ready', $2, currency, 10, 0, 0,
         now(), now()
       from payments order by id limit 1`,
      [newOrder('imp'), claims],
    );
  await withoutTrace(async (database) => {
    await insert(database, false);
    await insert(database, true);
    await insert(database, false);
    await assert.rejects(insert(database, true), { code: '23505', constraint: 'payments_one_claim_per_order' });
  });
});

test('the database lets a merchant have an imp_uid once', async () => {
  const [one, other] = [await payByCard(client, 1000), await payByCard(client, 1000)];
  await assert.rejects(sandbox.database.query('update payments set imp_uid = $1 where imp_uid = $2', [one, other]), {
    code: '23505',
    constraint: 'payments_imp_uid_key',
  });
});

test('the database refuses a payment of nothing, and parts that are larger than it', async () => {
  const impUid = await payByCard(client, 1000);
  for (const change of [
    'amount_minor = 0',
    'amount_minor = -1',
    'tax_free_minor = 1001',
    'tax_free_minor = -1',
    'vat_minor = 1001',
    'vat_minor = -1',
  ]) {
    await assert.rejects(
      sandbox.database.query(`update payments set ${change} where imp_uid = $1`, [impUid]),
      { code: '23514' },
      change,
    );
  }
});

test('the database lets a key be there once per merchant, and a notice once per gateway', async () => {
  await payByCard(client, 1000);
  await withoutTrace(async (database) => {
    const key = () =>
      database.query(
        `insert into idempotency_keys (merchant_id, key, request_hash, running_until, created_at, expires_at)
         select merchant_id, 'twice', '', now(), now(), now() from payments order by id limit 1`,
      );
    await key();
    await assert.rejects(key(), { code: '23505' });
  });
  await withoutTrace(async (database) => {
    const notice = (digest: string) =>
      database.query(
        `insert into gateway_notices (merchant_id, payment_id, provider, kind, digest, content, trust, sender, state, why,
           received_at, changed_at, next_try_at)
         select merchant_id, id, provider, 'deposit', $1, '', 'authentic', '', 'waiting', '', now(), now(), now()
         from payments order by id limit 1`,
        [Buffer.from(digest)],
      );
    await notice('one');
    await notice('other');
    await assert.rejects(notice('one'), { code: '23505', constraint: 'gateway_notices_provider_digest_key' });
  });
});

test('the database refuses a state, a kind or an id that is none of ours', async () => {
  await payByCard(client, 1000);
  const id = newOperationId(new Date());
  for (const statement of [
    `update payments set status = 'somehow'`,
    `update payments set channel = 'fax'`,
    `update payments set imp_uid = repeat('i', 33)`,
    `update payments set merchant_uid = repeat('m', 41)`,
    `update receipts set state = 'somehow'`,
    `update receipts set type = 'nobody'`,
    `update operations set kind = 'give'`,
    `update operations set id = lower(id)`,
    `update operations set id = id || '0'`,
    `update operations set state = 'somehow'`,
    `update merchants set webhook_format = 'xml'`,
    `update channels set mode = 'both'`,
  ]) {
    await withoutTrace(async (database) => {
      await insertReceipt(database, 'issued');
      await database.query(insertOperationOf('amount_minor, balance_before_minor', '1, 1'), [id]);
      // The transitions, which would refuse it as well, are another guard.
      await database.query('alter table operations disable trigger user');
      await assert.rejects(database.query(statement), { code: '23514' }, statement);
    });
  }
});

test('the database lets a key be one merchant’s, whatever its case, and a merchant have one default channel', async () => {
  await payByCard(client, 1000);
  await withoutTrace((database) =>
    assert.rejects(
      database.query(
        `insert into merchants (imp_key, imp_secret_hash, name, created_at)
         select upper(imp_key), '', 'twice', now() from merchants where imp_key <> upper(imp_key) limit 1`,
      ),
      { code: '23505', constraint: 'merchants_by_key' },
    ),
  );
  await withoutTrace((database) =>
    assert.rejects(database.query('update channels set is_default = true'), {
      code: '23505',
      constraint: 'channels_one_default',
    }),
  );
});
