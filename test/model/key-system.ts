import assert from 'node:assert/strict';
import type { KeyReference, ReferenceSchedule } from './reference.ts';
import type { System } from './system.ts';

/** All that a run may plan for. */
const period = 'schedule_from=1904000000&schedule_to=1911900000';

/** The reference's keys and schedules are ours, and the keys are the gateway's, too. */
export async function assertKeysAgree(keys: KeyReference, system: System): Promise<void> {
  if (keys.issued.length === 0 && keys.lostIssues === 0 && keys.schedules.length === 0) return;
  await Promise.all([
    assertNamesAgree(keys, system),
    assertGatewayKeysAgree(keys, system),
    assertSchedulesAgree(keys, system),
  ]);
}

async function assertNamesAgree(keys: KeyReference, { client, merchantId, sandbox }: System): Promise<void> {
  const names = [...new Set(keys.issued.map(({ customerUid }) => customerUid))];
  const registered = names.flatMap((name) => keys.keys.get(name) ?? []);
  const query = names.map((name) => `customer_uid[]=${name}`).join('&');
  const listed = names.length === 0 ? null : await client.get(`/subscribe/customers?${query}`);
  const shown: { customer_uid: string; customer_id: string }[] = listed?.response ?? [];
  assert.deepEqual(
    shown.map(({ customer_uid, customer_id }) => [customer_uid, customer_id]),
    registered.map(({ customerUid, customerId }) => [customerUid, customerId]),
    'what is registered under each name',
  );
  const turns = await sandbox.database.query(
    'select id from billing_keys where merchant_id = $1 and turn_of is not null',
    [merchantId],
  );
  assert.equal(turns.length, 0, 'no key keeps a turn');
}

async function assertGatewayKeysAgree(keys: KeyReference, { client }: System): Promise<void> {
  const book = await client.get('/sandbox/books/tosspayments');
  const atGateway: { reference: string; is_removed: boolean }[] = book.response.billing_keys;
  for (const { reference: issued, atGateway: expected } of keys.issued) {
    const found = atGateway.filter(({ reference }) => reference === issued);
    assert.equal(found.length, 1, `${issued} was issued once`);
    if (expected !== 'unsure') assert.equal(found[0]?.is_removed, expected === 'removed', `${issued} at the gateway`);
  }
  const ours = new Set(keys.issued.map(({ reference }) => reference));
  const nobodys = atGateway.filter(({ reference }) => !ours.has(reference));
  assert.ok(nobodys.length <= keys.lostIssues, 'only lost registrations leave keys that are nobody’s');
}

async function assertSchedulesAgree({ schedules }: KeyReference, { client }: System): Promise<void> {
  const listed = await client.get(`/subscribe/payments/schedule?${period}&limit=1000`);
  assert.equal(listed.response?.total, schedules.length, listed.text);
  for (const expected of schedules) {
    const ours = listed.response.list.find((each: { merchant_uid: string }) => each.merchant_uid === expected.order);
    assert.ok(ours, `${expected.order} is scheduled`);
    assert.deepEqual(
      {
        customer: ours.customer_uid,
        amount: ours.amount,
        at: ours.schedule_at,
        status: ours.schedule_status,
        payment: ours.payment_status,
        imp_uid: ours.imp_uid,
        isRevoked: ours.revoked_at > 0,
        hasReason: ours.fail_reason !== null,
      },
      shownAs(expected),
      `${expected.order} in our book`,
    );
  }
}

function shownAs({ customerUid, amount, at, state, payment }: ReferenceSchedule) {
  return {
    customer: customerUid,
    amount,
    at,
    status: state === 'taken' ? 'executed' : state,
    payment: payment?.status ?? null,
    imp_uid: payment?.impUid ?? null,
    isRevoked: state === 'revoked',
    hasReason: payment?.status === 'failed',
  };
}

/** Where only the answer tells what became of a key, our own book must say the same. */
export async function registeredAs({ client }: System, customerUid: string): Promise<string | undefined> {
  const answer = await client.get(`/subscribe/customers/${customerUid}`);
  return answer.code === 0 ? answer.response.customer_id : undefined;
}
