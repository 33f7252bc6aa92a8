import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { readShown } from '../../src/documents/surface/shown.ts';
import { merchantTables } from '../distribution/tables.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { goodsAmount, naverProducts } from '../kit/naver-orders.ts';
import { goodCard, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { contractNameOf } from './contract.ts';
import { type Observer, observe } from './observed.ts';

/** Guarantees that hold for every operation that is described: a new one is walked over by itself. */
let sandbox: Sandbox;
let observer: Observer;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  observer = await observe(sandbox.url);
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const pathOf = (template: string): string => template.replaceAll(/\{\w+\}/g, 'x');

test('without a token nothing of a merchant is shown or done', async () => {
  const anybody = observer.watch(createApiClient(sandbox.url));
  const operations = observer.operations.filter(
    // The console tells whoever asks whether somebody has signed in; a link stands for itself.
    (name) =>
      !/\/(sandbox|checkout|health|capabilities|users\/getToken|console\/api\/(session$|sign-in|demo|invitations))/.test(
        name,
      ),
  );
  for (const [method = '', template = ''] of operations.map((name) => name.split(' '))) {
    const answer = await anybody.call(method, pathOf(template));
    assert.equal(answer.error, 'unauthorized', `${method} ${template}`);
    assert.equal(answer.headers['www-authorize'], 'iamport');
    assert.equal(answer.message, 'Unauthorized');
  }
});

test('a known path refuses every method that it does not have', async () => {
  for (const template of new Set(observer.operations.map((name) => name.split(' ')[1] ?? ''))) {
    const path = pathOf(template);
    const options = await fetch(sandbox.url + path, { method: 'OPTIONS' });
    const allowed = String(options.headers.get('allow')).split(', ');
    const described = observer.operations.filter((name) => name.split(' ')[1] === template);
    for (const name of described) assert.ok(allowed.includes(name.split(' ')[0] ?? ''), `${name}: ${allowed}`);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter((each) => !allowed.includes(each))) {
      const answer = await client.call(method, path);
      assert.deepEqual(
        [answer.status, answer.code, answer.error, answer.headers.allow],
        [405, -1, 'method_not_allowed', allowed.join(', ')],
        `${method} ${template}`,
      );
    }
  }
});

test('a sub-store that the merchant does not have is refused by every operation, and nothing is done', async () => {
  const { operations, bodyFor } = await describedCalls();
  const refusing = operations.filter(({ takesTier }) => takesTier);
  assert.ok(refusing.length > 25, `${refusing.length} operations take the header`);
  const before = await rowsOf(client);
  for (const { method, template } of refusing) {
    for (const tier of ['ZZZ', 'zzz', '강남']) {
      const header = { tier: Buffer.from(tier).toString('latin1') };
      const answer = await client.call(method, pathOf(template), bodyFor(method, template, {}), header);
      assert.deepEqual([answer.status, answer.code, answer.error], [400, -1, 'tier_unknown'], `${method} ${template}`);
    }
  }
  assert.deepEqual(await rowsOf(client), before);
});

test('a sub-store sees and changes nothing of its main store, nor the main store of it, with any operation', async () => {
  const { operations, bodyFor } = await describedCalls();
  const main = await sandbox.newMerchant();
  assert.equal((await main.put('/sandbox/tiers/001', { tier_name: '강남점' })).code, 0);
  const [ofMain, ofTier]: Record<string, string>[] = [{}, { tier: '001' }];
  for (const [own = {}, other] of [
    [ofMain, ofTier],
    [ofTier, ofMain],
  ]) {
    const { ids, names } = await everythingOf(main, own);
    const before = await rowsOf(main, own);
    const walked = operations.filter(({ takesTier }) => takesTier);
    for (const { method, template, imp_uid } of walked.flatMap((each) =>
      (each.template.includes('{imp_uid}') ? ids : ids.slice(0, 1)).map((imp_uid) => ({ ...each, imp_uid })),
    )) {
      const known: Record<string, string> = { ...names, imp_uid };
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => known[name] ?? 'x');
      const query = method === 'GET' ? `?imp_uid[]=${known.imp_uid}&merchant_uid[]=${known.merchant_uid}` : '';
      const body = bodyFor(method, template, known);
      const answer = await main.call(method, `${path}${query}`, body, other);
      const name = `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`;
      for (const id of [...ids, names.cancellation_id]) {
        if (answer.code === 0) assert.ok(!answer.text.includes(String(id)), name);
      }
      assert.ok(answer.status !== 500 || answer.error !== 'internal_error', name);
    }
    assert.deepEqual(await rowsOf(main, own), before);
  }
});

test('every operation that is described has been seen to succeed by some test, or says why it never does', async () => {
  const document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { 'x-hwanbul-never-answers'?: Record<string, string> }>>;
  };
  const shown = new Set(readShown().flatMap(({ operation, status }) => (status === '200' ? [operation] : [])));
  const unseen = observer.operations.filter((name) => {
    const [method = '', path = ''] = name.split(' ');
    const never = document.paths[path]?.[method.toLowerCase()]?.['x-hwanbul-never-answers']?.['200'];
    return shown.has(contractNameOf(name) ?? name) === (never !== undefined);
  });
  assert.deepEqual(unseen, []);
});

interface DescribedCall {
  readonly method: string;
  readonly template: string;
  readonly takesTier: boolean;
}

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly properties?: object }; readonly example?: object }>;
  };
}

/** Our own operations and i'mport's; the control plane stands on the gateways' side, where a main store is one with its sub-stores. */
async function describedCalls() {
  const document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  const operations: DescribedCall[] = Object.entries(document.paths)
    .filter(([template]) => !template.startsWith('/sandbox/'))
    .flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        method: method.toUpperCase(),
        template,
        takesTier: parameters.some(({ name, in: where }) => where === 'header' && name === 'Tier'),
      })),
    );
  /** The body that the description gives as its example, with what is known of somebody put in. */
  function bodyFor(method: string, template: string, known: Readonly<Record<string, string>>): object | undefined {
    const content = document.paths[template]?.[method.toLowerCase()]?.requestBody?.content['application/json'];
    if (content === undefined) return undefined;
    const names = Object.keys(content.schema.properties ?? {}).filter((name) => name in known);
    return { ...content.example, ...Object.fromEntries(names.map((name) => [name, known[name]])) };
  }
  return { operations, bodyFor };
}

/** `ids`: each `imp_uid`, of a payment first; all else by the names of the parameters. */
interface Everything {
  readonly ids: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}

/** Something of everything that a store may have, and by what it is named. */
async function everythingOf(store: ApiClient, headers: Record<string, string>): Promise<Everything> {
  const done = async (method: string, path: string, body: object) => {
    const answer = await store.call(method, path, body, headers);
    assert.equal(answer.code, 0, answer.text);
    return answer.response;
  };
  const order = newOrder();
  const paid = await done('POST', '/subscribe/payments/onetime', { merchant_uid: order, amount: 1000, ...goodCard });
  await done('POST', '/payments/cancel', { imp_uid: paid.imp_uid, amount: 100 });
  await done('POST', '/payments/prepare', { merchant_uid: order, amount: 1000 });
  await done('POST', `/subscribe/customers/${order}`, { pg: 'tosspayments', ...goodCard });
  const account = await done('POST', '/sandbox/payments', { pay_method: 'vbank', amount: 1100 });
  await done('POST', `/sandbox/vbanks/${account.imp_uid}/deposit`, {});
  await done('POST', `/receipts/${account.imp_uid}`, { identifier: '010-1234-5678' });
  await done('POST', `/receipts/external/${order}`, { name: '현금 판매', amount: 1100, identifier: '010-1234-5678' });
  const { now } = (await store.call('GET', '/sandbox/clock', undefined, headers)).response;
  const entry = { merchant_uid: `${order}-later`, schedule_at: now + 86_400, amount: 1000 };
  await done('POST', '/subscribe/payments/schedule', { customer_uid: order, schedules: [entry] });
  const escrow = await done('POST', '/sandbox/payments', {
    ...{ pg_provider: 'ksnet', pay_method: 'trans', amount: 1000, escrow: true },
  });
  const logis = { company: 'CJGLS', invoice: '1', sent_at: 1_733_000_300 };
  await done('POST', `/escrows/logis/${escrow.imp_uid}`, { logis });
  const certification = await done('POST', '/certifications/otp/request', {
    ...{ name: '홍길동', phone: '01012345678', birth: '900101', gender_digit: '1', carrier: 'SKT' },
  });
  const atNaver = await done('POST', '/sandbox/payments', {
    ...{ pg_provider: 'naverco', pay_method: 'card', amount: goodsAmount, naver_products: naverProducts },
  });
  const { list } = (await store.call('GET', '/cancellations', undefined, headers)).response;
  return {
    ids: [paid, account, escrow, certification, atNaver].map(({ imp_uid }) => imp_uid),
    names: {
      merchant_uid: order,
      customer_uid: order,
      cancellation_id: list[0].cancellation_id,
      id: list[0].cancellation_id,
      pg_provider: 'tosspayments',
      payment_status: 'paid',
    },
  };
}

/** Every row of the store, of all tables that merchants have rows in. */
async function rowsOf(store: ApiClient, { tier = '' }: { readonly tier?: string } = {}): Promise<object> {
  const [merchant] = await sandbox.database.query<{ id: bigint }>(
    `select coalesce(s.id, m.id) as id from access_tokens t join merchants m on m.id = t.merchant_id
     left join merchants s on s.main_store_id = m.id and s.tier_code = $2
     where t.token_hash = $1`,
    [createHash('sha256').update(String(store.token)).digest(), tier],
  );
  const rows: Record<string, unknown> = {};
  for (const table of merchantTables) {
    rows[table] = await sandbox.database.query(
      `select to_jsonb(t) #>> '{}' as row from ${table} t where merchant_id = $1 order by 1`,
      [merchant?.id],
    );
  }
  return rows;
}
